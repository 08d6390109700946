"""What can happen to a place 场所 of the hall. Its names are for everybody."""

from uuid import UUID

from linli_sealed.fields import Public
from linli_shared.messages import Event, Value
from pydantic import BaseModel

from linli_estates.places.terms import PlaceKind


class Open(Value):
    """On `weekday` (1 is Monday), in minutes after local midnight."""

    weekday: int
    opens_min: int
    closes_min: int


class OfPlace(BaseModel):
    """What every event of a place says."""

    place_id: UUID
    """Of the stream."""
    by_id: str


class PlaceRegistered(OfPlace, Event, kind="linli.estates.PlaceRegistered.v1"):
    place_kind: PlaceKind
    name_zh: Public
    name_en: Public
    capacity: int
    hours: tuple[Open, ...]


class PlaceHoursSet(OfPlace, Event, kind="linli.estates.PlaceHoursSet.v1"):
    hours: tuple[Open, ...]


class PlaceRetired(OfPlace, Event, kind="linli.estates.PlaceRetired.v1"):
    pass


PlaceEvent = PlaceRegistered | PlaceHoursSet | PlaceRetired
