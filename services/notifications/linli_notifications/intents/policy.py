"""The numbers of notifications. Policy data comes from a service later; these are defaults."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from hashlib import sha256
from types import MappingProxyType
from typing import Final
from uuid import UUID

from linli_notifications.terms import ZONE, Severity

_LIFETIMES: Final = MappingProxyType(
    {
        Severity.INFO: timedelta(days=3),
        Severity.ACTION: timedelta(days=3),
        Severity.URGENT: timedelta(days=1),
        Severity.CRITICAL: timedelta(hours=2),
    }
)


@dataclass(frozen=True, slots=True)
class Policy:
    """`source` is where the numbers come from: no law sets any of them."""

    version: str = "default-1"
    source: str = "the operator's own practice; not set by law"

    quiet_from: time = time(22)
    quiet_until: time = time(7)
    """Local time, the first included and the second not."""
    retries: tuple[timedelta, ...] = (
        timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2),
    )  # fmt: skip
    spread_bp: int = 1000
    """By how much a retry may be earlier or later, so that not all come at once."""
    lifetimes: Mapping[Severity, timedelta] = field(default_factory=lambda: _LIFETIMES)
    """Counted from the fact. What is older is news no more."""

    def allowed(self, at: datetime, severity: Severity) -> datetime:
        """The first moment from `at` on when a message may be sent."""
        local = at.astimezone(ZONE)
        quiet = local.time() >= self.quiet_from or local.time() < self.quiet_until
        if severity is Severity.CRITICAL or not quiet:
            return at
        day = local.date() + timedelta(days=local.time() >= self.quiet_from)
        return datetime.combine(day, self.quiet_until, ZONE).astimezone(at.tzinfo)

    def retry(self, intent: UUID, attempt: int, at: datetime) -> datetime | None:
        """When to try again after the `attempt`th one failed at `at`; None: no more."""
        if attempt > len(self.retries):
            return None
        chance = int.from_bytes(sha256(f"{intent}/{attempt}".encode()).digest()[:4])
        spread_bp = chance % (2 * self.spread_bp + 1) - self.spread_bp
        return at + self.retries[attempt - 1] * (10_000 + spread_bp) / 10_000
