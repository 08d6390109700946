"""The words of a roster, as they stand on the wire."""

from enum import StrEnum


class Away(StrEnum):
    """Why somebody is not to be called."""

    ON_LEAVE = "on_leave"  # 休假
    OFF_SHIFT = "off_shift"  # 不当班
