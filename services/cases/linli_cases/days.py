"""Which day it is in the estates, and when it begins there."""

from datetime import date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

ZONE: Final = ZoneInfo("Asia/Shanghai")


def begin_of(day: date) -> datetime:
    """The first moment of that day in the estates."""
    return datetime.combine(day, time(), ZONE)


def day_of(moment: datetime) -> date:
    return moment.astimezone(ZONE).date()
