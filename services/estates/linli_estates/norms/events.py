"""What can happen to a norm 规范 of an estate. Months are periods: `2020-04`."""

from datetime import date
from uuid import UUID

from linli_shared.messages import Event
from pydantic import BaseModel

from linli_estates.norms.terms import Item, Norm


class OfNorm(BaseModel):
    """What every event of a norm says."""

    norm_id: UUID
    """Of the stream, one an estate and norm."""
    norm: Norm
    by_id: str


class NormChecksBegun(OfNorm, Event, kind="linli.estates.NormChecksBegun.v1"):
    """From `period` on there is a check each month. `responsible_id` answers for it; told again,
    that somebody else does."""

    period: str
    responsible_id: str


class NormCheckRecorded(OfNorm, Event, kind="linli.estates.NormCheckRecorded.v1"):
    """Of the month `period`; another one of the same month counts instead of the first. Each item
    of the norm is `met` or `unmet`. `photo_refs` say where the photos are kept, sealed."""

    period: str
    checked_on: date
    met: tuple[Item, ...]
    unmet: tuple[Item, ...]
    photo_refs: tuple[str, ...]


class NormCheckOverdue(OfNorm, Event, kind="linli.estates.NormCheckOverdue.v1"):
    """The month `period` was over without a check."""

    period: str
    responsible_id: str


class NormChecksEnded(OfNorm, Event, kind="linli.estates.NormChecksEnded.v1"):
    pass


NormEvent = NormChecksBegun | NormCheckRecorded | NormCheckOverdue | NormChecksEnded
