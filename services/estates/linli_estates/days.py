"""Days as RFC 3339 writes them, and which day it is in the estates."""

import re
from datetime import date, datetime, time
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

ZONE: Final = ZoneInfo("Asia/Shanghai")
_RFC3339: Final = re.compile(r"(19|2[01])\d\d-\d\d-\d\d")  # the years of Time


def _written(value: Any) -> Any:
    """Pydantic also reads numbers, as seconds since 1970."""
    if not isinstance(value, date) and not (isinstance(value, str) and _RFC3339.fullmatch(value)):
        raise PydanticCustomError("day_not_rfc3339", "must be a day as RFC 3339 writes it")
    return value


Day = Annotated[date, Field(examples=["2026-05-04"]), BeforeValidator(_written)]


def begin_of(day: date) -> datetime:
    """The first moment of that day in the estates."""
    return datetime.combine(day, time(), ZONE)


def day_of(moment: datetime) -> date:
    return moment.astimezone(ZONE).date()
