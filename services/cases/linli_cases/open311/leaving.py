"""What may leave by Open311: a view of its own, that holds nothing else.

It fails closed. Only what `CaseOpened` begins is here, so no dispute is, nor anything of elders or
children, who are no cases; only kinds and services that are named here and in `catalogue`; nothing
about a person; of its place no unit; none of its words. What is not in this table cannot be asked
for. A change of what may leave raises the set's revision.
"""

import unicodedata
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from linli_shared.kafka import Fact
from linli_shared.view import View
from linli_shared.viewset import ViewSet

from linli_cases.complaints import events
from linli_cases.complaints.about import OfCase
from linli_cases.complaints.terms import OPEN, Kind, Status
from linli_cases.open311.catalogue import CATALOGUE

KINDS: Final = frozenset(
    {
        Kind.COMPLAINT,
        Kind.REPAIR,
        Kind.SUGGESTION,
        Kind.INQUIRY,
        Kind.LEGACY_ISSUE,
        Kind.KEY_MATTER,
    }
)
"""Named one by one: a kind that is added to cases stays here until somebody has thought of it."""
_MOST_FIGURES: Final = 6  # no telephone number is as short


@dataclass(frozen=True, slots=True)
class Leaving:
    """`state` is the case's own; `updated_at` when its last fact was recorded."""

    estate: str
    case_id: UUID
    service_code: str
    state: str
    building_id: str | None
    public_area: str | None
    requested_at: datetime
    updated_at: datetime
    expected_at: datetime | None

    @property
    def open(self) -> bool:
        return self.state in OPEN


LEAVING: Final = View(
    "leaving",
    row=Leaving,
    key=["case_id"],
    indexes=["estate, requested_at desc, case_id desc"],
)
OPEN311_VIEWS: Final = ViewSet("open311", 1, topics=["linli.cases.v1"], members=[LEAVING])


@LEAVING.on(events.CaseOpened.kind, events.CaseOpened)
def opened(row: Leaving | None, event: events.CaseOpened, fact: Fact) -> Leaving | None:
    if not may_leave(event):
        return None
    return Leaving(
        estate=fact.estate,
        case_id=event.case_id,
        service_code=event.service_code,
        state=Status.NEW,
        building_id=without_number(event.place.building_id),
        public_area=without_number(event.place.public_area),
        requested_at=event.occurred_at,
        updated_at=fact.recorded_at,
        expected_at=event.sla.resolve_due if event.sla else None,
    )


def may_leave(event: events.CaseOpened) -> bool:
    named = event.case_kind in KINDS and event.service_code in CATALOGUE
    return named and event.about_person_id is None


def without_number(place: str | None) -> str | None:
    """None where a telephone number may be in it, in whatever figures it is written."""
    if place is None:
        return None
    figures = sum(unicodedata.numeric(char, None) is not None for char in place)
    return place if figures <= _MOST_FIGURES and "@" not in place else None


_BECOMES: Final[dict[type[OfCase], Status]] = {
    events.CaseAcknowledged: Status.ACKNOWLEDGED,
    events.CaseRejected: Status.REJECTED,
    events.CaseMerged: Status.MERGED,
    events.CaseAssigned: Status.ASSIGNED,
    events.WorkStarted: Status.IN_PROGRESS,
    events.CaseSuspended: Status.PENDING,
    events.CaseReferredToDeliberation: Status.PENDING,
    events.CaseResumed: Status.IN_PROGRESS,
    events.CaseTransferred: Status.TRANSFERRED,
    events.CaseResolved: Status.RESOLVED,
    events.CaseClosed: Status.CLOSED,
    events.CaseReopened: Status.IN_PROGRESS,
    events.CaseWithdrawn: Status.WITHDRAWN,
}


def moved(row: Leaving | None, event: OfCase, fact: Fact) -> Leaving | None:
    if row is None:
        return None
    row = replace(row, state=_BECOMES[type(event)], updated_at=fact.recorded_at)
    if isinstance(event, events.CaseResumed) and event.sla:
        return replace(row, expected_at=event.sla.resolve_due)
    return row


for _model in _BECOMES:
    LEAVING.on(_model.kind, _model)(moved)  # type: ignore[attr-defined]
