"""Places 场所 of the hall 红色享居馆, and when they are open."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, assert_never

from linli_shared import lifecycle
from linli_shared.decider import Decider

from linli_estates.days import ZONE
from linli_estates.places.commands import (
    Opening,
    PlaceCommand,
    RegisterPlace,
    RetirePlace,
    SetHours,
)
from linli_estates.places.events import (
    Open,
    PlaceEvent,
    PlaceHoursSet,
    PlaceRegistered,
    PlaceRetired,
)

_THERE: Final = "there"
_RETIRED: Final = "retired"
MOVES: Final[lifecycle.Moves] = {
    RegisterPlace: ({None}, _THERE),
    SetHours: ({_THERE}, None),
    RetirePlace: ({_THERE}, _RETIRED),
}


@dataclass(frozen=True, slots=True)
class Place:
    hours: tuple[Open, ...]
    status: str = _THERE

    def is_open(self, since: datetime, until: datetime) -> bool:
        """All the time from `since` to `until`, of one local day."""
        begin, end = since.astimezone(ZONE), until.astimezone(ZONE)
        if self.status == _RETIRED or begin.date() != end.date():
            return False
        return any(
            one.weekday == begin.isoweekday()
            and one.opens_min <= _minute(begin)
            and _minute(end) <= one.closes_min
            for one in self.hours
        )


def _minute(moment: datetime) -> float:
    """After midnight; a begun one counts."""
    return moment.hour * 60 + moment.minute + moment.second / 60 + moment.microsecond / 6e7


def decide(command: PlaceCommand, place: Place | None) -> Sequence[PlaceEvent]:
    lifecycle.check(MOVES, command, place.status if place else None)
    of: dict[str, Any] = {
        "occurred_at": command.at,
        "place_id": command.key,
        "by_id": command.actor.id,
    }
    match command:
        case RegisterPlace():
            said = command.model_dump(include={"place_kind", "name_zh", "name_en", "capacity"})
            return [PlaceRegistered(**of | said, hours=_week(command.hours))]
        case SetHours():
            assert place is not None, "only what is there is open"
            hours = _week(command.hours)
            return [] if hours == place.hours else [PlaceHoursSet(**of, hours=hours)]
        case RetirePlace():
            return [PlaceRetired(**of)]
        case _:
            assert_never(command)


def _week(hours: Iterable[Opening]) -> tuple[Open, ...]:
    """In the order of the week."""
    found = sorted((one.weekday, *one.between()) for one in hours)
    return tuple(
        Open(weekday=day, opens_min=opens, closes_min=closes) for day, opens, closes in found
    )


def evolve(place: Place | None, event: PlaceEvent) -> Place:
    if isinstance(event, PlaceRegistered):
        return Place(event.hours)
    assert place is not None, "a stream begins with PlaceRegistered"
    match event:
        case PlaceHoursSet():
            return replace(place, hours=event.hours)
        case PlaceRetired():
            return replace(place, status=_RETIRED)
        case _:
            assert_never(event)


PLACES: Final = Decider("place", None, decide, evolve)
