"""The words of notifications 通知, as they stand on the wire."""

from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

ZONE: Final = ZoneInfo("Asia/Shanghai")  # of every estate


class Locale(StrEnum):
    ZH = "zh"
    EN = "en"


class Severity(StrEnum):
    """The later, the more it matters."""

    INFO = "info"
    ACTION = "action"  # somebody is to do something
    URGENT = "urgent"
    CRITICAL = "critical"  # the only one that is sent at night


class Remedy(StrEnum):
    """What became of a message that could not be sent."""

    TOLD_OTHERWISE = "told_otherwise"  # 已另行告知
    NOT_NEEDED = "not_needed"  # 无需告知


class Wish(StrEnum):
    """What a person wants by e-mail. The inbox has everything, whatever they want."""

    ALL = "all"
    ACTION = "action"  # what they are to do, and anything that matters more
    NONE = "none"
