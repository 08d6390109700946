"""The words of a dispute 邻里纠纷, as they stand on the wire."""

from enum import StrEnum
from typing import Final


class Category(StrEnum):
    NOISE = "noise"  # 噪音
    LEAKAGE = "leakage"  # 漏水
    PARKING = "parking"  # 停车
    PETS = "pets"  # 宠物
    COMMON_AREA = "common_area"  # 公共区域
    RENOVATION = "renovation"  # 装修
    OTHER = "other"  # 其他


class Side(StrEnum):
    A = "A"
    B = "B"


class Body(StrEnum):
    """Who mediates. A property company's steward alone is informal."""

    COMMITTEE = "committee"  # 人民调解委员会
    INFORMAL = "informal"


class Mode(StrEnum):
    IN_PERSON = "in_person"
    PHONE = "phone"
    VIDEO = "video"


class Form(StrEnum):
    WRITTEN = "written"
    ORAL = "oral"


class Outcome(StrEnum):
    SETTLED_WRITTEN = "settled_written"
    SETTLED_ORAL = "settled_oral"
    NOT_SETTLED = "not_settled"


class Forum(StrEnum):
    """Where the parties may go when mediation has failed."""

    COURT = "court"
    ARBITRATION = "arbitration"
    AUTHORITY = "authority"


class Interest(StrEnum):
    """What a mediator declares: only both sides together may waive it."""

    DECLARED_RELATIONSHIP = "declared_relationship"
    PRIOR_HANDLER = "prior_handler"
    EMPLOYER_IS_PARTY = "employer_is_party"


class Tie(StrEnum):
    """Why somebody cannot mediate, whoever waives it."""

    PARTY = "party"
    SAME_HOUSEHOLD = "same_household"
    OWNER_OF_PARTY_UNIT = "owner_of_party_unit"


class Status(StrEnum):
    FILED = "filed"  # 申请
    ACCEPTED = "accepted"  # 受理
    DECLINED = "declined"  # 不同意调解
    MEDIATOR_ASSIGNED = "mediator_assigned"  # 已指派
    IN_SESSION = "in_session"  # 调解中
    SETTLED = "settled"  # 达成
    NOT_SETTLED = "not_settled"  # 未达成
    PERFORMED = "performed"  # 已履行
    BREACHED = "breached"  # 未履行
    WITHDRAWN = "withdrawn"  # 已撤回


UNDER_MEDIATION: Final = frozenset({Status.MEDIATOR_ASSIGNED, Status.IN_SESSION})
RUNNING: Final = UNDER_MEDIATION | {Status.FILED, Status.ACCEPTED}
