"""The numbers of meetings. Policy data comes from a service later; these are the defaults."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType
from typing import Final

from linli_meetings.meetings.terms import Kind
from linli_meetings.statutory import Share

_NOTICE: Final = MappingProxyType(
    {
        Kind.DELIBERATION: timedelta(hours=72),
        Kind.TRIPARTITE: timedelta(hours=72),
        Kind.OWNERS_ASSEMBLY: timedelta(days=15),
    }
)
_MAJORITY: Final = Share(1, 2)
_HEADCOUNT: Final = MappingProxyType({Kind.DELIBERATION: Share(1, 2)})


@dataclass(frozen=True, slots=True)
class Policy:
    version: str = "default-1"
    source: str = (
        "Property Management Regulations art. 14 for the notice of an owners' assembly (known, not "
        "re-read); the rest is own practice, not set by law"
    )

    notice: Mapping[Kind, timedelta] = field(default_factory=lambda: _NOTICE)
    """So long before it starts; a meeting of another kind is noticed before it starts."""
    headcount: Mapping[Kind, Share] = field(default_factory=lambda: _HEADCOUNT)
    """At least so much of those invited is there when it opens, and when a vote closes."""
    all_parties: AbstractSet[Kind] = frozenset({Kind.DELIBERATION, Kind.TRIPARTITE})
    """Each of the three parties is there."""
    majority: Share = _MAJORITY
    """An advisory vote adopts with more than so much of the ballots; who abstains has cast one."""
    proxies: int = 3
    """For so many others one person may vote."""
    minutes_after: tuple[timedelta, ...] = (timedelta(days=3), timedelta(days=7))
    """So long after its end, minutes that are not published are asked for."""
