"""The numbers of demonstration posts. Policy data comes from a service later; these are the
defaults."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Policy:
    """`source` is where the numbers come from."""

    version: str = "default-1"
    source: str = "the operator's own practice; not set by law"

    years: int = 1
    """For how long a post is held, from the day it was awarded."""
