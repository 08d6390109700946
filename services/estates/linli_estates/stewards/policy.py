"""The numbers of stewards. Policy data comes from a service later; these are the defaults."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Policy:
    """`source` is where the numbers come from."""

    version: str = "default-1"
    source: str = "the operator's own practice; not set by law"

    households_max: int = 400
    """Of all buildings that a steward has at a time."""
