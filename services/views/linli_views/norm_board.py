"""Service norms 服务规范 of the estates: one row a norm, with the check of each month; and the norm
audit, which counts them and shows how they go on."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi import Query, Request, Response
from linli_service.http import queries
from linli_service.paging import Page
from linli_shared.kafka import Fact
from linli_shared.text import Key
from linli_shared.view import View
from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypedDict

from linli_views import norm_events as events
from linli_views.conditional import UNCHANGED, ETag, told
from linli_views.figures import ZONE, share_bp
from linli_views.following import follow
from linli_views.listing import Asked, Listing
from linli_views.sight import Read

Kind = Literal["service", "living"]
State = Literal["open", "kept", "overdue", "ended"]


class Check(TypedDict):
    """The last one of the month `period`."""

    period: str
    checked_on: str
    met: list[str]
    unmet: list[str]
    photo_refs: list[str]
    by_id: str


@dataclass(frozen=True, slots=True)
class Norm:
    """`missed` are the months that were over without a check; `overdue` those of them that have
    none to this day. `version` is the stream's, for If-Match."""

    estate: str
    norm_id: UUID
    norm: str
    state: str
    responsible_id: str
    checks: tuple[Check, ...]
    missed: tuple[str, ...]
    overdue: tuple[str, ...]
    begun_at: datetime
    changed_at: datetime
    version: int


NORMS: Final = View(
    "norm_board",
    row=Norm,
    key=["norm_id"],
    indexes=["estate, begun_at desc, norm_id desc"],
)
LISTING: Final = Listing(
    "norm_board", "begun_at", "norm_id", lambda number: "false", ("kept", "overdue")
)


@NORMS.on(events.NormChecksBegun.wire, events.NormChecksBegun)
def begun(norm: Norm | None, event: events.NormChecksBegun, fact: Fact) -> Norm:
    """Or, where it is there: somebody else answers for it, or it goes on after an end."""
    there = norm or Norm(
        estate=fact.estate,
        norm_id=event.norm_id,
        norm=event.norm,
        state="kept",
        responsible_id=event.responsible_id,
        checks=(),
        missed=(),
        overdue=(),
        begun_at=event.occurred_at,
        changed_at=fact.recorded_at,
        version=fact.version,
    )
    return replace(
        there,
        responsible_id=event.responsible_id,
        state="overdue" if there.overdue else "kept",
        changed_at=fact.recorded_at,
        version=fact.version,
    )


def _changes(norm: Norm, event: events.OfNorm) -> dict[str, Any]:
    match event:
        case events.NormCheckRecorded():
            check = Check(
                period=event.period,
                checked_on=event.checked_on.isoformat(),
                met=list(event.met),
                unmet=list(event.unmet),
                photo_refs=list(event.photo_refs),
                by_id=event.by_id,
            )
            others = [one for one in norm.checks if one["period"] != event.period]
            checks = tuple(sorted((*others, check), key=lambda one: one["period"]))
            return {"checks": checks} | _left(norm.missed, checks)
        case events.NormCheckOverdue():
            missed = (*norm.missed, event.period)
            return {"missed": missed} | _left(missed, norm.checks)
        case events.NormChecksEnded():
            return {"state": "ended"}
        case _:
            return {}


def _left(missed: Sequence[str], checks: Sequence[Check]) -> dict[str, Any]:
    checked = {one["period"] for one in checks}
    overdue = tuple(period for period in missed if period not in checked)
    return {"overdue": overdue, "state": "overdue" if overdue else "kept"}


follow(NORMS, events.OF_NORMS, _changes)

router = queries("/norms", "norms")


class Wanted(Asked):
    """`open` is what goes on; `overdue`, where a month has no check."""

    state: State | None = None
    norm: Kind | None = None


@router.get("")
async def norms(wanted: Annotated[Wanted, Query()], read: Read) -> Page[Norm]:
    """The newest first, for staff."""
    filters = wanted.model_dump(include={"state", "norm"})
    found, following = await LISTING.page(read, filters, wanted)
    assert NORMS.rows
    return Page(items=[NORMS.rows.parse(record) for record in found], next=following)


@router.get("/{norm_id}", response_model=Norm, responses=UNCHANGED)
async def norm(norm_id: UUID, read: Read, to: Response, if_none_match: ETag = None) -> Any:
    """As it stands; its ETag is what a command's If-Match takes."""
    assert NORMS.rows
    found: Norm = NORMS.rows.parse(await LISTING.one(read, norm_id))
    return told(found, found.version, if_none_match, to)


# --- the norm audit ---------------------------------------------------------------------------

audits = queries("/norm-audit", "norms")
_ALL: Final = "select * from view.norm_board_{number} where estate = any ($1) order by estate, norm"


class Looked(BaseModel):
    """`months`: how far back, this one included."""

    model_config = ConfigDict(extra="forbid")

    estate: Key | None = None
    norm: Kind | None = None
    months: Annotated[int, Field(ge=1, le=60)] = 12


class Month(BaseModel):
    """`met_bp`: items met of those looked at; null: there was no check. `late`: the month was over
    before there was one."""

    period: str
    met_bp: int | None
    late: bool


class Audit(BaseModel):
    """`due`: months that are over, or have a check; `checked_bp`: those checked in time.
    `items_bp`: of the checks, how often each item was met. Null where there is nothing to count."""

    estate: str
    norm_id: UUID
    norm: str
    state: str
    due: int
    checked: int
    in_time: int
    checked_bp: int | None
    met_bp: int | None
    items_bp: dict[str, int]
    months: list[Month]


@audits.get("")
async def audit(asked: Annotated[Looked, Query()], read: Read, request: Request) -> list[Audit]:
    """Of all estates that staff see whole, each norm: how many months were checked, what was met,
    and month by month how it goes on."""
    now: datetime = await request.app.state.store.clock()
    first = _back(now.astimezone(ZONE), asked.months)
    whole = list(read.sight.within(asked.estate).whole)
    rows = await read.db.fetch(_ALL.format(number=read.number), whole)
    assert NORMS.rows
    found: list[Norm] = [NORMS.rows.parse(row) for row in rows]
    return [_audit(one, first) for one in found if asked.norm in {None, one.norm}]


def _back(now: datetime, months: int) -> str:
    """The first of the last so many months."""
    count = now.year * 12 + now.month - months
    return f"{count // 12}-{count % 12 + 1:02}"


def _audit(norm: Norm, first: str) -> Audit:
    checks = {one["period"]: one for one in norm.checks if one["period"] >= first}
    missed = {period for period in norm.missed if period >= first}
    met = [item for one in checks.values() for item in one["met"]]
    unmet = [item for one in checks.values() for item in one["unmet"]]
    due, in_time = checks.keys() | missed, checks.keys() - missed
    return Audit(
        estate=norm.estate,
        norm_id=norm.norm_id,
        norm=norm.norm,
        state=norm.state,
        due=len(due),
        checked=len(checks),
        in_time=len(in_time),
        checked_bp=share_bp(len(in_time), len(due)),
        met_bp=share_bp(len(met), len(met) + len(unmet)),
        items_bp={
            item: share_bp(met.count(item), met.count(item) + unmet.count(item)) or 0
            for item in sorted({*met, *unmet})
        },
        months=[
            Month(period=period, met_bp=_met(checks.get(period)), late=period in missed)
            for period in sorted(due)
        ],
    )


def _met(check: Check | None) -> int | None:
    return share_bp(len(check["met"]), len(check["met"]) + len(check["unmet"])) if check else None
