"""The words of a unit 房屋, as they stand on the wire."""

from enum import StrEnum
from typing import Final


class Tenure(StrEnum):
    """As what somebody lives there."""

    OWNER = "owner"  # 业主
    FAMILY = "family"  # 家属
    TENANT = "tenant"  # 租户
    OTHER = "other"  # 其他


WHOLE_BP: Final = 10_000
"""The shares of a unit's owners together."""
