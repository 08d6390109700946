"""The words of a steward 红色管家, as they stand on the wire."""

from enum import StrEnum


class Standard(StrEnum):
    """四标准: what a steward passes before serving a building, in the order they are asked in."""

    OPERATION = "operation"  # 操作标准
    VISUAL = "visual"  # 形象标准
    QUALITY = "quality"  # 品质标准
    CULTURE = "culture"  # 文化标准
