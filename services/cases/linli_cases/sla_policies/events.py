"""What can happen to the deadlines of an estate."""

from datetime import date

from linli_sealed.fields import Public
from linli_shared.messages import Event, Value

from linli_cases.complaints.terms import Hours, Kind, Priority, ReturnVisit


class SetTarget(Value):
    """Of cases of these kinds and priorities; of all, where none is named. Minutes of `hours`."""

    hours: Hours
    ack_min: int
    first_response_min: int
    resolve_min: int | None = None
    anchor: Public
    priorities: tuple[Priority, ...] = ()
    kinds: tuple[Kind, ...] = ()


class SlaPolicySet(Event, kind="linli.cases.SlaPolicySet.v1"):
    """时限政策: for cases that are opened from now on. `source` is where its numbers come from.
    `targets`: the first one that a case fits; after these the defaults. `holidays` and `workdays`
    come before those that the State Council announced."""

    policy_version: str
    source: Public
    targets: tuple[SetTarget, ...] = ()
    warn_bp: int
    l2_bp: int
    l3_bp: int
    no_ack_min: int
    holidays: tuple[date, ...] = ()
    workdays: tuple[date, ...] = ()
    by_id: str
    return_visit: ReturnVisit = ReturnVisit.NEVER
    visit_after_h: int = 72
    """So long after it was closed somebody asks again, where somebody does."""
