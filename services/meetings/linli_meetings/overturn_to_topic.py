"""A resolution 决议 that is overturned comes again as a topic 议题, in the same chain and of the
same name, which its own topic has given back; its cases are linked to it again."""

from collections.abc import Iterable
from typing import Final

from linli_shared.kafka import Fact
from linli_shared.process import Do, Process

from linli_meetings.resolutions.events import ResolutionOverturned
from linli_meetings.topics.commands import LinkCase, ProposeTopic
from linli_meetings.topics.domain import TOPICS

OVERTURN_TO_TOPIC: Final = Process("overturn_to_topic")


@OVERTURN_TO_TOPIC.on(ResolutionOverturned.kind, ResolutionOverturned)
def follow_up(event: ResolutionOverturned, fact: Fact) -> Iterable[Do]:
    again = ProposeTopic(
        estate_id=fact.estate,
        title=event.title,
        description=event.reason,
        chain_id=event.chain_id,
        follow_up_of=event.resolution_id,
    )
    yield Do(TOPICS, event.follow_up_topic_id, again, "follow_up")
    for case in event.case_ids:  # one by one: a case that has another topic by now keeps none back
        yield Do(TOPICS, event.follow_up_topic_id, LinkCase(case_id=case), f"link {case}")
