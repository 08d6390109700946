"""The words of a demonstration post 示范岗/先锋岗, as they stand on the wire."""

from enum import StrEnum


class HonourKind(StrEnum):
    DEMONSTRATION = "demonstration"  # 示范岗
    VANGUARD = "vanguard"  # 先锋岗


class Cause(StrEnum):
    """Why it was withdrawn."""

    STANDARDS = "standards"  # 不再达标
    COMPLAINT = "complaint"  # 投诉属实
    LEFT = "left"  # 离岗
    MISTAKE = "mistake"  # 评定有误
