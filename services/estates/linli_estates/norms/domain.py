"""Service norms 有场所、有标志、有制度、有监督 and the living environment 生活环境: looked at each
month, with photos; a month that is over without a check is told of."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final, assert_never

from linli_shared import lifecycle
from linli_shared.decider import Cancel, Decider, Rejected, Reminder, Timer

from linli_estates.days import begin_of, day_of
from linli_estates.norms.commands import (
    BeginNormChecks,
    EndNormChecks,
    NormCommand,
    RecordNormCheck,
    TellNormOverdue,
)
from linli_estates.norms.events import (
    NormCheckOverdue,
    NormCheckRecorded,
    NormChecksBegun,
    NormChecksEnded,
    NormEvent,
)
from linli_estates.norms.months import after, month_of, named
from linli_estates.norms.terms import ITEMS, Norm
from linli_estates.periods.calendar import begins_on

_KEPT: Final = "kept"
_ENDED: Final = "ended"
MOVES: Final[lifecycle.Moves] = {
    BeginNormChecks: ({None, _KEPT, _ENDED}, _KEPT),
    RecordNormCheck: ({_KEPT}, None),
    EndNormChecks: ({_KEPT}, _ENDED),
    TellNormOverdue: ({_KEPT, _ENDED}, None),
}


@dataclass(frozen=True, slots=True)
class Kept:
    """`due` is the month, by its first day, whose check is waited for; all before it have one, or
    were told of."""

    norm: Norm
    responsible_id: str
    due: date
    status: str = _KEPT

    @property
    def overdue_at(self) -> datetime:
        return begin_of(after(self.due))


def decide(command: NormCommand, kept: Kept | None) -> Sequence[NormEvent]:
    lifecycle.check(MOVES, command, kept.status if kept else None)
    if isinstance(command, BeginNormChecks):
        return _begin(command, kept)
    assert kept is not None, "every other command needs a state"
    of = _facts(command, kept.norm)
    match command:
        case RecordNormCheck():
            return [_record(command, kept, of)]
        case EndNormChecks():
            return [NormChecksEnded(**of)]
        case TellNormOverdue():
            if kept.status == _ENDED or command.due != kept.overdue_at:
                return []
            said = {"period": named(kept.due), "responsible_id": kept.responsible_id}
            return [NormCheckOverdue(**of | said)]
        case _:
            assert_never(command)


def _begin(command: BeginNormChecks, kept: Kept | None) -> Sequence[NormChecksBegun]:
    if command.responsible_id not in command._known:
        raise Rejected("PERSON_UNKNOWN")
    going_on = kept is not None and kept.status == _KEPT
    if going_on and kept and kept.responsible_id == command.responsible_id:
        return []
    period = named(kept.due if going_on and kept else month_of(day_of(command.now)))
    of = _facts(command, command.norm)
    return [NormChecksBegun(**of, period=period, responsible_id=command.responsible_id)]


def _record(command: RecordNormCheck, kept: Kept, of: dict[str, Any]) -> NormCheckRecorded:
    if command.checked_on > day_of(command.now):
        raise Rejected("OCCURRED_IN_FUTURE", limit_min=0)
    items = ITEMS[kept.norm]
    if missing := [item for item in items if item not in command.found]:
        raise Rejected("CHECKLIST_INCOMPLETE", missing=missing)
    return NormCheckRecorded(
        **of,
        period=named(month_of(command.checked_on)),
        checked_on=command.checked_on,
        met=tuple(item for item in items if command.found[item]),
        unmet=tuple(item for item in items if not command.found[item]),
        photo_refs=command.photo_refs,
    )


def _facts(command: NormCommand, norm: Norm) -> dict[str, Any]:
    return {
        "occurred_at": command.at,
        "norm_id": command.key,
        "norm": norm,
        "by_id": command.actor.id,
    }


def evolve(kept: Kept | None, event: NormEvent) -> Kept:
    if isinstance(event, NormChecksBegun):
        return Kept(event.norm, event.responsible_id, begins_on(event.period))
    assert kept is not None, "a stream begins with NormChecksBegun"
    match event:
        case NormCheckRecorded() | NormCheckOverdue():
            return replace(kept, due=max(kept.due, after(begins_on(event.period))))
        case NormChecksEnded():
            return replace(kept, status=_ENDED)
        case _:
            assert_never(event)


def remind(kept: Kept | None, event: NormEvent) -> Sequence[Reminder]:
    """One timer: for the end of the month that is waited for."""
    if isinstance(event, NormChecksEnded):
        return [Cancel("check")]
    return [Timer("check", evolve(kept, event).overdue_at)]


def fired(name: str, due: datetime) -> TellNormOverdue:
    """It happens when it was due, however late the clock comes to say so."""
    return TellNormOverdue(due=due, occurred_at=due)


NORMS: Final = Decider("norm", None, decide, evolve, remind=remind, fired=fired)
