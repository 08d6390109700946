"""The words of a shift 班次, as they stand on the wire."""

from enum import StrEnum
from typing import Final


class ShiftType(StrEnum):
    SCHOOL_GUARD = "school_guard"  # 护学岗
    SERVICE_DAY = "service_day"  # 便民服务日
    CLASS_AIDE = "class_aide"  # 四点半课堂助教
    ELDER_VISIT = "elder_visit"  # 探访老人
    PATROL = "patrol"  # 巡逻


class Status(StrEnum):
    DRAFT = "draft"  # 草稿
    PUBLISHED = "published"  # 已发布
    IN_PROGRESS = "in_progress"  # 进行中
    COMPLETED = "completed"  # 已完成
    CANCELLED = "cancelled"  # 已取消


class Signup(StrEnum):
    """What one person's sign-up 报名 has become."""

    CONFIRMED = "confirmed"  # 已确认
    WAITLISTED = "waitlisted"  # 候补
    CHECKED_IN = "checked_in"  # 已签到
    CHECKED_OUT = "checked_out"  # 已签退
    NO_SHOW = "no_show"  # 缺席
    CANCELLED = "cancelled"  # 已取消


ON: Final = frozenset({Status.PUBLISHED, Status.IN_PROGRESS})
PRESENT: Final = frozenset({Signup.CHECKED_IN, Signup.CHECKED_OUT})
SEATED: Final = PRESENT | {Signup.CONFIRMED}
"""Each takes one of the shift's places."""
