"""The words of a booking 预约, as they stand on the wire."""

from enum import StrEnum


class Purpose(StrEnum):
    """What a place is booked for."""

    DELIBERATION = "deliberation"  # 议事
    CLASS = "class"  # 课堂
    SERVICE = "service"  # 便民服务
    ACTIVITY = "activity"  # 活动
    OTHER = "other"  # 其他
