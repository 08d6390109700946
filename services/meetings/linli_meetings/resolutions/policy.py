"""The numbers of resolutions. Policy data comes from a service later; these are the defaults."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Policy:
    version: str = "default-1"
    source: str = "the operator's own practice; not set by law"

    publicity_days: int = 7
    """To the end of the last of them, the day after publishing being the first."""
    idle_after: timedelta = timedelta(days=7)
    """So long after publicity somebody must have been given something to do."""
    evaluate_after: tuple[timedelta, ...] = (timedelta(days=30), timedelta(days=90))
    """From its execution."""
    evaluate_within: timedelta = timedelta(days=7)
    """An evaluation so long before or after its due is that one; later, it was missed."""
