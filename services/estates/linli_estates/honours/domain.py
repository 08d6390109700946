"""Demonstration posts 示范岗/先锋岗: awarded to a steward on evidence, for a year, and over by
themselves."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final, assert_never
from uuid import UUID

from linli_shared import lifecycle
from linli_shared.decider import (
    Cancel,
    Decider,
    Hold,
    Rejected,
    Release,
    Reminder,
    Reservation,
    Timer,
)

from linli_estates.days import begin_of, day_of
from linli_estates.honours.commands import AwardPost, ExpirePost, PostCommand, WithdrawPost
from linli_estates.honours.events import (
    DemonstrationPostAwarded,
    DemonstrationPostExpired,
    DemonstrationPostWithdrawn,
    PostEvent,
)
from linli_estates.honours.terms import HonourKind

_HELD: Final = "held"
_OVER: Final = "over"
MOVES: Final[lifecycle.Moves] = {
    AwardPost: ({None}, _HELD),
    WithdrawPost: ({_HELD}, _OVER),
    ExpirePost: ({_HELD, _OVER}, _OVER),
}


@dataclass(frozen=True, slots=True)
class Post:
    honour: HonourKind
    steward_id: UUID
    person_id: str
    until: date
    status: str = _HELD


def decide(command: PostCommand, post: Post | None) -> Sequence[PostEvent]:
    lifecycle.check(MOVES, command, post.status if post else None)
    if isinstance(command, AwardPost):
        return [_award(command)]
    assert post is not None, "every other command needs a state"
    of = _facts(command) | {
        "honour": post.honour,
        "steward_id": post.steward_id,
        "person_id": post.person_id,
    }
    match command:
        case WithdrawPost():
            return [DemonstrationPostWithdrawn(**of, cause=command.cause)]
        case ExpirePost():
            over = post.status == _OVER
            return [] if over else [DemonstrationPostExpired(**of, until=post.until)]
        case _:
            assert_never(command)


def _award(command: AwardPost) -> DemonstrationPostAwarded:
    steward = command._steward
    if steward is None or steward.ended:
        raise Rejected("NOT_FOUND")
    if steward.person_id == command.actor.id:
        raise Rejected("VERIFIER_IS_EXECUTOR")
    if command.awarded_on > day_of(command.now):
        raise Rejected("OCCURRED_IN_FUTURE", limit_min=0)
    return DemonstrationPostAwarded(
        **_facts(command),
        honour=command.honour,
        steward_id=command.steward_id,
        person_id=steward.person_id,
        awarded_on=command.awarded_on,
        until=_last_day(command.awarded_on, command._policy.years),
        evidence_refs=command.evidence_refs,
        policy_version=command._policy.version,
    )


def _last_day(first: date, years: int) -> date:
    """The day before the same date, years on; of 29 February, 28 February."""
    if (first.month, first.day) == (2, 29):
        return date(first.year + years, 2, 28)
    return first.replace(year=first.year + years) - timedelta(1)


def _facts(command: PostCommand) -> dict[str, Any]:
    return {"occurred_at": command.at, "honour_id": command.key, "by_id": command.actor.id}


def evolve(post: Post | None, event: PostEvent) -> Post:
    if isinstance(event, DemonstrationPostAwarded):
        return Post(event.honour, event.steward_id, event.person_id, event.until)
    assert post is not None, "a stream begins with DemonstrationPostAwarded"
    return replace(post, status=_OVER)


def reserve(post: Post | None, event: PostEvent) -> Sequence[Reservation]:
    """A steward has a post of a kind once at a time."""
    if isinstance(event, DemonstrationPostAwarded):
        return [Hold("honour", f"{event.honour}|{event.person_id}")]
    return [Release("honour")]


def taken(kind: str, holder: str) -> Rejected:
    return Rejected("ALREADY_REGISTERED", what=kind)


def remind(post: Post | None, event: PostEvent) -> Sequence[Reminder]:
    if isinstance(event, DemonstrationPostAwarded):
        return [Timer("term", begin_of(event.until + timedelta(1)))]
    return [Cancel("term")]


def fired(name: str, due: datetime) -> ExpirePost:
    """It happens when it was due, however late the clock comes to say so."""
    return ExpirePost(occurred_at=due)


HONOURS: Final = Decider("honour", None, decide, evolve, reserve, taken, remind, fired)
