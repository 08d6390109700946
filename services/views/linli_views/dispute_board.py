"""The dispute board: one row a dispute. It tells how mediation goes and nothing of what it is
about: no matter, no notes, no terms."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi import Query, Response
from linli_service.http import queries
from linli_service.paging import Page
from linli_shared.kafka import Fact
from linli_shared.text import Key
from linli_shared.view import Change, View
from typing_extensions import TypedDict

from linli_views import dispute_events, events
from linli_views.conditional import UNCHANGED, ETag, told
from linli_views.following import follow
from linli_views.listing import Asked, Listing
from linli_views.sight import Read

OPEN: Final = ("filed", "accepted", "mediator_assigned", "in_session")
State = Literal[
    "open", "filed", "accepted", "declined", "mediator_assigned", "in_session", "settled",
    "not_settled", "performed", "breached", "withdrawn",
]  # fmt: skip
Category = Literal["noise", "leakage", "parking", "pets", "common_area", "renovation", "other"]


class Party(TypedDict):
    person_id: str
    unit_id: str
    side: str


@dataclass(frozen=True, slots=True)
class Dispute:
    """`version` is the stream's, for If-Match. Times are of the field world, but for `changed_at`:
    when its last fact was recorded. `terms` counts those of the agreement."""

    estate: str
    dispute_id: UUID
    category: str
    state: str
    parties: tuple[Party, ...]
    filing_side: str
    origin_case_id: UUID | None
    filed_at: datetime
    changed_at: datetime
    version: int
    consented: tuple[str, ...] = ()
    mediator_id: str | None = None
    body: str | None = None
    sessions: int = 0
    outcome: str | None = None
    referred_to: str | None = None
    terms: int = 0
    terms_performed: int = 0
    confirm_by: datetime | None = None
    accepted_at: datetime | None = None
    mediate_by: datetime | None = None
    mediated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OwnDispute:
    """Whose dispute it is: the index by person of the board."""

    estate: str
    person_id: str
    dispute_id: UUID


DISPUTES: Final = View(
    "dispute_board",
    row=Dispute,
    key=["dispute_id"],
    lines=OwnDispute,
    line_key=["person_id", "dispute_id"],
    indexes=[
        "estate, filed_at desc, dispute_id desc",
        "estate, state, filed_at desc, dispute_id desc",
        "estate, mediator_id, filed_at desc, dispute_id desc",
    ],
)


def _own(number: int) -> str:
    """Of the parties and of the mediator."""
    return (
        f"(t.mediator_id = :person or t.dispute_id = any (array(select o.dispute_id"
        f" from view.dispute_board_line_{number} o"
        f" where o.estate = e.estate and o.person_id = :person)))"
    )


LISTING: Final = Listing("dispute_board", "filed_at", "dispute_id", _own, OPEN)


@DISPUTES.on(dispute_events.DisputeFiled.wire, dispute_events.DisputeFiled)
def filed(dispute: Dispute | None, event: dispute_events.DisputeFiled, fact: Fact) -> Change:
    row = Dispute(
        estate=fact.estate,
        dispute_id=event.dispute_id,
        category=event.category,
        state="filed",
        parties=tuple(
            Party(person_id=p.person_id, unit_id=p.unit_id, side=p.side) for p in event.parties
        ),
        filing_side=event.filing_side,
        origin_case_id=event.origin_case_id,
        filed_at=event.occurred_at,
        changed_at=fact.recorded_at,
        version=fact.version,
    )
    people = sorted({party.person_id for party in event.parties})
    lines = [OwnDispute(fact.estate, person, event.dispute_id) for person in people]
    return Change({(event.dispute_id,): row}, lines)


def _changes(dispute: Dispute, event: events.Read) -> dict[str, Any]:
    at = event.occurred_at
    match event:
        case dispute_events.MediationConsentRecorded():
            return {"consented": tuple(sorted({*dispute.consented, event.side}))}
        case dispute_events.MediationDeclined():
            return {"state": "declined"}
        case dispute_events.DisputeAccepted():
            return {"state": "accepted", "accepted_at": at, "mediate_by": event.mediate_by}
        case dispute_events.MediationDeadlineExtended():
            return {"mediate_by": event.mediate_by}
        case dispute_events.MediatorAssigned():
            who = {"mediator_id": event.mediator_id, "body": event.body}
            return {"state": "mediator_assigned", **who}
        case dispute_events.MediationSessionHeld():
            return {"state": "in_session", "sessions": event.n}
        case dispute_events.MediatorRecused():
            return {"state": "accepted", "mediator_id": None, "body": None}
        case dispute_events.DisputeMediated():
            state = "not_settled" if event.outcome == "not_settled" else "settled"
            done = {"outcome": event.outcome, "mediated_at": at, "confirm_by": event.confirm_by}
            return {"state": state, "terms": len(event.terms), **done}
        case dispute_events.DisputeReferred():
            return {"referred_to": event.to}
        case dispute_events.TermPerformed():
            return {"terms_performed": dispute.terms_performed + 1}
        case dispute_events.AgreementPerformed():
            return {"state": "performed"}
        case dispute_events.AgreementBreached():
            return {"state": "breached"}
        case dispute_events.DisputeWithdrawn():
            return {"state": "withdrawn"}
        case _:
            return {}


follow(DISPUTES, dispute_events.OF_DISPUTES, _changes)
follow(DISPUTES, [events.RuleOverridden], _changes, keys=lambda event: [(event.subject_id,)])

router = queries("/disputes", "disputes")


class Wanted(Asked):
    """`open` is any state before mediation ends."""

    state: State | None = None
    category: Category | None = None
    mediator_id: Key | None = None


@router.get("")
async def disputes(wanted: Annotated[Wanted, Query()], read: Read) -> Page[Dispute]:
    """The newest first. Staff see the register of their estates, parties and mediators their
    own."""
    filters = wanted.model_dump(include=Wanted.model_fields.keys() - Asked.model_fields.keys())
    found, following = await LISTING.page(read, filters, wanted)
    assert DISPUTES.rows
    return Page(items=[DISPUTES.rows.parse(record) for record in found], next=following)


@router.get("/{dispute_id}", response_model=Dispute, responses=UNCHANGED)
async def dispute(dispute_id: UUID, read: Read, to: Response, if_none_match: ETag = None) -> Any:
    """How it stands; its ETag is what a command's If-Match takes."""
    assert DISPUTES.rows
    found: Dispute = DISPUTES.rows.parse(await LISTING.one(read, dispute_id))
    return told(found, found.version, if_none_match, to)
