"""The numbers of shifts. Policy data comes from a service later; these are the defaults."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from linli_volunteers.credentials.terms import CredentialType
from linli_volunteers.shifts.terms import ShiftType


def _required() -> Mapping[ShiftType, tuple[CredentialType, ...]]:
    children = (CredentialType.MINOR_CONTACT_CHECK,)
    elders = (CredentialType.ELDER_CARE,)
    return {
        ShiftType.SCHOOL_GUARD: children,
        ShiftType.CLASS_AIDE: children,
        ShiftType.ELDER_VISIT: elders,
    }


@dataclass(frozen=True, slots=True)
class Policy:
    """`source` is where the numbers come from. Checks of those in close contact with minors, at
    hiring and yearly, are Minors Protection Law art. 62 (read in press); for volunteers at a school
    gate we read it widely."""

    version: str = "default-1"
    source: str = "the operator's own practice; not set by law"

    way_min: int = 15
    """Minutes between two posts, where a shift says nothing else."""
    waitlist_max: int = 10
    cancel_before: timedelta = timedelta(hours=3)
    """Later than that before the start nobody cancels, and nobody is promoted who could not."""
    check_in_before: timedelta = timedelta(minutes=30)
    no_show_after: timedelta = timedelta(minutes=15)
    max_without_rest: timedelta = timedelta(hours=6)
    rest: timedelta = timedelta(minutes=30)
    required: Mapping[ShiftType, tuple[CredentialType, ...]] = field(default_factory=_required)
    """Of whoever is with children, or in an elder's home."""
