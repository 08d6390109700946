"""What is shown of a person's details to those who have not said why they need them."""

import re
from typing import Final

from linli_sealed.fields import Unread

STARS: Final = "****"
_SHOWN_PHONE: Final = re.compile(r"^(\d{3})\d{4,}(\d{4})$", re.ASCII)
_COUNTRY: Final = re.compile(r"^\+?86(?=1\d{10}$)", re.ASCII)


def name(text: str) -> str:
    """李*: how long the rest is, is not told. An organisation's is as long."""
    return text if isinstance(text, Unread) else f"{text[:1]}*"


def phone(text: str) -> str:
    """138****5678; of a shorter one the last two digits."""
    if isinstance(text, Unread):
        return text
    digits = _COUNTRY.sub("", re.sub(r"[^\d+]", "", text))
    if found := _SHOWN_PHONE.match(digits):
        return f"{found[1]}{STARS}{found[2]}"
    return f"{STARS}{digits[-2:]}"


def day(text: str) -> str:
    """The year: 1958-**-**."""
    return text if isinstance(text, Unread) else f"{text[:4]}-**-**"
