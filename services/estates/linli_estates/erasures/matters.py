"""This service's own copy of what nobody can be erased in the middle of: disputes that are not
settled, and votes that are open in which they have voted."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from linli_shared.kafka import Fact
from linli_shared.store import Reader
from linli_shared.tenancy import reading
from linli_shared.view import View
from linli_shared.viewset import NotLive, ViewSet
from linli_shared.watermarks import complete_at
from pydantic import BaseModel, ConfigDict

from linli_estates.companies.commands import key_of as company_of
from linli_estates.companies.domain import COMPANIES
from linli_estates.erasures.commands import ApproveErasure
from linli_estates.erasures.domain import ERASURES, Erasure
from linli_estates.erasures.terms import Matter

STALE: Final = timedelta(minutes=1)
"""A copy that may lack more than that is not relied on: the keys cannot be had back."""
_TOPICS: Final = ("linli.cases.v1", "linli.meetings.v1")
_AMONG: Final = "select exists (select from {table} where estate = any ($1) and person_ids ? $2)"


class Read(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


@dataclass(frozen=True, slots=True)
class OpenDispute:
    estate: str
    dispute_id: UUID
    person_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OpenVote:
    estate: str
    meeting_id: UUID
    topic_id: UUID
    person_ids: tuple[str, ...]
    """Who has voted, or was voted for."""


OPEN_DISPUTE: Final = View("open_dispute", row=OpenDispute, key=["dispute_id"])
OPEN_VOTE: Final = View("open_vote", row=OpenVote, key=["meeting_id", "topic_id"])
MATTERS: Final = ViewSet("matters", 1, topics=_TOPICS, members=[OPEN_DISPUTE, OPEN_VOTE])
_VIEWS: Final[dict[Matter, View[Any]]] = {Matter.DISPUTE: OPEN_DISPUTE, Matter.VOTE: OPEN_VOTE}


class OfDispute(Read):
    dispute_id: UUID


class Party(Read):
    person_id: str


class Filed(OfDispute):
    parties: tuple[Party, ...]


class OfVote(Read):
    meeting_id: UUID
    topic_id: UUID


class Ballot(OfVote):
    voter_id: str
    proxy_id: str | None = None


@OPEN_DISPUTE.on("linli.cases.DisputeFiled.v1", Filed)
def filed(row: OpenDispute | None, event: Filed, fact: Fact) -> OpenDispute:
    people = sorted({party.person_id for party in event.parties})
    return OpenDispute(fact.estate, event.dispute_id, tuple(people))


def _settled(row: OpenDispute | None, event: OfDispute, fact: Fact) -> None:
    return None


for _kind in ("DisputeMediated", "MediationDeclined", "DisputeWithdrawn"):
    OPEN_DISPUTE.on(f"linli.cases.{_kind}.v1", OfDispute)(_settled)


@OPEN_VOTE.on("linli.meetings.BallotCast.v1", Ballot)
def voted(row: OpenVote | None, event: Ballot, fact: Fact) -> OpenVote:
    vote = row or OpenVote(fact.estate, event.meeting_id, event.topic_id, ())
    people = {*vote.person_ids, event.voter_id, *([event.proxy_id] if event.proxy_id else [])}
    return replace(vote, person_ids=tuple(sorted(people)))


def _counted(row: OpenVote | None, event: OfVote, fact: Fact) -> None:
    return None


for _kind in ("VoteClosed", "VoteVoid"):
    OPEN_VOTE.on(f"linli.meetings.{_kind}.v1", OfVote)(_counted)


async def with_matters(reader: Reader, command: ApproveErasure) -> ApproveErasure:
    """The company's estates, and what the person is in the middle of in any of them."""
    company = await reader.load(COMPANIES, company_of(reader.estate))
    erasure = await reader.load(ERASURES, command.key)
    estates = sorted(company.estates) if company else []
    matters = await _matters(reader, estates, erasure) if erasure else frozenset()
    return command.learned(estates=estates, matters=matters)


async def _matters(
    reader: Reader, estates: Sequence[str], erasure: Erasure
) -> AbstractSet[Matter] | None:
    """None where what was there when it was asked may be lacking, or more than STALE."""
    try:
        number = await MATTERS.live(reader.pool)
    except NotLive:
        return None
    found = set()
    async with reading(reader.pool, estates) as db:
        for estate in estates:
            at = await complete_at(db, f"{MATTERS.name}.{number}", _TOPICS, estate)
            if at is None or at < max(erasure.asked_at, reader.now - STALE):
                return None
        for matter, view in _VIEWS.items():
            assert view.rows
            sql = _AMONG.format(table=view.rows.of(number))
            if await db.fetchval(sql, estates, erasure.person_id):
                found.add(matter)
    return found
