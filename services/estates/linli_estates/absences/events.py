"""When somebody of a company's staff or volunteers is away. Why is nobody's business here."""

from datetime import date
from uuid import UUID

from linli_shared.messages import Event
from pydantic import BaseModel


class OfAbsence(BaseModel):
    absence_key: UUID
    """Of the stream, one a person."""
    person_id: str
    leave_no: int
    by_id: str


class StaffOnLeave(OfAbsence, Event, kind="linli.estates.StaffOnLeave.v1"):
    """休假: from the beginning of `starts_on` to the end of `ends_on`, unless LeaveEnded says
    otherwise. It may begin later than it is recorded."""

    starts_on: date
    ends_on: date


class LeaveEnded(OfAbsence, Event, kind="linli.estates.LeaveEnded.v1"):
    """销假: at `occurred_at`. `early`: before its last day was over, or before it began."""

    early: bool


AbsenceEvent = StaffOnLeave | LeaveEnded
