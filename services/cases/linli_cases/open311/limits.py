"""How often somebody may ask: so many a minute, and as many at once. Pure; in this process alone.

Several processes let through as many times as much. What must not be exceeded at all, who asks for
it has a reservation for; this is against programs that run wild.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Final

_MOST: Final = 10_000  # of the names that are remembered


@dataclass(slots=True)
class Limit:
    """Token buckets by name: full at first, and filled again evenly."""

    per_minute: int
    _left: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)

    def wait_s(self, name: str, now_s: float) -> float:
        """0, and one less is left; or after how many seconds there is one again."""
        left, at = self._left.pop(name, (float(self.per_minute), now_s))
        left = min(float(self.per_minute), left + (now_s - at) * self.per_minute / 60)
        taken = left >= 1
        self._left[name] = (left - 1 if taken else left, now_s)
        if len(self._left) > _MOST:
            self._left.popitem(last=False)  # whoever has not asked for longest
        return 0.0 if taken else (1 - left) * 60 / self.per_minute
