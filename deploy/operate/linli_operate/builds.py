"""`linli views rebuild`, `flip`, `drop`: views made anew from the topics, beside the live ones."""

import asyncio
import time
from collections.abc import Sequence
from typing import Annotated, Final

import typer
from aiokafka.errors import KafkaError
from asyncpg import Pool
from linli_shared.cluster import obstacle
from linli_shared.viewset import Build, NotReady, ViewSet

from . import places, screen
from .places import Place
from .screen import Trouble
from .truncated import truncated
from .views import Service
from .views import group as group

Name = Annotated[str, typer.Argument(help="of the set of views, without a number: main")]
_POLL_S: Final = 0.5
_SILENT_S: Final = 20
_BUILDS: Final = """
select number, live from view.build where views = $1 order by number"""
_REACHED: Final = """
select topic, shard, next, position from view.progress where views = $1"""


@group.command()
def rebuild(service: Service, name: Name) -> None:
    """Build a set again beside the live one, and show how far it is until it is level with it.

    Queries read the live build all the time. Ctrl-C ends the watching, not the building; run it
    again to watch on. To begin once more, drop the unfinished one.
    """
    screen.run(_rebuild(service, name))


async def _rebuild(service: str, name: str) -> None:
    where = places.place(service)
    views = _set(where, name)
    async with where.pool("owner") as pool:
        live = await _live(pool, views)
        kafka = places.kafka()
        try:
            lost = await truncated(kafka, views.topics, await _reached(pool, live))
        except (KafkaError, TimeoutError):
            why = await obstacle(kafka)
            raise Trouble(f"Kafka cannot be read, so no build was begun: {why}.") from None
        if lost:
            raise Trouble(
                f"HISTORY_TRUNCATED: {lost[0]}. What is built from there could never be whole, so "
                "no build was begun; the live one stays. Restore the topic first."
            )
        async with pool.acquire() as db:
            beside = [b for b in await views.builds(db) if b.number > live.number]
            build = beside[-1] if beside else await views.begin(db)
        state = "was begun before" if beside else "is begun"
        screen.out.print(f"{build.id} {state}, beside {live.id}.")
        await _watched(pool, live, build)
    screen.out.print(f"[green]✓[/] {build.id} is level: linli views flip {service} {name}")


async def _watched(pool: Pool, live: Build, build: Build) -> None:
    """Until the build has all that the live one had a moment ago."""
    begun, told, wanted = time.monotonic(), 0.0, await _positions(pool, live)
    with screen.out.status("") as shown:
        while True:
            await asyncio.sleep(_POLL_S)
            there, done = await _positions(pool, live), await _positions(pool, build)
            if all(done.get(key, (0, 0))[1] >= at for key, (_, at) in wanted.items()):
                return
            wanted = there
            records = sum(done.get(key, (0, 0))[0] for key in there)
            line = f"{build.id}: {records:,} of {sum(n for n, _ in there.values()):,} records"
            shown.update(line)
            waited = time.monotonic() - begun
            if not done and waited > _SILENT_S:
                raise Trouble(
                    f"Nothing folds {build.id}: is the part `views` of the service running, in the "
                    f"version that is installed here? It will be built as soon as it is."
                )
            if not screen.out.is_terminal and waited - told > 5:
                told = waited
                screen.out.print(line)


@group.command()
def flip(service: Service, name: Name) -> None:
    """Make the newest build the live one: from then on every query reads it."""

    async def do() -> None:
        where = places.place(service)
        views = _set(where, name)
        async with where.pool("owner") as pool, pool.acquire() as db:
            old = await _live(pool, views)
            try:
                new = await views.flip(db)
            except NotReady as why:
                raise Trouble(f"Not flipped: {why}.") from None
        screen.out.print(
            f"[green]✓[/] {new.id} is live. {old.id} is kept and goes on; when nothing needs it: "
            f"linli views drop {service} {name} {old.number}"
        )

    screen.run(do())


@group.command()
def drop(
    service: Service,
    name: Name,
    number: Annotated[int, typer.Argument(help="of the build: 1 of main.1")],
    yes: Annotated[bool, typer.Option("--yes", help="do not ask")] = False,
) -> None:
    """Remove the tables of a build that is not the live one."""

    async def do() -> None:
        where = places.place(service)
        views = _set(where, name)
        async with where.pool("owner") as pool, pool.acquire() as db:
            there = [row["number"] for row in await db.fetch(_BUILDS, name)]
            if number not in there:
                raise Trouble(f"There is no {name}.{number}, only {_listed(name, there)}.")
            if not yes and not screen.asked(f"Remove {name}.{number} and its tables?"):
                raise Trouble("It stays.")
            try:
                await views.drop(db, number)
            except NotReady as why:
                raise Trouble(f"Not dropped: {why}.") from None
        screen.out.print(f"[green]✓[/] {name}.{number} is gone.")

    screen.run(do())


def _set(where: Place, name: str) -> ViewSet:
    """Raises Trouble where the code has no such set, or it is no set of views."""
    service = where.code()
    if service.processes and name == service.processes.name:
        raise Trouble("Processes are never built again: what they did would be done again.")
    known = {views.name: views for views in service.views}
    if name not in known:
        raise Trouble(f"{where.name} has no views {name!r}, only {', '.join(known) or 'none'}.")
    return known[name]


async def _live(pool: Pool, views: ViewSet) -> Build:
    for row in await pool.fetch(_BUILDS, views.name):
        if row["live"]:
            return Build(views, row["number"])
    raise Trouble(f"{views.name} has no build at all: run the service's migrate first.")


async def _positions(pool: Pool, build: Build) -> dict[tuple[str, int], tuple[int, int]]:
    """By topic and shard: how many records were read, and the position reached."""
    rows = await pool.fetch(_REACHED, build.id)
    return {(row["topic"], row["shard"]): (row["next"], row["position"]) for row in rows}


async def _reached(pool: Pool, build: Build) -> dict[tuple[str, int], int]:
    return {key: position for key, (_, position) in (await _positions(pool, build)).items()}


def _listed(name: str, numbers: Sequence[int]) -> str:
    return ", ".join(f"{name}.{number}" for number in numbers)
