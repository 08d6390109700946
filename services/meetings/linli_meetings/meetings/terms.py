"""The words of a meeting 会议, as they stand on the wire."""

from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    DELIBERATION = "deliberation"  # 集中议事
    TRIPARTITE = "tripartite"  # 三方联席会议
    EVALUATION = "evaluation"  # 定期评事
    OWNERS_ASSEMBLY = "owners_assembly"  # 业主大会
    EXCHANGE_VISIT = "exchange_visit"  # 考察交流


class Status(StrEnum):
    PLANNED = "planned"  # 筹备
    NOTICED = "noticed"  # 已通知
    OPENED = "opened"  # 进行中
    ADJOURNED = "adjourned"  # 休会
    CLOSED = "closed"  # 已结束
    MINUTES_PUBLISHED = "minutes_published"  # 纪要已公布
    CANCELLED = "cancelled"  # 已取消


OVER: Final = frozenset({Status.CLOSED, Status.MINUTES_PUBLISHED, Status.CANCELLED})


class VoteStatus(StrEnum):
    NONE = "none"  # 未开始
    OPEN = "open"  # 投票中
    CLOSED = "closed"  # 已结束
    VOID = "void"  # 无效


class Choice(StrEnum):
    FOR = "for"  # 赞成
    AGAINST = "against"  # 反对
    ABSTAIN = "abstain"  # 弃权
