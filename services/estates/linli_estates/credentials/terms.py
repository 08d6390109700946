"""The words of a credential 资质, as they stand on the wire."""

from enum import StrEnum


class CredentialType(StrEnum):
    MINOR_CONTACT_CHECK = "minor_contact_check"  # 从业查询
    MEDIATION_CERT = "mediation_cert"  # 调解员证
    FIRST_AID = "first_aid"  # 急救
    ELDER_CARE = "elder_care"  # 养老护理
    SERVICE_STANDARD_1 = "service_standard_1"
    SERVICE_STANDARD_2 = "service_standard_2"
    SERVICE_STANDARD_3 = "service_standard_3"
    SERVICE_STANDARD_4 = "service_standard_4"


class Result(StrEnum):
    """All that is kept of what a check has found."""

    CLEAR = "clear"  # 无记录，通过
    HIT = "hit"  # 有记录
