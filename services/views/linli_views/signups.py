"""Sign-ups 报名: one row a person and shift. Who else goes is for those who coordinate."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, TypeAlias
from uuid import UUID

from linli_shared.kafka import Fact
from linli_shared.table import Key
from linli_shared.view import Change, View

from linli_views import volunteer_events as events

PLACED: Final = ("confirmed", "checked_in", "checked_out")
"""Those who have one of the shift's places."""
_INTO: Final[Mapping[type[events.OfSignup], str]] = {
    events.SignupConfirmed: "confirmed",
    events.SignupWaitlisted: "waitlisted",
    events.WaitlistPromoted: "confirmed",
    events.SignupCancelled: "cancelled",
    events.VolunteerCheckedIn: "checked_in",
    events.VolunteerCheckedOut: "checked_out",
    events.NoShowRecorded: "no_show",
}


@dataclass(frozen=True, slots=True)
class Signup:
    """`since` is when it became what it is; `position`: on the waiting list, when it was joined."""

    estate: str
    shift_id: UUID
    person_id: str
    state: str
    since: datetime
    position: int | None = None


SIGNUPS: Final = View(
    "signups", row=Signup, key=["shift_id", "person_id"], indexes=["estate, person_id, state"]
)
Rows: TypeAlias = Mapping[Key, Signup | None]


def turned(signup: Signup | None, event: events.OfSignup, fact: Fact) -> Signup:
    position = event.position if isinstance(event, events.SignupWaitlisted) else None
    state, at = _INTO[type(event)], event.occurred_at
    return Signup(fact.estate, event.shift_id, event.person_id, state, at, position)


for _model in events.OF_SIGNUPS:
    SIGNUPS.on(_model.wire, _model)(turned)


def _all(event: events.ShiftCancelled) -> Iterable[Key]:
    return [(event.shift_id, person) for person in (*event.expected, *event.waiting)]


@SIGNUPS.on_many(events.ShiftCancelled.wire, events.ShiftCancelled, _all)
def called_off(signups: Rows, event: events.ShiftCancelled, fact: Fact) -> Change:
    at: dict[str, Any] = {"state": "cancelled", "since": event.occurred_at}
    return Change({key: replace(row, **at) for key, row in signups.items() if row})
