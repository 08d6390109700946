"""A vote that is closed becomes a resolution 决议, and the resolution decides its topic 议题. There
is no other way to one."""

from collections.abc import Iterable
from typing import Final

from linli_shared.kafka import Fact
from linli_shared.process import Do, Process

from linli_meetings.meetings.events import VoteClosed
from linli_meetings.resolutions.commands import BringResult
from linli_meetings.resolutions.domain import RESOLUTIONS
from linli_meetings.resolutions.events import ResolutionAdopted, ResolutionRejected
from linli_meetings.topics.commands import MarkDecided
from linli_meetings.topics.domain import TOPICS

VOTE_TO_RESOLUTION: Final = Process("vote_to_resolution")


@VOTE_TO_RESOLUTION.on(VoteClosed.kind, VoteClosed)
def declare(event: VoteClosed, fact: Fact) -> Iterable[Do]:
    brought = BringResult(
        estate_id=fact.estate,
        meeting_id=event.meeting_id,
        topic_id=event.topic_id,
        result=event.result,
    )
    yield Do(RESOLUTIONS, event.resolution_id, brought, "declare")


@VOTE_TO_RESOLUTION.on(ResolutionAdopted.kind, ResolutionAdopted)
def adopted(event: ResolutionAdopted, fact: Fact) -> Iterable[Do]:
    decided = MarkDecided(resolution_id=event.resolution_id, adopted=True)
    yield Do(TOPICS, event.topic_id, decided, "decided")


@VOTE_TO_RESOLUTION.on(ResolutionRejected.kind, ResolutionRejected)
def rejected(event: ResolutionRejected, fact: Fact) -> Iterable[Do]:
    decided = MarkDecided(resolution_id=event.resolution_id, adopted=False)
    yield Do(TOPICS, event.topic_id, decided, "decided")
