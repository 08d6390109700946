"""The numbers of shifts. Policy data comes from a service later; these are the defaults."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Policy:
    """`source` is where the numbers come from: no law sets any of them."""

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
