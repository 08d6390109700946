"""The numbers of mediation. Policy data comes from a service later; these are the defaults."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Policy:
    version: str = "default-1"
    source: str = "People's Mediation Law art. 33 for confirm_within; the rest is own practice"

    contact_attempts: int = 3
    """So many in vain, and reaching that side becomes a person's task."""
    confirm_within: timedelta = timedelta(days=30)
    """For both sides to ask the court to confirm an agreement, from its taking effect."""
