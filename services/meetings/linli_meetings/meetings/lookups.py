"""What a meeting 会议 has to know of topics: they are other streams, so each is guarded."""

from typing import TypeVar

from linli_shared.store import Reader

from linli_meetings.meetings.commands import CloseVote, OpenVote, PlanMeeting
from linli_meetings.topics.domain import TOPICS

V = TypeVar("V", OpenVote, CloseVote)


async def with_agenda(reader: Reader, command: PlanMeeting) -> PlanMeeting:
    return command.learned(topics={id_: await reader.load(TOPICS, id_) for id_ in command.agenda})


async def with_topic(reader: Reader, command: V) -> V:
    topic = await reader.load(TOPICS, command.topic_id)
    return command.learned(topic=topic)
