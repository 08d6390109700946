"""A case 事件 that is referred to deliberation 提请议事 becomes a topic 议题, under the id that the
referral names."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from linli_shared.kafka import Fact
from linli_shared.process import Do, Process
from pydantic import BaseModel, ConfigDict

from linli_meetings.topics.commands import ProposeTopic
from linli_meetings.topics.domain import TOPICS

PROBLEM_TO_TOPIC: Final = Process("problem_to_topic")


class Referred(BaseModel):
    """What is read of it: only this, whatever else is there."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    case_id: UUID
    chain_id: UUID
    topic_id: UUID
    title: str
    description: str
    co_signer_ids: tuple[str, ...] = ()


@PROBLEM_TO_TOPIC.on("linli.cases.CaseReferredToDeliberation.v1", Referred)
def propose(event: Referred, fact: Fact) -> Iterable[Do]:
    proposal = ProposeTopic(
        estate_id=fact.estate,
        title=event.title,
        description=event.description,
        co_signer_ids=event.co_signer_ids,
        case_ids=(event.case_id,),
        chain_id=event.chain_id,
    )
    yield Do(TOPICS, event.topic_id, proposal, "propose")
