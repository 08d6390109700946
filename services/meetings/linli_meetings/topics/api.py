"""HTTP for topics 议题: parse, hand over, answer. No rule lives here."""

from uuid import UUID

from linli_service.http import Call, Done, commands

from linli_meetings.topics.commands import (
    DeferTopic,
    LinkCase,
    ProposeTopic,
    ReturnTopic,
    ScheduleTopic,
    ScreenTopic,
    WithdrawTopic,
)
from linli_meetings.topics.domain import TOPICS
from linli_meetings.topics.lookups import with_meeting

router = commands("/topics", "topics")


@router.post("", status_code=201)
async def propose(command: ProposeTopic, call: Call) -> Done:
    return Done.of(await call.create(TOPICS, command, command.estate_id))


@router.post("/{topic_id}/link-case")
async def link_case(topic_id: UUID, command: LinkCase, call: Call) -> Done:
    return Done.of(await call.act(TOPICS, topic_id, command))


@router.post("/{topic_id}/screen")
async def screen(topic_id: UUID, command: ScreenTopic, call: Call) -> Done:
    return Done.of(await call.act(TOPICS, topic_id, command))


@router.post("/{topic_id}/schedule")
async def schedule(topic_id: UUID, command: ScheduleTopic, call: Call) -> Done:
    return Done.of(await call.act(TOPICS, topic_id, command, with_meeting))


@router.post("/{topic_id}/return")
async def return_(topic_id: UUID, command: ReturnTopic, call: Call) -> Done:
    return Done.of(await call.act(TOPICS, topic_id, command))


@router.post("/{topic_id}/defer")
async def defer(topic_id: UUID, command: DeferTopic, call: Call) -> Done:
    return Done.of(await call.act(TOPICS, topic_id, command))


@router.post("/{topic_id}/withdraw")
async def withdraw(topic_id: UUID, command: WithdrawTopic, call: Call) -> Done:
    return Done.of(await call.act(TOPICS, topic_id, command))
