"""The words of a visit 探访, as they stand on the wire."""

from enum import StrEnum


class Tier(StrEnum):
    """How closely an elder is looked after."""

    HIGH = "high"  # 重点关注
    KEY = "key"  # 一般关注
    GENERAL = "general"  # 普通


class Proof(StrEnum):
    """What says that the visitor is at the door; no exact place is kept."""

    QR = "qr"
    GPS_COARSE = "gps_coarse"


class Need(StrEnum):
    """What an elder asks for on a visit."""

    ERRAND = "errand"  # 跑腿
    REPAIR_HELP = "repair_help"  # 维修帮助
    MEDICINE = "medicine"  # 买药
    MEAL = "meal"  # 送餐
    COMPANY = "company"  # 陪伴
    EMERGENCY = "emergency"  # 紧急


class Status(StrEnum):
    PLANNED = "planned"  # 已计划
    ASSIGNED = "assigned"  # 已指派
    ARRIVED = "arrived"  # 已到达
    COMPLETED = "completed"  # 已完成
    NO_ANSWER = "no_answer"  # 无人应答
    MISSED = "missed"  # 未探访
    DECLINED = "declined"  # 老人谢绝
