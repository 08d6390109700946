"""What can happen to a unit 房屋: who owns it and who lives there. People are ids of the company's
register."""

from datetime import date
from uuid import UUID

from linli_shared.messages import Event, Value
from pydantic import BaseModel

from linli_estates.units.terms import Tenure


class Title(Value):
    """产权份额."""

    person_id: str
    share_bp: int


class OfUnit(BaseModel):
    """What every event of a unit says."""

    unit_key: UUID
    """Of the stream; `unit_id` is unique in its estate."""
    unit_id: str
    building_id: str
    by_id: str


class UnitRegistered(OfUnit, Event, kind="linli.estates.UnitRegistered.v1"):
    """`area_cm2`: the exclusive area 专有面积 in square centimetres."""

    unit_no: str
    """As on its door, unique in its building."""
    area_cm2: int


class UnitAreaCorrected(OfUnit, Event, kind="linli.estates.UnitAreaCorrected.v1"):
    area_cm2: int


class OwnershipTransferred(OfUnit, Event, kind="linli.estates.OwnershipTransferred.v1"):
    """产权变更, or who first had it: `titles` are all owners from `effective_on` on; their shares
    are 10,000 bp together."""

    titles: tuple[Title, ...]
    previous: tuple[Title, ...]
    effective_on: date


class OfResident(OfUnit):
    person_id: str
    household_no: int
    """Those of one unit with one number are a household."""


class ResidentMovedIn(OfResident, Event, kind="linli.estates.ResidentMovedIn.v1"):
    """入住."""

    tenure: Tenure


class ResidentMovedOut(OfResident, Event, kind="linli.estates.ResidentMovedOut.v1"):
    """迁出."""


UnitEvent = (
    UnitRegistered | UnitAreaCorrected | OwnershipTransferred | ResidentMovedIn | ResidentMovedOut
)
