"""The numbers of topics. Policy data comes from a service later; these are the defaults."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Policy:
    version: str = "default-1"
    source: str = "the operator's own practice; not set by law"

    co_signers: int = 5
    """So many others stand behind what a resident proposes."""
