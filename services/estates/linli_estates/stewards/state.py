"""What the rules of a steward 红色管家 need to know."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import date
from typing import assert_never

from linli_estates.stewards.events import (
    BadgeIssued,
    StewardAppointed,
    StewardAssigned,
    StewardAssignmentEnded,
    StewardEvent,
    StewardshipEnded,
    StewardStandardPassed,
)
from linli_estates.stewards.terms import Standard


@dataclass(frozen=True, slots=True)
class Assignment:
    building_id: str
    lead: bool
    from_on: date
    to_on: date | None

    def meets(self, from_on: date, to_on: date | None) -> bool:
        """Whether both have a day."""
        return (to_on is None or self.from_on <= to_on) and (
            self.to_on is None or from_on <= self.to_on
        )


@dataclass(frozen=True, slots=True)
class Steward:
    person_id: str
    standards: AbstractSet[Standard] = frozenset()
    badge_no: str | None = None
    assignments: Mapping[int, Assignment] = field(default_factory=dict)
    """By number, those that were not ended."""
    last: int = 0
    ended: bool = False


def evolve(steward: Steward | None, event: StewardEvent) -> Steward:
    if isinstance(event, StewardAppointed):
        return Steward(event.person_id)
    assert steward is not None, "a stream begins with StewardAppointed"
    match event:
        case StewardStandardPassed():
            return replace(steward, standards=steward.standards | {event.standard})
        case BadgeIssued():
            return replace(steward, badge_no=event.badge_no)
        case StewardAssigned():
            one = Assignment(event.building_id, event.lead, event.from_on, event.to_on)
            there = {**steward.assignments, event.assignment_no: one}
            return replace(steward, assignments=there, last=event.assignment_no)
        case StewardAssignmentEnded():
            left = {n: a for n, a in steward.assignments.items() if n != event.assignment_no}
            return replace(steward, assignments=left)
        case StewardshipEnded():
            return replace(steward, ended=True)
        case _:
            assert_never(event)
