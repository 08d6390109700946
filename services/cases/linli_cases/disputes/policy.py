"""The numbers of mediation. Policy data comes from a service later; these are the defaults."""

import calendar
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from linli_cases.days import ZONE


@dataclass(frozen=True, slots=True)
class Policy:
    version: str = "default-1"
    source: str = (
        "People's Mediation Law art. 33 for confirm_within; rules on people's mediation work"
        " art. 33 for mediate_months; the rest is own practice"
    )

    contact_attempts: int = 3
    """So many in vain, and reaching that side becomes a person's task."""
    contact_within: timedelta = timedelta(days=3)
    """For both sides to be reached, from the filing."""
    mediate_months: int = 1
    confirm_within: timedelta = timedelta(days=30)
    """For both sides to ask the court to confirm an agreement, from its taking effect."""
    confirm_reminder: timedelta = timedelta(days=10)
    """So long before its end they are reminded."""

    def mediate_by(self, start: datetime) -> datetime:
        """The same day of a later month at that time, or its last day."""
        local = start.astimezone(ZONE)
        years, month = divmod(local.month - 1 + self.mediate_months, 12)
        year = local.year + years
        last = calendar.monthrange(year, month + 1)[1]
        return local.replace(year=year, month=month + 1, day=min(local.day, last)).astimezone(UTC)
