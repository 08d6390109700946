"""The words of disclosures 查阅 of cases, as they stand on the wire."""

from enum import StrEnum


class CaseField(StrEnum):
    """What is answered with its numbers masked until somebody says why they need them."""

    TITLE = "title"  # 标题
