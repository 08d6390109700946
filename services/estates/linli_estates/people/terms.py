"""The words of people 人员, as they stand on the wire."""

from enum import StrEnum


class PersonKind(StrEnum):
    NATURAL = "natural"  # 自然人
    ORGANISATION = "organisation"  # 单位


class Kinship(StrEnum):
    """What the other one is to the person."""

    SPOUSE = "spouse"  # 配偶
    PARENT = "parent"  # 父母
    CHILD = "child"  # 子女
    SIBLING = "sibling"  # 兄弟姐妹
    GUARDIAN = "guardian"  # 监护人
    OTHER = "other"  # 其他亲属
