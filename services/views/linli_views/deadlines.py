"""Deadlines of cases 时限: what is due when, and on the SLA board what is due first."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi import Query
from linli_service.http import queries
from linli_shared.kafka import Fact
from linli_shared.text import Key
from linli_shared.view import View
from pydantic import BaseModel, ConfigDict, Field

from linli_views import events
from linli_views.following import follow
from linli_views.sight import Read
from linli_views.sla import Sla

Clock = Literal["ack", "first_response", "resolve"]
CLOCKS: Final[tuple[Clock, ...]] = ("ack", "first_response", "resolve")


@dataclass(frozen=True, slots=True)
class Deadlines:
    """`next_due` is the first that is still to be kept, also where it is past; none where nothing
    is, or the clocks stand still. `running` are the clocks that it may be of."""

    estate: str
    case_id: UUID
    case_no: str
    priority: str
    changed_at: datetime
    version: int
    hours: str
    policy_version: str
    provisional: bool
    paused_min: int
    ack_due: datetime
    first_response_due: datetime
    resolve_due: datetime | None
    since: datetime | None
    ack_min: int | None
    first_response_min: int | None
    resolve_min: int | None
    anchor: str | None
    calendar: str | None
    holidays: tuple[str, ...]
    workdays: tuple[str, ...]
    running: tuple[Clock, ...] = CLOCKS
    breached: tuple[str, ...] = ()
    paused: bool = False
    assignee_id: str | None = None
    escalation_level: int = 0
    next_due: datetime | None = None

    def due(self, clock: Clock) -> datetime | None:
        return getattr(self, f"{clock}_due")  # type: ignore[no-any-return]

    @property
    def dues(self) -> Mapping[Clock, datetime]:
        """Of the clocks that run and do not stand still."""
        running = () if self.paused else self.running
        return {clock: due for clock in running if (due := self.due(clock))}


DEADLINES: Final = View(
    "deadlines", row=Deadlines, key=["case_id"], indexes=["estate, next_due, case_id"]
)


@DEADLINES.on(events.CaseOpened.wire, events.CaseOpened)
def opened(row: Deadlines | None, event: events.CaseOpened, fact: Fact) -> Deadlines | None:
    """A case from before there were deadlines has none."""
    if event.sla is None:
        return None
    begun = Deadlines(
        estate=fact.estate,
        case_id=event.case_id,
        case_no=event.case_no,
        priority=event.priority,
        changed_at=fact.recorded_at,
        version=fact.version,
        **_said(event.sla),
    )
    return _next(begun)


def _said(sla: Sla) -> dict[str, Any]:
    days = {name: tuple(map(str, getattr(sla, name))) for name in ("holidays", "workdays")}
    return sla.model_dump() | days


def _next(row: Deadlines) -> Deadlines:
    return replace(row, next_due=min(row.dues.values(), default=None))


def _changes(row: Deadlines, event: events.Read) -> dict[str, Any]:
    if not (moved := _moved(row, event)):
        return {}
    dues = replace(row, **moved).dues
    return moved | {"next_due": min(dues.values(), default=None)}


def _moved(row: Deadlines, event: events.Read) -> dict[str, Any]:
    match event:
        case events.CaseAcknowledged():
            return {"running": _without(row, "ack")}
        case events.ReporterAnswered():
            return {"running": _without(row, "first_response")}
        case events.CaseAssigned():
            return {"assignee_id": event.assignee_id}
        case events.CaseEscalated():
            return {"escalation_level": event.level}
        case events.SlaBreached():
            return {"breached": (*row.breached, event.clock)}
        case events.CaseSuspended() | events.CaseReferredToDeliberation():
            return {"paused": event.paused}
        case events.CaseResumed():
            return {"paused": False, **(_said(event.sla) if event.sla else {})}
        case (
            events.CaseRejected()
            | events.CaseMerged()
            | events.CaseTransferred()
            | events.CaseWithdrawn()
            | events.CaseResolved()
        ):
            return {"running": (), "paused": False}
        case _:
            return {}


def _without(row: Deadlines, clock: Clock) -> tuple[Clock, ...]:
    return tuple(one for one in row.running if one != clock)


follow(DEADLINES, events.OF_CASES, _changes)
follow(DEADLINES, [events.RuleOverridden], _changes, keys=lambda event: [(event.subject_id,)])

router = queries("/sla-board", "deadlines")


class Wanted(BaseModel):
    model_config = ConfigDict(extra="forbid")

    estate: Key
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class Due(BaseModel):
    """`clock` is the one that is due next, or overdue the longest."""

    case_id: UUID
    case_no: str
    priority: str
    clock: Clock
    due: datetime
    breached: list[str]
    assignee_id: str | None
    escalation_level: int


_FIRST: Final = """
select * from {table}
 where estate = $1 and next_due is not null order by next_due, case_id limit $2"""


@router.get("")
async def sla_board(wanted: Annotated[Wanted, Query()], read: Read) -> list[Due]:
    """For staff: what is due first, what is overdue before all."""
    read.sight.staff_of(wanted.estate)
    assert DEADLINES.rows
    sql = _FIRST.format(table=DEADLINES.rows.of(read.number))
    records = await read.db.fetch(sql, wanted.estate, wanted.limit)
    rows: list[Deadlines] = [DEADLINES.rows.parse(record) for record in records]
    return [_due(row) for row in rows]


def _due(row: Deadlines) -> Due:
    clock, due = min(row.dues.items(), key=lambda of: of[1])
    told = {name: getattr(row, name) for name in Due.model_fields if hasattr(row, name)}
    return Due(**told | {"clock": clock, "due": due})
