"""What can happen to a demonstration post 示范岗/先锋岗 of a steward."""

from datetime import date
from uuid import UUID

from linli_shared.messages import Event
from pydantic import BaseModel

from linli_estates.honours.terms import Cause, HonourKind


class OfPost(BaseModel):
    """What every event of a post says."""

    honour_id: UUID
    """Of the stream; one an award."""
    honour: HonourKind
    steward_id: UUID
    person_id: str
    by_id: str


class DemonstrationPostAwarded(OfPost, Event, kind="linli.estates.DemonstrationPostAwarded.v1"):
    """授牌: from `awarded_on` to `until`, the last day. `evidence_refs` say where what it rests on
    is kept, sealed."""

    awarded_on: date
    until: date
    evidence_refs: tuple[str, ...]
    policy_version: str


class DemonstrationPostWithdrawn(OfPost, Event, kind="linli.estates.DemonstrationPostWithdrawn.v1"):
    """摘牌, before its time was over."""

    cause: Cause


class DemonstrationPostExpired(OfPost, Event, kind="linli.estates.DemonstrationPostExpired.v1"):
    """期满: the day after its last one had begun."""

    until: date


PostEvent = DemonstrationPostAwarded | DemonstrationPostWithdrawn | DemonstrationPostExpired
