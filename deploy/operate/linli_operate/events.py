"""`linli events`: what happens, a line a fact."""

import asyncio
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final

import typer
from aiokafka.errors import KafkaError
from linli_shared.cluster import obstacle
from linli_shared.kafka import Fact
from rich.markup import escape
from rich.text import Text

from . import places, screen
from .following import Following, Odd, Told, topics
from .screen import Trouble
from .telling import data, flat

_AGO: Final = re.compile(r"(\d+)\s*([smhd])")
_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_BEGINNING: Final = datetime(1970, 1, 1, tzinfo=UTC)


def events(
    service: Annotated[list[str] | None, typer.Option(help="of this one; may be repeated")] = None,
    estate: Annotated[str, typer.Option(help="of this estate alone")] = "",
    stream: Annotated[str, typer.Option(help="of streams that begin so: case-0192")] = "",
    kind: Annotated[str, typer.Option(help="of types that hold this: CaseOpened")] = "",
    since: Annotated[
        str, typer.Option("--from", help="beginning, now, 10m, 2h, 3d ago, or 2026-11-23T08:00")
    ] = "now",
    most: Annotated[int, typer.Option("--limit", help="end after so many; 0: never")] = 0,
    whole: Annotated[
        bool, typer.Option("--data", help="with what people wrote: it may be personal")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="a JSON object a line")] = False,
) -> None:
    """Follow the topics: time, estate, stream, type, and a line of data. Ctrl-C ends it.

    Texts that people wrote are told by their length alone, unless --data asks for them.
    """

    def wanted(told: Told) -> bool:
        if isinstance(told, Odd):
            return not (estate or stream or kind)
        fact = told[1]
        return estate in ("", fact.estate) and fact.stream.startswith(stream) and kind in fact.kind

    tell = _json if as_json else _line
    begin = _since(since)
    screen.run(_follow(service or [], begin, wanted, most, lambda told: tell(told, whole)))


async def _follow(
    services: list[str], begin: datetime | None, wanted: Callable[[Told], bool], most: int,
    tell: Callable[[Told], None],
) -> None:  # fmt: skip
    kafka, count = places.kafka(), 0
    try:
        names = await topics(kafka, services)
        if not names:
            raise Trouble(
                "There are no topics of facts in that Kafka: has a service started there?"
            )
        async for told in Following(kafka, names, begin).facts():
            if wanted(told):
                tell(told)
                count += 1
                if count == most:
                    return
    except asyncio.CancelledError:
        return  # as asked
    except (KafkaError, OSError, TimeoutError) as error:
        if isinstance(error, BrokenPipeError):
            return  # whoever read has seen enough
        raise Trouble(f"Kafka cannot be read: {await obstacle(kafka)}.") from None


def _line(told: Told, whole: bool) -> None:
    if isinstance(told, Odd):
        where = f"{told.topic}/{told.shard}@{told.offset}"
        screen.out.print(f"[yellow]![/] {where} is none of our relays': {escape(told.why)}")
        return
    _, fact = told
    line = Text.assemble(
        (f"{fact.recorded_at.astimezone():%m-%d %H:%M:%S.%f}"[:-3], "dim"), "  ",
        fact.estate, "  ", fact.stream, "  ", (_name(fact), "bold"), "  ",
    )  # fmt: skip
    found = data(fact, whole=whole)
    if isinstance(found, dict):  # what the line says already
        found = {k: v for k, v in found.items() if k != "occurred_at" and str(v) not in fact.stream}
    screen.out.print(line.append(flat(found)))


def _json(told: Told, whole: bool) -> None:
    made: dict[str, Any]
    if isinstance(told, Odd):
        made = {
            "topic": told.topic,
            "shard": told.shard,
            "offset": told.offset,
            "foreign": told.why,
        }
    else:
        topic, fact = told
        names = ("id", "kind", "estate", "stream", "version", "position", "prev", "correlation")
        times = ("occurred_at", "recorded_at")
        made = {"topic": topic, **{name: getattr(fact, name) for name in names}}
        made |= {name: getattr(fact, name).isoformat() for name in times}
        made["data"] = data(fact, whole=whole)
    print(json.dumps(made, default=str, ensure_ascii=False), flush=True)


def _name(fact: Fact) -> str:
    """`CaseOpened.v1` of `linli.cases.CaseOpened.v1`."""
    return fact.kind.split(".", 2)[-1]


def _since(text: str) -> datetime | None:
    """None for now."""
    if text == "now":
        return None
    if text == "beginning":
        return _BEGINNING
    if ago := _AGO.fullmatch(text):
        return datetime.now(UTC) - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
    try:
        return datetime.fromisoformat(text).astimezone()
    except ValueError:
        raise typer.BadParameter(
            f"{text!r}: it is beginning, now, a time ago such as 10m, 2h or 3d, or a time such as "
            "2026-11-23T08:00", param_hint="--from",
        ) from None  # fmt: skip
