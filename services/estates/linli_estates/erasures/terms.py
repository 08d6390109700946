"""The words of an erasure 删除个人信息, as they stand on the wire."""

from enum import StrEnum


class AskedBy(StrEnum):
    """On whose behalf."""

    PERSON = "person"  # 本人
    GUARDIAN = "guardian"  # 监护人


class Refusal(StrEnum):
    """Why what is held of somebody stays."""

    IDENTITY_NOT_PROVEN = "identity_not_proven"  # 身份未核实
    LEGAL_DUTY = "legal_duty"  # 法定保存义务
    CLAIM_PENDING = "claim_pending"  # 争议或诉讼未决
