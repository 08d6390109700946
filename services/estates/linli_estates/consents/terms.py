"""The words of consents 同意, as they stand on the wire."""

from datetime import date
from enum import StrEnum
from hashlib import sha256
from typing import Final


class Purpose(StrEnum):
    """What somebody is asked for: one thing at a time, and nothing that the contract needs."""

    CONTACT_BY_EMAIL = "contact_by_email"  # 电子邮件联系
    CONTACT_BY_PHONE = "contact_by_phone"  # 电话联系
    PHOTOS = "photos"  # 拍摄并使用照片
    VISITS_AT_HOME = "visits_at_home"  # 上门探访
    CLASS_ENROLMENT = "class_enrolment"  # 四点半课堂
    SURVEY = "survey"  # 满意度调查


USED: Final = frozenset({Purpose.CONTACT_BY_EMAIL})
"""What something asks for before it is done. The others are words for what is not there yet: nobody
is asked for them, so nobody believes that withdrawing stops something."""
CHILD_UNDER: Final = 14
"""Years: who is younger does not consent alone (PIPL art. 31)."""


def is_child(born: date, on: date) -> bool:
    """Whether somebody born that day is younger than that on the other."""
    before = (on.month, on.day) < (born.month, born.day)
    return on.year - born.year - before < CHILD_UNDER


class Channel(StrEnum):
    """How they said so."""

    APP = "app"
    HALL = "hall"
    PHONE = "phone"
    PAPER = "paper"


class Locale(StrEnum):
    ZH = "zh"
    EN = "en"


def hash_of(text: str) -> str:
    """SHA-256 of the text in UTF-8, as hexadecimal digits."""
    return sha256(text.encode()).hexdigest()
