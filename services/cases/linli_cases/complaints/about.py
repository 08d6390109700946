"""What the events of a case 事件 are made of."""

from typing import Annotated, TypeAlias
from uuid import UUID

from linli_language.roles import Role
from linli_sealed.fields import OfWords, Public
from linli_shared.messages import Value
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from linli_cases.complaints.terms import Alike, Kind
from linli_cases.duty.terms import Away

Theirs: TypeAlias = Annotated[str, OfWords("reporter_id")]


class Place(Value):
    building_id: str | None = None
    unit_id: str | None = None
    public_area: Public | None = None


class Near(Value):
    """An open case that looks like the same matter. It tells neither who reported it nor in what
    words, nor a unit, which would tell who."""

    case_id: UUID
    place: Place
    service_code: str
    opened_at: AwareDatetime
    score_bp: int
    reason: Alike | None = None
    """In what it is so much alike."""


class Skipped(Value):
    """A level that was passed over, and why."""

    role: Role
    reason: Away


class OfCase(BaseModel):
    """What every event of a case says of it, so that no reader has to look elsewhere."""

    model_config = ConfigDict(serialize_by_alias=True)

    case_id: UUID
    case_kind: Kind = Field(alias="kind")  # in Python `Event.kind` is the name on the wire
    reporter_id: str
    by_id: str
    """Whoever did it."""
    chain_id: UUID | None = None
    """From complaint to evaluation: that of the topic it was linked to last."""
