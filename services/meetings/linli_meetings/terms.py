"""The words that topics, meetings and resolutions share, as they stand on the wire."""

from enum import StrEnum


class Party(StrEnum):
    """三方: who deliberates."""

    OWNERS = "owners"  # 业主
    PROPERTY = "property"  # 物业
    COMMUNITY = "community"  # 社区


class Regime(StrEnum):
    """How a topic is decided, the weakest first."""

    ADVISORY = "advisory"  # 协商
    STATUTORY_ORDINARY = "statutory_ordinary"  # 业主共同决定（一般事项）
    STATUTORY_SPECIAL = "statutory_special"  # 业主共同决定（特别事项）


class Matter(StrEnum):
    """What owners decide jointly, in the order of Civil Code art. 278 (1) to (9), or none of it."""

    NONE = "none"
    RULES_OF_PROCEDURE = "rules_of_procedure"  # (1) 业主大会议事规则
    MANAGEMENT_RULES = "management_rules"  # (2) 管理规约
    OWNERS_COMMITTEE = "owners_committee"  # (3) 选举或更换业主委员会
    PROPERTY_COMPANY = "property_company"  # (4) 选聘和解聘物业服务企业
    USE_FUND = "use_fund"  # (5) 使用维修资金
    RAISE_FUND = "raise_fund"  # (6) 筹集维修资金
    REBUILD = "rebuild"  # (7) 改建、重建建筑物
    CHANGE_OF_USE = "change_of_use"  # (8) 改变共有部分的用途或者用于经营
    OTHER_MAJOR = "other_major"  # (9) 其他重大事项
