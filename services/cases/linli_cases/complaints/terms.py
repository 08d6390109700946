"""The words of a case 事件, as they stand on the wire."""

from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    COMPLAINT = "complaint"  # 投诉
    REPAIR = "repair"  # 报修
    SUGGESTION = "suggestion"  # 建议
    INQUIRY = "inquiry"  # 咨询
    LEGACY_ISSUE = "legacy_issue"  # 历史遗留问题
    KEY_MATTER = "key_matter"  # 关键小事


class Channel(StrEnum):
    APP = "app"
    PHONE = "phone"
    HALL = "hall"
    STEWARD = "steward"
    HOTLINE = "12345"
    OPEN311 = "open311"


class Priority(StrEnum):
    P1 = "P1"  # safety
    P2 = "P2"  # utilities
    P3 = "P3"
    P4 = "P4"


class Wait(StrEnum):
    """Whom or what a suspended case waits for."""

    RESIDENT = "resident"
    CONTRACTOR = "contractor"
    DELIBERATION = "deliberation"  # 议事
    AUTHORITY = "authority"


class Resumption(StrEnum):
    """Why a case waits no longer."""

    ASKED = "asked"
    UNTIL = "until"  # its time was up
    EXECUTED = "topic_executed"
    REJECTED = "topic_rejected"
    WITHDRAWN = "topic_withdrawn"
    REFUSED = "topic_refused"  # there is none: another has its name, or the case
    REPLIED = "replied"  # by the resident it waited for


class ReturnVisit(StrEnum):
    """Whether somebody asks again after a case was closed 回访."""

    NEVER = "never"
    IF_RATED = "if_rated"
    UNLESS_RATED = "unless_rated"
    ALWAYS = "always"


class Alike(StrEnum):
    """In what two reports look like one another."""

    SAME = "same_words"
    TITLE = "title"
    TEXT = "text"


class Stage(StrEnum):
    """When a picture was taken."""

    BEFORE = "before"
    AFTER = "after"


class Clock(StrEnum):
    """What is to be done in time. These are also the first words of an `Sla`'s fields."""

    ACK = "ack"
    FIRST_RESPONSE = "first_response"
    RESOLVE = "resolve"


class Hours(StrEnum):
    """The hours that a clock counts."""

    ALL = "24x7"
    BUSINESS = "business"


class Cause(StrEnum):
    """Why a case was taken up again."""

    REPORTER = "reporter"
    RESOLUTION_OVERTURNED = "resolution_overturned"
    OPERATOR = "operator"


class Status(StrEnum):
    NEW = "new"  # 新建
    ACKNOWLEDGED = "acknowledged"  # 已签收
    ASSIGNED = "assigned"  # 已派单
    IN_PROGRESS = "in_progress"  # 处理中
    PENDING = "pending"  # 已挂起
    RESOLVED = "resolved"  # 已办结
    CLOSED = "closed"  # 已关闭
    REJECTED = "rejected"  # 不予受理
    MERGED = "merged"  # 已并单
    TRANSFERRED = "transferred"  # 已转办
    WITHDRAWN = "withdrawn"  # 已撤回


OPEN: Final = frozenset(
    {Status.NEW, Status.ACKNOWLEDGED, Status.ASSIGNED, Status.IN_PROGRESS, Status.PENDING}
)
"""*Any open*."""
