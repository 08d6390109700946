"""The words of consents 同意, as they stand on the wire."""

from enum import StrEnum
from hashlib import sha256


class Purpose(StrEnum):
    """What somebody is asked for: one thing at a time, and nothing that the contract needs."""

    CONTACT_BY_EMAIL = "contact_by_email"  # 电子邮件联系
    CONTACT_BY_PHONE = "contact_by_phone"  # 电话联系
    PHOTOS = "photos"  # 拍摄并使用照片
    VISITS_AT_HOME = "visits_at_home"  # 上门探访
    CLASS_ENROLMENT = "class_enrolment"  # 四点半课堂
    SURVEY = "survey"  # 满意度调查


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
