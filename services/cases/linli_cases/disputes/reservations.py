"""What a running dispute 邻里纠纷 keeps from others: the same people over the same thing."""

from collections.abc import Sequence

from linli_shared.decider import Hold, Rejected, Release, Reservation

from linli_cases.disputes.events import (
    DisputeEvent,
    DisputeFiled,
    DisputeMediated,
    DisputeWithdrawn,
    MediationDeclined,
)
from linli_cases.disputes.state import Dispute


def reserve(dispute: Dispute | None, event: DisputeEvent) -> Sequence[Reservation]:
    """Until mediation ends. Who falls out again while an agreement is being performed may file."""
    match event:
        case DisputeFiled():
            people = sorted(party.person_id for party in event.parties)
            return [Hold("dispute", "|".join([event.category, *people]))]
        case MediationDeclined() | DisputeMediated() | DisputeWithdrawn():
            return [Release("dispute")]
        case _:
            return []


def taken(kind: str, holder: str) -> Rejected:
    return Rejected("DUPLICATE_OPEN_DISPUTE", existing_dispute_id=holder)
