"""Domain time, injected: rules never ask for it, commands bring it.

Leases, timeouts and the expiry of tokens stay on real time.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeAlias

Clock: TypeAlias = Callable[[], datetime]


def now() -> datetime:
    return datetime.now(UTC)
