"""The words of disclosures 查阅, as they stand on the wire."""

from enum import StrEnum


class PersonalField(StrEnum):
    """What is masked until somebody says why they need it."""

    FULL_NAME = "full_name"  # 姓名
    PHONE = "phone"  # 电话
    BIRTH_DATE = "birth_date"  # 出生日期
