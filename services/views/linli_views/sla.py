"""What the views read of the deadlines in a case's events."""

from datetime import date

from pydantic import AwareDatetime, BaseModel, ConfigDict


class Sla(BaseModel):
    """What holds for a case, and how it was computed."""

    model_config = ConfigDict(extra="ignore")

    policy_version: str
    hours: str
    provisional: bool = False
    paused_min: int = 0
    ack_due: AwareDatetime
    first_response_due: AwareDatetime
    resolve_due: AwareDatetime | None = None
    since: AwareDatetime | None = None
    ack_min: int | None = None
    first_response_min: int | None = None
    resolve_min: int | None = None
    anchor: str | None = None
    calendar: str | None = None
    holidays: tuple[date, ...] = ()
    workdays: tuple[date, ...] = ()
