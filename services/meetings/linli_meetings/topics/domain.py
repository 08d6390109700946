"""Topics 议题: proposed, screened, put on an agenda, deliberated, voted on, decided."""

from collections.abc import Sequence
from typing import Any, Final, assert_never
from uuid import UUID

from linli_language.roles import Role
from linli_shared import lifecycle
from linli_shared.decider import Decider, Rejected
from linli_shared.messages import SYSTEM

from linli_meetings.meetings.terms import OVER
from linli_meetings.statutory import law_at, least_regime, strong_enough
from linli_meetings.topics.commands import (
    DeferTopic,
    LinkCase,
    MarkDecided,
    MarkDeliberated,
    MarkVoted,
    ProposeTopic,
    ReturnTopic,
    ScheduleTopic,
    ScreenTopic,
    TopicCommand,
    WithdrawTopic,
)
from linli_meetings.topics.events import (
    CaseLinkedToTopic,
    TopicAdopted,
    TopicDeferred,
    TopicDeliberated,
    TopicEvent,
    TopicProposed,
    TopicRejected,
    TopicReturned,
    TopicScheduled,
    TopicScreened,
    TopicVoted,
    TopicWithdrawn,
)
from linli_meetings.topics.moves import MOVES
from linli_meetings.topics.reservations import reserve, taken
from linli_meetings.topics.state import Topic, evolve
from linli_meetings.topics.terms import Origin, Status


def decide(command: TopicCommand, topic: Topic | None) -> Sequence[TopicEvent]:
    lifecycle.check(MOVES, command, topic.status if topic else None)
    if isinstance(command, ProposeTopic):
        return propose(command)
    assert topic is not None, "every other command needs a state"
    match command:
        case LinkCase():
            return link(command, topic)
        case ScreenTopic():
            return screen(command, topic)
        case ScheduleTopic():
            return schedule(command, topic)
        case MarkDeliberated():
            return [TopicDeliberated(**at_meeting(command, topic))]
        case MarkVoted():
            return [TopicVoted(**at_meeting(command, topic))]
        case MarkDecided():
            decided = TopicAdopted if command.adopted else TopicRejected
            return [decided(**facts_of(command, topic), resolution_id=command.resolution_id)]
        case ReturnTopic():
            return [TopicReturned(**at_meeting(command, topic), cause=command.cause)]
        case DeferTopic():
            if command.meeting_id:
                of_its_meeting(command.meeting_id, topic)
            return [TopicDeferred(**facts_of(command, topic), cause=command.cause)]
        case WithdrawTopic():
            return withdraw(command, topic)
        case _:
            assert_never(command)


def propose(command: ProposeTopic) -> Sequence[TopicEvent]:
    actor, policy = command.actor, command._policy
    co_signers = tuple(p for p in dict.fromkeys(command.co_signer_ids) if p != actor.id)
    if not actor.roles & (others := ProposeTopic.by - {Role.RESIDENT}):
        if len(co_signers) < policy.co_signers:
            raise Rejected("COSIGNERS_INSUFFICIENT", have=len(co_signers), need=policy.co_signers)
        if command.case_ids:
            raise Rejected("ROLE_NOT_PERMITTED", roles=sorted(others - {SYSTEM}))
    if SYSTEM not in actor.roles and (command.chain_id or command.follow_up_of):
        raise Rejected("ROLE_NOT_PERMITTED", roles=["process"])
    cases = tuple(dict.fromkeys(command.case_ids))
    chain = command.chain_id or command.key
    facts = facts_of(command, Topic(command.title, actor.id, chain, cases))
    proposed = TopicProposed(
        **facts,
        title=command.title,
        description=command.description,
        origin=_origin(command),
        co_signer_ids=co_signers,
        follow_up_of=command.follow_up_of,
        policy_version=policy.version,
    )
    return [proposed, *(CaseLinkedToTopic(**facts, case_id=case) for case in cases)]


def _origin(command: ProposeTopic) -> Origin:
    if command.follow_up_of:
        return Origin.FOLLOW_UP
    return Origin.REFERRED if SYSTEM in command.actor.roles else Origin.PROPOSED


def link(command: LinkCase, topic: Topic) -> Sequence[TopicEvent]:
    case = command.case_id
    if case in topic.case_ids:
        return []
    facts = facts_of(command, topic) | {"case_ids": (*topic.case_ids, case)}
    return [CaseLinkedToTopic(**facts, case_id=case)]


def screen(command: ScreenTopic, topic: Topic) -> Sequence[TopicEvent]:
    law = law_at(command.now)
    if not strong_enough(command.regime, command.matter, law):
        raise Rejected("REGIME_MISMATCH", needed=least_regime(command.matter, law))
    return [
        TopicScreened(
            **facts_of(command, topic),
            matter=command.matter,
            regime=command.regime,
            law_version=law.version,
        )
    ]


def schedule(command: ScheduleTopic, topic: Topic) -> Sequence[TopicEvent]:
    """A process tells what the meeting has said; of what people tell, the meeting is asked."""
    if SYSTEM not in command.actor.roles:
        meeting = command._meeting
        if meeting is None or command.key not in meeting.agenda:
            raise Rejected("NOT_FOUND")
        if meeting.status in OVER:
            found = {"from": meeting.status, "to": Status.SCHEDULED, "allowed": []}
            raise Rejected("INVALID_TRANSITION", **found)
    return [TopicScheduled(**facts_of(command, topic), meeting_id=command.meeting_id)]


def withdraw(command: WithdrawTopic, topic: Topic) -> Sequence[TopicEvent]:
    actor = command.actor
    if actor.id != topic.proposer_id and Role.COMMUNITY_OFFICER not in actor.roles:
        raise Rejected("ROLE_NOT_PERMITTED", roles=["proposer", Role.COMMUNITY_OFFICER])
    return [TopicWithdrawn(**facts_of(command, topic), reason=command.reason)]


def facts_of(command: TopicCommand, topic: Topic) -> dict[str, Any]:
    """What every event says of its topic."""
    return {
        "occurred_at": command.at,
        "topic_id": command.key,
        "chain_id": topic.chain_id,
        "case_ids": topic.case_ids,
        "by_id": command.actor.id,
    }


def at_meeting(command: MarkDeliberated | MarkVoted | ReturnTopic, topic: Topic) -> dict[str, Any]:
    """The same, of what a meeting does with a topic of its agenda."""
    of_its_meeting(command.meeting_id, topic)
    return facts_of(command, topic) | {"meeting_id": command.meeting_id}


def of_its_meeting(meeting: UUID, topic: Topic) -> None:
    """Two may have planned it, and one of them has it."""
    if meeting != topic.meeting_id:
        raise Rejected("NOT_FOUND")


TOPICS: Final = Decider("topic", None, decide, evolve, reserve, taken)
