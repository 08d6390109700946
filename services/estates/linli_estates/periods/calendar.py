"""Which days a fee period 账期 has."""

from datetime import date
from typing import Final

_FIRST: Final = {"Q1": 1, "Q2": 4, "Q3": 7, "Q4": 10}


def begins_on(period: str) -> date:
    year, _, part = period.partition("-")
    return date(int(year), _FIRST.get(part) or int(part or 1), 1)


def ended_by(period: str, day: date) -> bool:
    """Whether that day is after its last one."""
    begin, part = begins_on(period), period.partition("-")[2]
    months = 12 if not part else 3 if part in _FIRST else 1
    return (day.year - begin.year) * 12 + day.month - begin.month >= months
