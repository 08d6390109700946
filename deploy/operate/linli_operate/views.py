"""`linli views parked`, `retry`, `discard`: records that a view could not take."""

import getpass
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Annotated, Any, Final

import typer
from asyncpg import Pool
from linli_shared.fold import BEHIND
from linli_shared.view import View
from linli_shared.viewset import Build
from rich.markup import escape

from . import parked as records
from . import screen
from .parked import Parked
from .places import Place, place, places
from .screen import Trouble

group = typer.Typer(help="What views could not take, and their builds.", no_args_is_help=True)
Service = Annotated[str, typer.Argument(help="the service that reads: views, notifications, …")]
OnlyView = Annotated[str, typer.Option("--view", help="of this view alone")]
OnlyStream = Annotated[str, typer.Option("--stream", help="of this stream alone")]
AsJson = Annotated[bool, typer.Option("--json", help="a JSON object a line")]

_CONTENTS: Final = """
select value, headers from view.parked
 where views = $1 and view = $2 and topic = $3 and shard = $4 and "offset" = $5"""
# Of a foreign record the decision holds the offset: it has no position.
_FOREIGN: Final = """
select topic || '/' || shard || '@' || position from view.discarded where view = ''"""
_DISCARD_FOREIGN: Final = """
insert into view.discarded (views, view, topic, shard, position, reason, discarded_by)
select distinct $1, '', topic, shard, "offset", $3, $4 from view.parked
 where view = '' and topic || '/' || shard || '@' || "offset" = $2 on conflict do nothing"""


@dataclass(frozen=True, slots=True)
class Found:
    """`name` is how a person calls the record: topic/shard/position, or topic/shard@offset where it
    is none of our relays'."""

    service: str
    name: str
    record: Parked

    @property
    def set(self) -> str:
        return self.record.views.rpartition(".")[0]

    @property
    def foreign(self) -> bool:
        return self.record.position is None


@group.command()
def parked(
    service: Annotated[str, typer.Argument(help="of this service alone")] = "",
    show: Annotated[bool, typer.Option(help="their contents too: they may be personal")] = False,
    as_json: AsJson = False,
) -> None:
    """Which records are parked, where and why: oldest first, and how many wait behind them."""

    async def tell() -> None:
        asked = [place(service)] if service else places()
        found = [(p, f) for p in asked for f in await _all(p)]
        if not found and not as_json:
            screen.out.print("[green]✓[/] Nothing is parked.")
        told: set[str] = set()  # every build that reads a topic meets what is foreign there
        for where, one in found:
            if one.foreign and one.name in told and not as_json:
                continue
            told.add(one.name)
            contents = await _contents(where, one) if show else {}
            if as_json:
                line = {"service": one.service, "record": one.name, **asdict(one.record)}
                typer.echo(json.dumps(line | contents, default=str, ensure_ascii=False))
            elif one.record.error != BEHIND or show:
                _told(one, _behind(one, [f for _, f in found]), contents)

    screen.run(tell())


def _told(one: Found, behind: int, contents: dict[str, Any]) -> None:
    record, say = one.record, screen.out.print
    where = f"{one.service} {record.views} {record.view}" if record.view else one.service
    say(f"[bold]{one.name}[/]  {where}  since {record.parked_at:%Y-%m-%d %H:%M:%S %Z}")
    if record.stream:
        more = f", and {behind} behind it" if behind else ""
        say(f"    stream {escape(record.stream)} of {escape(record.estate or '')}{more}")
    say(f"    {escape(record.error)}")
    for name, value in contents.items():
        say(f"    {name}: {escape(str(value))}")


def _behind(one: Found, found: Sequence[Found]) -> int:
    same = (one.service, one.record.views, one.record.view, one.record.stream)
    return sum(
        (f.service, f.record.views, f.record.view, f.record.stream) == same
        and f.record.error == BEHIND
        for f in found
    )


