"""Visits 探访 to elders who live alone: planned, assigned, made, or why not."""

from collections.abc import Sequence
from typing import Final, assert_never

from linli_shared import lifecycle
from linli_shared.decider import Decider, Rejected

from linli_volunteers.credentials.domain import ZONE, lacking
from linli_volunteers.engagements import overlap
from linli_volunteers.visits.commands import (
    COORDINATORS,
    Arrive,
    AssignVisitor,
    CompleteVisit,
    DeclineVisit,
    MissVisit,
    ReportNoAnswer,
    ScheduleVisit,
    VisitCommand,
)
from linli_volunteers.visits.events import (
    Checked,
    Found,
    VisitCompleted,
    VisitDeclined,
    VisitEvent,
    VisitMissed,
    VisitNoAnswer,
    VisitorArrived,
    VisitorAssigned,
    VisitScheduled,
)
from linli_volunteers.visits.facts import by_visitor, facts_of, of_visitor
from linli_volunteers.visits.moves import MOVES
from linli_volunteers.visits.reservations import reserve, taken
from linli_volunteers.visits.state import Visit, evolve
from linli_volunteers.visits.timers import fired, outdated, remind


def decide(command: VisitCommand, visit: Visit | None) -> Sequence[VisitEvent]:
    if visit and isinstance(command, MissVisit) and outdated(command, visit):
        return []
    lifecycle.check(MOVES, command, visit.status if visit else None)
    if isinstance(command, ScheduleVisit):
        return schedule(command)
    assert visit is not None, "every other command needs a state"
    match command:
        case AssignVisitor():
            return assign(command, visit)
        case Arrive():
            return [VisitorArrived(**by_visitor(command, visit), proof=command.proof)]
        case CompleteVisit():
            return complete(command, visit)
        case ReportNoAnswer():
            return [VisitNoAnswer(**by_visitor(command, visit))]
        case DeclineVisit():
            return decline(command, visit)
        case MissVisit():
            return [VisitMissed(**of_visitor(command, visit), due=command.due)]
        case _:
            assert_never(command)


def schedule(command: ScheduleVisit) -> Sequence[VisitEvent]:
    if command.now >= command.ends_at:
        raise Rejected("VISIT_WINDOW_OVER")
    policy, declined = command._policy, command.declined_visitor_ids
    visit = Visit(
        command.elder_id, command.tier, command.starts_at, command.ends_at, frozenset(declined),
        policy.way_min,
    )  # fmt: skip
    return [
        VisitScheduled(
            **facts_of(command, visit),
            recurrence_id=command.recurrence_id,
            declined_visitor_ids=declined,
            travel_buffer_min=policy.way_min,
            policy_version=policy.version,
        )
    ]


def assign(command: AssignVisitor, visit: Visit) -> Sequence[VisitEvent]:
    visitor = command.visitor_id
    if unable := _unfit(command, visit):
        raise unable
    return [
        VisitorAssigned(
            **facts_of(command, visit),
            visitor_id=visitor,
            previous_id=visit.visitor_id,
            arrive_by=visit.ends_at + command._policy.grace[visit.tier],
        )
    ]


def _unfit(command: AssignVisitor, visit: Visit) -> Rejected | None:
    """Why the visitor cannot go to that elder.

    What the directory knows belongs here: before the credentials VOLUNTEER_NOT_ACTIVE, after them
    MINOR_NOT_ALLOWED, at the end SAME_FINANCIAL_PROXY. They fail closed: no answer, no visitor.
    """
    day = visit.starts_at.astimezone(ZONE).date()
    if lacks := lacking(command._policy.credentials, command._held, day):
        return lacks
    if command.visitor_id in visit.declined_visitor_ids:
        return Rejected("VISITOR_DECLINED_BY_ELDER")
    others = command._engaged[command.visitor_id]
    return overlap(visit.engagement(command.key), others)


def complete(command: CompleteVisit, visit: Visit) -> Sequence[VisitEvent]:
    of = by_visitor(command, visit)
    if not command.contact_made:
        raise Rejected("CONTACT_REQUIRED_USE_NO_ANSWER")
    answered = {checked.item for checked in command.checklist}
    missing = [item for item in command._policy.checklist if item not in answered]
    if missing or command.wellbeing is None:
        asked = [] if command.wellbeing else ["wellbeing"]
        raise Rejected("CHECKLIST_INCOMPLETE", missing=[*missing, *asked])
    checked = tuple(Checked(item=given.item, well=given.well) for given in command.checklist)
    found = Found(wellbeing=command.wellbeing, checklist=checked, needs=command.needs)
    return [VisitCompleted(**of, found=found)]


def decline(command: DeclineVisit, visit: Visit) -> Sequence[VisitEvent]:
    """A resident only for themselves, a visitor only where they are expected."""
    actor, themselves = command.actor, {visit.elder_id, visit.visitor_id}
    if actor.id not in themselves and not actor.roles & COORDINATORS:
        raise Rejected("ROLE_NOT_PERMITTED", roles=["elder", "assigned_visitor"])
    of, visitor = facts_of(command, visit), visit.visitor_id
    return [VisitDeclined(**of, visitor_id=visitor, reason=command.reason)]


VISITS: Final = Decider("visit", None, decide, evolve, reserve, taken, remind, fired)
