"""What owners must decide jointly, and when they have. Pure, integers only."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from linli_meetings.terms import Matter, Regime

ZONE: Final = ZoneInfo("Asia/Shanghai")
"""Of every estate: days of notice, of publicity and of a law begin and end by it."""


class Share(NamedTuple):
    """`parts` of `of`."""

    parts: int
    of: int


@dataclass(frozen=True, slots=True)
class Law:
    """`participation` is how much of the whole must take part, where that is asked at all; `of_all`
    says that votes count against the whole and not against those who took part."""

    version: str
    source: str
    since: date
    special_matters: AbstractSet[Matter]
    special: Share
    """At least so much; of an ordinary matter, more than half."""
    participation: Share | None
    of_all: bool


PROPERTY_LAW: Final = Law(
    version="property-law-76",
    source="Property Law art. 76, in force until 2020-12-31; known, not re-read",
    since=date(2007, 10, 1),
    special_matters={Matter.USE_FUND, Matter.RAISE_FUND, Matter.REBUILD},
    special=Share(2, 3),
    participation=None,
    of_all=True,
)
CIVIL_CODE: Final = Law(
    version="civil-code-278",
    source="Civil Code art. 278, in force since 2021-01-01; text read",
    since=date(2021, 1, 1),
    special_matters={Matter.RAISE_FUND, Matter.REBUILD, Matter.CHANGE_OF_USE},
    special=Share(3, 4),
    participation=Share(2, 3),
    of_all=False,
)


def law_at(moment: datetime) -> Law:
    """The law of a moment's day."""
    day = moment.astimezone(ZONE).date()
    return CIVIL_CODE if day >= CIVIL_CODE.since else PROPERTY_LAW


def least_regime(matter: Matter, law: Law) -> Regime:
    """The weakest regime that a matter may be decided by."""
    if matter is Matter.NONE:
        return Regime.ADVISORY
    if matter in law.special_matters:
        return Regime.STATUTORY_SPECIAL
    return Regime.STATUTORY_ORDINARY


def strong_enough(regime: Regime, matter: Matter, law: Law) -> bool:
    order = [*Regime]
    return order.index(regime) >= order.index(least_regime(matter, law))


@dataclass(frozen=True, slots=True)
class Count:
    """By area (cm²) and by head: eligible, taking part (who abstains does), in favour.

    One exclusive unit is one head; several units of one buyer, and those that the developer has not
    sold, are one; the co-owners of a unit are one and name their voter. Who counts so is told here:
    anyone can recompute a result from these six.
    """

    area_cm2: int
    heads: int
    area_taking_part_cm2: int
    heads_taking_part: int
    area_in_favour_cm2: int
    heads_in_favour: int


def enough_take_part(count: Count, law: Law) -> bool:
    share = law.participation
    return share is None or (
        _at_least(share, count.area_taking_part_cm2, count.area_cm2)
        and _at_least(share, count.heads_taking_part, count.heads)
    )


def adopted(count: Count, regime: Regime, law: Law) -> bool:
    """Whether a statutory vote has adopted what was voted on: by area and by head."""
    area, heads = (
        (count.area_cm2, count.heads)
        if law.of_all
        else (count.area_taking_part_cm2, count.heads_taking_part)
    )
    votes = ((count.area_in_favour_cm2, area), (count.heads_in_favour, heads))
    if not enough_take_part(count, law):
        return False
    if regime is Regime.STATUTORY_SPECIAL:
        return all(_at_least(law.special, given, whole) for given, whole in votes)
    return all(2 * given > whole for given, whole in votes)


def _at_least(share: Share, given: int, whole: int) -> bool:
    return share.of * given >= share.parts * whole