@group.command()
def retry(service: Service, view: OnlyView = "", stream: OnlyStream = "") -> None:
    """Fold parked records again, in order: after the code that could not take them was mended.

    Exit code 0 where the views took all of them, 1 where some stay parked.
    """

    async def again() -> int:
        where = place(service)
        wanted = [f for f in await _all(where) if not f.foreign and _is(f, view, stream)]
        if not wanted:
            screen.out.print("[green]✓[/] Nothing to retry: no such record is parked.")
            return 0
        taken = 0
        async with where.pool("view") as pool:
            for key in dict.fromkeys(
                (f.record.views, f.record.view, f.record.topic, f.record.shard, f.record.stream)
                for f in wanted
            ):
                build, of_build = await _folded_by(where, pool, *key[:2])
                taken += await records.retry(pool, build, of_build, key[2], key[3], key[4] or "")
        screen.out.print(f"{taken} of {len(wanted)} records were taken.")
        if taken < len(wanted):
            screen.out.print(f"Why the others were not: linli views parked {service}")
        return 0 if taken == len(wanted) else 1

    raise typer.Exit(screen.run(again()))


@group.command()
def discard(
    service: Service,
    record: Annotated[str, typer.Argument(help="as `parked` calls it: topic/shard/position")],
    reason: Annotated[str, typer.Option(help="why it can be done without: it is kept")],
    view: OnlyView = "",
    yes: Annotated[bool, typer.Option("--yes", help="do not ask")] = False,
    by: Annotated[str, typer.Option(help="who decides; default: who runs this")] = "",
) -> None:
    """Do without a parked record for ever, also in every later build, and retry those behind it."""

    async def decide() -> None:
        if not reason.strip():
            raise Trouble("A decision needs a reason: --reason 'why it can be done without'.")
        where = place(service)
        wanted = [f for f in await _all(where) if f.name == record and _is(f, view, "")]
        if not wanted:
            raise Trouble(f"{record} is not parked in {service}: linli views parked {service}")
        if not yes and not _sure(wanted):
            raise Trouble("It stays parked.")
        who = by or _user()
        async with where.pool("view") as pool:
            for one in wanted:
                screen.out.print(await _discarded(where, pool, one, reason, who))

    screen.run(decide())


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # in a container, perhaps
        raise Trouble("Who decides? This user has no name: add --by.") from None


def _sure(wanted: Sequence[Found]) -> bool:
    for one in wanted:
        _told(one, 0, {})
    return screen.asked("Do without it for ever, in these views and in whatever is built anew?")


async def _discarded(where: Place, pool: Pool, one: Found, reason: str, by: str) -> str:
    record = one.record
    if record.position is None:
        await pool.execute(_DISCARD_FOREIGN, one.set, one.name, reason, by)
        return f"{one.name} is not counted any more."
    build, view = await _folded_by(where, pool, record.views, record.view)
    key = (record.topic, record.shard, record.position)
    taken = await records.discard(pool, build, view, *key, reason, by)
    return f"{one.name} is done without in {record.views} {record.view}; {taken} behind it taken."


def _is(found: Found, view: str, stream: str) -> bool:
    record = found.record
    return view in ("", record.view) and stream in ("", record.stream)


async def _all(where: Place) -> list[Found]:
    async with where.pool("view") as pool:
        if not await pool.fetchval("select to_regclass('view.parked') is not null"):
            return []
        async with pool.acquire() as db:
            parked_there = await records.parked(db)
        decided = {row[0] for row in await pool.fetch(_FOREIGN)}
    found = [Found(where.name, _name(record), record) for record in parked_there]
    return [f for f in found if not (f.foreign and f.name in decided)]


def _name(r: Parked) -> str:
    sign, number = ("@", r.offset) if r.position is None else ("/", r.position)
    return f"{r.topic}/{r.shard}{sign}{number}"


async def _contents(where: Place, one: Found) -> dict[str, Any]:
    r = one.record
    async with where.pool("view") as pool:
        row = await pool.fetchrow(_CONTENTS, r.views, r.view, r.topic, r.shard, r.offset)
    if row is None:
        return {}
    data = None if row["value"] is None else row["value"].decode(errors="backslashreplace")
    return {"data": data, "headers": dict(json.loads(row["headers"]))}


async def _folded_by(where: Place, pool: Pool, build_id: str, view: str) -> tuple[Build, View[Any]]:
    """The code for a parked record's view. Raises Trouble where this version has it not."""
    name, _, number = build_id.rpartition(".")
    for views in where.code().sets:
        for build in await views.builds(pool) if views.name == name else []:
            for member in views.members:
                if build.number == int(number) and member.name == view:
                    return build, member
    raise Trouble(
        f"The code that is installed here does not fold {build_id} {view}: run this in the version "
        f"of linli-{where.name} that does."
    )
