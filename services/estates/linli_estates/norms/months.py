"""Months, each by its first day."""

from datetime import date


def month_of(day: date) -> date:
    return day.replace(day=1)


def after(month: date) -> date:
    """The next one."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def named(month: date) -> str:
    """As periods are written: `2020-04`."""
    return f"{month:%Y-%m}"
