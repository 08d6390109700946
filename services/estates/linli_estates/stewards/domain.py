"""Stewards 红色管家: appointed, up to four standards, with a badge, and then with buildings. A
building has one lead at a time, a steward not more households than the policy says."""

from collections.abc import Sequence
from typing import Any, Final, assert_never

from linli_shared import lifecycle
from linli_shared.decider import Decider, Rejected

from linli_estates.stewards.commands import (
    AppointSteward,
    AssignSteward,
    EndAssignment,
    EndStewardship,
    IssueBadge,
    PassStandard,
    StewardCommand,
)
from linli_estates.stewards.events import (
    BadgeIssued,
    StewardAppointed,
    StewardAssigned,
    StewardAssignmentEnded,
    StewardEvent,
    StewardshipEnded,
    StewardStandardPassed,
)
from linli_estates.stewards.reservations import reserve, taken
from linli_estates.stewards.state import Steward, evolve
from linli_estates.stewards.terms import Standard

_APPOINTED: Final = "appointed"
_ENDED: Final = "ended"
MOVES: Final[lifecycle.Moves] = {
    AppointSteward: ({None}, _APPOINTED),
    PassStandard: ({_APPOINTED}, None),
    IssueBadge: ({_APPOINTED}, None),
    AssignSteward: ({_APPOINTED}, None),
    EndAssignment: ({_APPOINTED}, None),
    EndStewardship: ({_APPOINTED}, _ENDED),
}


def decide(command: StewardCommand, steward: Steward | None) -> Sequence[StewardEvent]:
    status = None if steward is None else _ENDED if steward.ended else _APPOINTED
    lifecycle.check(MOVES, command, status)
    if isinstance(command, AppointSteward):
        if command.person_id not in command._known:
            raise Rejected("PERSON_UNKNOWN")
        of = _facts(command, command.person_id)
        return [StewardAppointed(**of, shown_name=command.shown_name)]
    assert steward is not None, "every other command needs a state"
    of = _facts(command, steward.person_id)
    match command:
        case PassStandard():
            if command.actor.id == steward.person_id:
                raise Rejected("VERIFIER_IS_EXECUTOR")
            if command.standard in steward.standards:
                return []
            return [StewardStandardPassed(**of, standard=command.standard)]
        case IssueBadge():
            badge = {"badge_no": command.badge_no, "photo_ref": command.photo_ref}
            return [BadgeIssued(**of | badge, badge_token=command._token)]
        case AssignSteward():
            return [_assign(command, steward, of)]
        case EndAssignment():
            return [_end(command.assignment_no, steward, of)]
        case EndStewardship():
            ended = [_end(no, steward, of) for no in steward.assignments]
            return [*ended, StewardshipEnded(**of)]
        case _:
            assert_never(command)


def _assign(command: AssignSteward, steward: Steward, of: dict[str, Any]) -> StewardAssigned:
    """The refusals are tested in the order of the specification."""
    if missing := [one for one in Standard if one not in steward.standards]:
        raise Rejected("STEWARD_NOT_CERTIFIED", standard=missing[0])
    if steward.badge_no is None:
        raise Rejected("BADGE_REQUIRED")
    households = command._households
    if command.building_id not in households:
        raise Rejected("NOT_FOUND")
    beside = {
        one.building_id
        for one in steward.assignments.values()
        if one.meets(command.from_on, command.to_on)
    }
    if command.building_id in beside:
        raise Rejected("ASSIGNMENT_OVERLAP")
    load = sum(households.get(building, 0) for building in {*beside, command.building_id})
    if load > command._policy.households_max:
        limit = command._policy.households_max
        raise Rejected("STEWARD_OVERLOADED", limit=limit, households=load)
    return StewardAssigned(
        **of,
        assignment_no=steward.last + 1,
        building_id=command.building_id,
        lead=command.lead,
        from_on=command.from_on,
        to_on=command.to_on,
        households=households[command.building_id],
        policy_version=command._policy.version,
    )


def _end(no: int, steward: Steward, of: dict[str, Any]) -> StewardAssignmentEnded:
    if (one := steward.assignments.get(no)) is None:
        raise Rejected("NOT_FOUND")
    return StewardAssignmentEnded(
        **of, assignment_no=no, building_id=one.building_id, lead=one.lead
    )


def _facts(command: StewardCommand, person_id: str) -> dict[str, Any]:
    return {
        "occurred_at": command.at,
        "steward_id": command.key,
        "person_id": person_id,
        "by_id": command.actor.id,
    }


STEWARDS: Final = Decider("steward", None, decide, evolve, reserve, taken)
