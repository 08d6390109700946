"""An estate: every aggregate with the others, as the processes between them let each fact of one be
a command to another."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

import pytest
from linli_language.roles import Role
from linli_meetings.app import PROCESSES
from linli_meetings.meetings.commands import (
    CloseMeeting,
    CloseVote,
    IssueNotice,
    OpenMeeting,
    OpenVote,
)
from linli_meetings.meetings.domain import MEETINGS
from linli_meetings.meetings.lookups import with_agenda, with_topic
from linli_meetings.resolutions.commands import (
    CompleteAction,
    PublishResolution,
    StartAction,
    VerifyAction,
)
from linli_meetings.resolutions.domain import RESOLUTIONS
from linli_meetings.terms import Matter, Regime
from linli_meetings.topics.commands import (
    ScreenTopic,
)
from linli_meetings.topics.domain import TOPICS
from linli_shared.decider import Decider, Rejected
from linli_shared.kafka import Fact
from linli_shared.messages import SYSTEM, Actor, Command, Event
from linli_shared.process import Do

from services.meetings.tests.a_meeting import (
    CHAIR,
    CHOICES,
    CLERK,
    COMMUNITY,
    OWNERS,
    PLANNED_AT,
    PROPERTY,
    STARTS,
    ballot,
    came,
    planning,
)
from services.meetings.tests.a_resolution import (
    BUILDER,
    DAY,
    DONE_AT,
    PAINTER,
    STARTED_AT,
    UNTIL,
    assignment,
)
from services.meetings.tests.a_topic import CASES, MEETING, NOW, SIX, TOPIC, proposal

RESOLUTION = uuid5(MEETING, str(TOPIC))


def reactions(stream: str, event: Event) -> Iterator[Do]:
    """What the processes make of a fact, each written down and read again as a step is."""
    fact = Fact(
        position=1, prev=0, estate="xx", stream=stream, version=1, kind=event.kind,
        id=uuid4(), source="linli/meetings", correlation=event.chain or uuid4(),
        occurred_at=event.occurred_at, recorded_at=event.occurred_at,
        data=event.model_dump_json().encode(),
    )  # fmt: skip
    for process in PROCESSES:
        for kind, model, react in process.reactions:
            if kind == event.kind:
                for do in react(model.model_validate_json(fact.data), fact):
                    body = do.command.model_dump_json(exclude_unset=True)
                    yield replace(do, command=type(do.command).model_validate_json(body))


class Estate:
    """Three deciders, their streams, and what is learned from one about another."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.streams: dict[str, list[Event]] = defaultdict(list)

    async def load(self, decider: Decider[Any, Any, Any], key: UUID) -> Any:
        return decider.fold(self.streams[decider.stream(key)])

    async def say(
        self, person: str, command: Command, now: datetime, key: UUID | None = None
    ) -> None:
        decider = next(
            decider
            for decider, package in ((TOPICS, "topics"), (MEETINGS, "meetings"), (RESOLUTIONS, "r"))
            if type(command).__module__.removeprefix("linli_meetings.").startswith(package)
        )
        keys = {"topic": TOPIC, "meeting": MEETING, "resolution": RESOLUTION}
        await self._do(decider, key or keys[decider.category], command, person, now)

    async def _do(self, decider: Any, key: UUID, command: Any, person: str, now: datetime) -> None:
        role = {CHAIR: Role.COMMUNITY_OFFICER, CLERK: Role.OPERATOR, SYSTEM: SYSTEM}
        roles = frozenset({role.get(person, Role.STEWARD)})
        assert roles & command.by
        asked = command.stamped(key, now, Actor(id=person, roles=roles))
        reader: Any = self
        if isinstance(asked, OpenVote | CloseVote):
            asked = await with_topic(reader, asked)
        for event in decider.decide(asked, await self.load(decider, key)):
            self.events.append(event)
            self.streams[decider.stream(key)].append(event)
            for do in reactions(decider.stream(key), event):
                await self._do(do.decider, do.key, do.command, SYSTEM, now)

    async def status(self, decider: Decider[Any, Any, Any], key: UUID) -> str:
        return str((await self.load(decider, key)).status)

    def of(self, kind: type[Event]) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]


async def noticed() -> Estate:
    """Three cases are referred with six co-signers; the meeting is noticed four days before."""
    estate = Estate()
    await estate.say(SYSTEM, proposal(case_ids=CASES, co_signer_ids=SIX), NOW)
    screened = ScreenTopic(matter=Matter.NONE, regime=Regime.ADVISORY)
    await estate.say(CHAIR, screened, NOW)
    reader: Any = estate
    await estate.say(CLERK, await with_agenda(reader, planning(agenda=[TOPIC])), PLANNED_AT)
    await estate.say(CLERK, IssueNotice(), PLANNED_AT)
    assert await estate.status(TOPICS, TOPIC) == "scheduled"
    return estate


async def adopted() -> Estate:
    estate = await noticed()
    room = [*OWNERS[:23], *PROPERTY[:4], *COMMUNITY[:2]]
    await estate.say(CLERK, came(*room), STARTS)
    await estate.say(CHAIR, OpenMeeting(), STARTS)
    await estate.say(CHAIR, OpenVote(topic_id=TOPIC), STARTS)
    for voter, choice in zip(room, CHOICES, strict=True):
        await estate.say(CLERK, ballot(choice, voter_id=voter), STARTS)
    await estate.say(CHAIR, CloseVote(topic_id=TOPIC), STARTS)
    await estate.say(CHAIR, CloseMeeting(), STARTS + timedelta(hours=1))
    return estate


async def executed() -> Estate:
    estate = await adopted()
    await estate.say(CLERK, PublishResolution(), STARTS)
    await estate.say(CLERK, assignment(), STARTS)
    sign = assignment(duty="设置充电须知牌", owner_id=PAINTER, due_at=DONE_AT)
    await estate.say(CLERK, sign, STARTS)
    with pytest.raises(Rejected, match="PUBLICITY_NOT_ENDED"):
        await estate.say(BUILDER, StartAction(action_id=1), UNTIL - 2 * DAY)
    for n, owner in ((1, BUILDER), (2, PAINTER)):
        await estate.say(owner, StartAction(action_id=n), STARTED_AT)
        done = CompleteAction(action_id=n, evidence_ids=(f"photo-{n}",))
        await estate.say(owner, done, DONE_AT)
        await estate.say(CHAIR, VerifyAction(action_id=n), DONE_AT)
    return estate
