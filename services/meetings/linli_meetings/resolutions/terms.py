"""The words of a resolution 决议 and its actions 办事, as they stand on the wire."""

from enum import StrEnum
from typing import Final


class Status(StrEnum):
    ADOPTED = "adopted"  # 通过
    REJECTED = "rejected"  # 未通过
    PUBLICISED = "publicised"  # 公示
    IN_EXECUTION = "in_execution"  # 办理中
    EXECUTED = "executed"  # 已办结
    EVALUATED_EFFECTIVE = "evaluated_effective"  # 评价有效
    EXTENDED = "extended"  # 延期再评
    OVERTURNED = "overturned"  # 推翻


class ActionStatus(StrEnum):
    ASSIGNED = "assigned"  # 已派
    STARTED = "started"  # 办理中
    DONE = "done"  # 已办
    VERIFIED = "verified"  # 已核验


class Verdict(StrEnum):
    EFFECTIVE = "effective"  # 有效
    EXTEND = "extend"  # 延期再评
    OVERTURN = "overturn"  # 推翻


NOT_EXECUTED: Final = frozenset({Status.ADOPTED, Status.PUBLICISED, Status.IN_EXECUTION})
IN_FORCE: Final = frozenset({Status.EXECUTED, Status.EVALUATED_EFFECTIVE, Status.EXTENDED})
"""Carried out, and not overturned."""
