"""The words of a topic 议题, as they stand on the wire."""

from enum import StrEnum
from typing import Final


class Status(StrEnum):
    PROPOSED = "proposed"  # 已提出
    SCREENED = "screened"  # 已审议题
    SCHEDULED = "scheduled"  # 已列入议程
    DELIBERATED = "deliberated"  # 议事中
    VOTED = "voted"  # 已表决
    ADOPTED = "adopted"  # 通过
    REJECTED = "rejected"  # 未通过
    DEFERRED = "deferred"  # 缓议
    WITHDRAWN = "withdrawn"  # 已撤回


class Origin(StrEnum):
    """Where a topic comes from."""

    PROPOSED = "proposed"  # 居民联名或工作人员提出
    REFERRED = "referred"  # 由诉求提请
    FOLLOW_UP = "follow_up"  # 决议被推翻后再议


class Cause(StrEnum):
    """Why a topic is to be taken up again, or later."""

    NO_QUORUM = "no_quorum"  # 人数不足休会
    NOT_REACHED = "not_reached"  # 会议结束仍未表决
    CANCELLED = "cancelled"  # 会议取消
    POSTPONED = "postponed"  # 缓议


LINKABLE: Final = frozenset(
    {Status.PROPOSED, Status.SCREENED, Status.SCHEDULED, Status.DELIBERATED, Status.DEFERRED}
)
"""Before the vote: what is linked later would not be in its resolution."""
ENDED: Final = frozenset({Status.ADOPTED, Status.REJECTED, Status.WITHDRAWN})
