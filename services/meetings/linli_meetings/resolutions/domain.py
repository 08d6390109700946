"""Resolutions 决议: declared, publicised, carried out by actions, evaluated by three parties."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, assert_never

from linli_shared import lifecycle
from linli_shared.decider import Decider

from linli_meetings.resolutions.actions import assign, complete, find_overdue, start, verify
from linli_meetings.resolutions.commands import (
    AssignAction,
    BringResult,
    CompleteAction,
    FindIdle,
    FindMissed,
    FindOverdue,
    PublishResolution,
    RecordEvaluation,
    ResolutionCommand,
    ScheduleEvaluation,
    StartAction,
    VerifyAction,
)
from linli_meetings.resolutions.evaluation import evaluate, find_missed, not_too_early, schedule
from linli_meetings.resolutions.events import (
    ResolutionAdopted,
    ResolutionEvent,
    ResolutionIdle,
    ResolutionPublicised,
    ResolutionRejected,
)
from linli_meetings.resolutions.facts import facts_of
from linli_meetings.resolutions.moves import MOVES
from linli_meetings.resolutions.reminders import fired, remind
from linli_meetings.resolutions.reservations import reserve, taken
from linli_meetings.resolutions.state import Resolution, evolve
from linli_meetings.resolutions.terms import Status
from linli_meetings.statutory import ZONE


def decide(command: ResolutionCommand, resolution: Resolution | None) -> Sequence[ResolutionEvent]:
    if isinstance(command, RecordEvaluation | ScheduleEvaluation):
        not_too_early(command, resolution)
    lifecycle.check(MOVES, command, resolution.status if resolution else None)
    if isinstance(command, BringResult):
        return declare(command)
    assert resolution is not None, "every other command needs a state"
    match command:
        case PublishResolution():
            return publish(command, resolution)
        case FindIdle():
            return find_idle(command, resolution)
        case AssignAction():
            return assign(command, resolution)
        case StartAction():
            return start(command, resolution)
        case FindOverdue():
            return find_overdue(command, resolution)
        case CompleteAction():
            return complete(command, resolution)
        case VerifyAction():
            return verify(command, resolution)
        case ScheduleEvaluation():
            return schedule(command, resolution)
        case FindMissed():
            return find_missed(command, resolution)
        case RecordEvaluation():
            return evaluate(command, resolution)
        case _:
            assert_never(command)


def declare(command: BringResult) -> Sequence[ResolutionEvent]:
    result = command.result
    status = Status.ADOPTED if result.adopted else Status.REJECTED
    made = Resolution(command.topic_id, result.chain_id, result.case_ids, result.title, status)
    declared = ResolutionAdopted if result.adopted else ResolutionRejected
    return [declared(**facts_of(command, made), meeting_id=command.meeting_id, result=result)]


def publish(command: PublishResolution, resolution: Resolution) -> Sequence[ResolutionEvent]:
    until = end_of_day(command.now, command._policy.publicity_days)
    return [
        ResolutionPublicised(
            **facts_of(command, resolution),
            until=until,
            idle_at=until + command._policy.idle_after,
            policy_version=command._policy.version,
        )
    ]


def end_of_day(moment: datetime, days: int) -> datetime:
    """The end of the estate's day that is so many after the moment's: the next one's midnight."""
    day = moment.astimezone(ZONE).date() + timedelta(days=days + 1)
    return datetime(day.year, day.month, day.day, tzinfo=ZONE)


def find_idle(command: FindIdle, resolution: Resolution) -> Sequence[ResolutionEvent]:
    until = resolution.publicised_until
    if resolution.idle_at != command.due or resolution.actions or until is None:
        return []
    return [ResolutionIdle(**facts_of(command, resolution), publicised_until=until)]


RESOLUTIONS: Final = Decider("resolution", None, decide, evolve, reserve, taken, remind, fired)
