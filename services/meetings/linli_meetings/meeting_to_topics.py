"""What a meeting 会议 does with its agenda, each topic 议题 of it is told."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from linli_shared.kafka import Fact
from linli_shared.process import Do, Process

from linli_meetings.meetings.events import (
    MeetingAdjournedForQuorum,
    MeetingCancelled,
    MeetingClosed,
    MeetingPlanned,
    VoteClosed,
    VoteOpened,
)
from linli_meetings.topics.commands import (
    DeferTopic,
    MarkDeliberated,
    MarkVoted,
    ReturnTopic,
    ScheduleTopic,
    TopicCommand,
)
from linli_meetings.topics.domain import TOPICS
from linli_meetings.topics.terms import Cause

MEETING_TO_TOPICS: Final = Process("meeting_to_topics")


@MEETING_TO_TOPICS.on(MeetingPlanned.kind, MeetingPlanned)
def planned(event: MeetingPlanned, fact: Fact) -> Iterable[Do]:
    return _each(event.agenda, ScheduleTopic(meeting_id=event.meeting_id), "schedule")


@MEETING_TO_TOPICS.on(VoteOpened.kind, VoteOpened)
def deliberated(event: VoteOpened, fact: Fact) -> Iterable[Do]:
    return _each([event.topic_id], MarkDeliberated(meeting_id=event.meeting_id), "deliberated")


@MEETING_TO_TOPICS.on(VoteClosed.kind, VoteClosed)
def voted(event: VoteClosed, fact: Fact) -> Iterable[Do]:
    return _each([event.topic_id], MarkVoted(meeting_id=event.meeting_id), "voted")


@MEETING_TO_TOPICS.on(MeetingAdjournedForQuorum.kind, MeetingAdjournedForQuorum)
def adjourned(event: MeetingAdjournedForQuorum, fact: Fact) -> Iterable[Do]:
    return _each(event.topic_ids, ReturnTopic(meeting_id=event.meeting_id), "return")


@MEETING_TO_TOPICS.on(MeetingClosed.kind, MeetingClosed)
def closed(event: MeetingClosed, fact: Fact) -> Iterable[Do]:
    left = DeferTopic(cause=Cause.NOT_REACHED, meeting_id=event.meeting_id)
    return _each(event.topic_ids, left, "defer")


@MEETING_TO_TOPICS.on(MeetingCancelled.kind, MeetingCancelled)
def cancelled(event: MeetingCancelled, fact: Fact) -> Iterable[Do]:
    left = DeferTopic(cause=Cause.CANCELLED, meeting_id=event.meeting_id)
    return _each(event.topic_ids, left, "defer")


def _each(topics: Iterable[UUID], command: TopicCommand, step: str) -> Iterable[Do]:
    return [Do(TOPICS, topic, command, step) for topic in topics]
