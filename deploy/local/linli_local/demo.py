"""`linli demo`: four months of 湘熙水郡 through the public APIs, in simulated time, and the figures
counted three ways.

It speaks as clients should and as they do: every third command is sent twice, some reports are made
twice, and some commands are wrong on purpose. What it was answered is written down, so one that was
killed goes on where it was, and a second one puts nothing in twice. At its end what was put in,
what the views say and what the stores hold must be equal. Time is real then, and also where it was
interrupted: that one ends there, for time never goes back.
"""

import asyncio
import time as real
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from functools import partial
from typing import Final

import httpx
from linli_shared.logs import brief
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn

from . import care, company, figures, hall, postgres, village
from .life import ESTATE, ZONE, Life, Memory, Session, Unexpected
from .month import Month
from .screen import SIGNALS, out
from .services import SERVICES
from .simulation import NeverIdle, Simulation, TimeGoesBack, simulation
from .state import Home, Trouble

DAYS: Final = 120  # a resolution is evaluated 90 days after it was carried out
_STORIES: Final = (*village.stories(), *care.stories(), *hall.stories(), *company.stories())
_AGAIN: Final = "The whole of it takes empty stores: make clean, make up."


async def demo(env: Mapping[str, str], *, asked: bool = False) -> int:
    """Run it where there was none yet, or go on with one that was killed; compare the figures. 0
    where they are equal, 130 where it was interrupted. `asked`: that it cannot be told whole is a
    failure. Raises Trouble without a database."""
    await _answers(env["LINLI_CASES_RELAY_URL"])
    memory = Memory(Home.usual().root / "demo.jsonl")
    if memory.of("begins") and not await figures.stored(env, ESTATE):
        memory.forget()  # of databases that are gone
    async with (
        simulation(databases(env)) as simulated,
        httpx.AsyncClient(timeout=30, trust_env=False) as http,
    ):
        try:
            begins = await _begun(memory, simulated)
        except TimeGoesBack as why:
            out.print(f"[yellow]![/] No demo: {why}. {_AGAIN}")
            return 1 if asked else 0
        session = Session(env, http, memory, Month(simulated), begins)
        since = bool(memory.of("ended"))
        if not since and (code := await _played(session)):
            return code
        if cut := memory.of("cut"):
            out.print(f"The demo was cut off on {cut:.16} of its time. {_AGAIN}")
            return int(asked)
        if not session.put:
            out.print("The demo has been here: comparing its figures.")
            session.month.stop()  # what is not known is not sent
            await session.month.live(_lives(session))
        return await figures.compare(session, since=since)


def databases(env: Mapping[str, str]) -> dict[str, dict[str, str]]:
    logins = ("OWNER", "RELAY", "VIEW")
    return {
        name: {f"LINLI_{of}_URL": env[f"LINLI_{name.upper()}_{of}_URL"] for of in logins}
        for name in SERVICES
    }


async def _answers(url: str) -> None:
    """Raises Trouble where PostgreSQL, of which all that follows is asked, is not there."""
    try:
        await (await postgres.answers(url, patience=5)).close()
    except Trouble as trouble:
        raise Trouble(f"{trouble} No demo without it: make up.") from None


async def release(env: Mapping[str, str]) -> None:
    """Time is real again, where a demo that was killed has left it set."""
    async with simulation(databases(env)) as simulated:
        await simulated.release()


async def _begun(memory: Memory, simulated: Simulation) -> datetime:
    """When it begins, or began; the time is set unless it is over. Raises TimeGoesBack."""
    if not (begun := memory.of("begins")):
        day = datetime.now(ZONE).date() - timedelta(days=DAYS)
        begun = datetime.combine(day, time(8), ZONE).isoformat()
        memory.add(begins=begun)
    begins = datetime.fromisoformat(begun)
    if memory.answers and simulated.now is None and not memory.of("ended"):
        memory.add(ended=True, cut="an unknown day")  # it was killed, and time released
    if not memory.of("ended"):
        try:
            await simulated.begin(max(begins, simulated.now or begins))
        except TimeGoesBack:
            memory.forget()
            raise
    return begins


async def _played(session: Session) -> int:
    """What is left of it; 0 where that was all."""
    month, memory = session.month, session.memory
    out.print(
        f"Estate {ESTATE} 长沙·湘熙水郡: {village.BUILDINGS} buildings, {village.UNITS} units."
        f" {len(_STORIES)} stories of {DAYS} days, in simulated time."
    )
    whole = False
    try:
        await _lived(session)
        whole = not month.stopped
    except* (Unexpected, NeverIdle, httpx.HTTPError) as errors:
        error = errors.exceptions[0]
        out.print(f"[red]✗[/] The demo stopped: {escape(str(error) or brief(error))}")
    finally:
        at = month.time.now
        await month.time.release()
        memory.add(ended=True, **({} if whole else {"cut": str(at)}))
    if month.stopped:
        out.print(f"[yellow]Interrupted[/] on {at:%Y-%m-%d} of its time: now it is real. {_AGAIN}")
        return 130
    return int(not whole)


async def _lived(session: Session) -> None:
    begun, month = real.monotonic(), session.month
    columns = TextColumn("  {task.description}"), BarColumn(24)
    with _interruptible(month), Progress(*columns, console=out, disable=not out.is_terminal) as bar:
        task = bar.add_task("", total=DAYS)

        def moved(now: datetime) -> None:
            day = now.astimezone(ZONE)
            bar.update(task, description=f"{day:%Y-%m-%d}", completed=(day - session.begins).days)

        month.moved = moved
        await month.live(_lives(session))
        if not month.stopped:
            await month.time.until(datetime.now(ZONE))
    out.print(
        f"{session.sent} commands in {real.monotonic() - begun:.1f} s, every third twice,"
        f" {session.put['refused']} refused as they should be; time was set {month.time.steps}"
        " times."
    )


def _lives(session: Session) -> list[Callable[[], Awaitable[None]]]:
    return [
        partial(lived, Life(session, f"{name} {n}", day))
        for n, (day, name, lived) in enumerate(_STORIES)
    ]


@contextmanager
def _interruptible(month: Month) -> Iterator[None]:
    """Ctrl-C lets what is under way be answered, and begins nothing more."""
    loop = asyncio.get_running_loop()
    for sign in SIGNALS:
        loop.add_signal_handler(sign, month.stop)
    try:
        yield
    finally:
        for sign in SIGNALS:
            loop.remove_signal_handler(sign)
