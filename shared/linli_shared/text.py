"""The safe types: every free text, name and time that enters over HTTP is one of these."""

import re
import unicodedata
from datetime import datetime
from typing import Annotated, Any, Final

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

_LAYOUT: Final = "\n\t"
_UNSEEN: Final = {"Cc", "Cf", "Mn", "Zs", "Zl", "Zp"}  # by themselves they leave no ink
_OVERRIDES: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")  # show another order: UTR 36, 2.10
_RFC3339: Final = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d")
_YEARS: Final = range(1900, 2200)  # any zone and any database can hold these


def _clean(value: str) -> str:
    """NFC, trimmed; something to be seen, and no control, surrogate or override character."""
    text = unicodedata.normalize("NFC", value.replace("\r\n", "\n")).strip()
    categories = {unicodedata.category(char) for char in text if char not in _LAYOUT}
    if categories & {"Cc", "Cs"} or _OVERRIDES.search(text) or any(map(_no_character, text)):
        raise PydanticCustomError("text_unsafe", "holds a character that is not allowed in text")
    if categories <= _UNSEEN:
        raise PydanticCustomError("text_empty", "holds nothing that can be seen")
    return text


def _no_character(char: str) -> bool:
    """The 66 code points that are never assigned. Others may be: phones know newer emoji."""
    return "\ufdd0" <= char <= "\ufdef" or ord(char) & 0xFFFE == 0xFFFE


def _one_line(text: str) -> str:
    if len(text.splitlines()) > 1 or "\t" in text:
        raise PydanticCustomError("text_not_one_line", "must be one line")
    return text


def _written(value: Any) -> Any:
    """Pydantic also reads numbers as seconds or milliseconds, whichever they look like."""
    if not isinstance(value, datetime) and not (isinstance(value, str) and _RFC3339.match(value)):
        raise PydanticCustomError("time_not_rfc3339", "must be as RFC 3339 writes it")
    return value


def _near(time: datetime) -> datetime:
    if time.year not in _YEARS:
        raise PydanticCustomError("time_out_of_range", "is too far away")
    return time


_SEEN: Final = Field(
    description="Something to see; no control characters, none that change the direction.",
    json_schema_extra={"minLength": 1, "pattern": r"\S"},
)

Key = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}$")]
"""An id or a code given by others: a person, a unit, a service code."""
Line = Annotated[
    str, StringConstraints(max_length=200), _SEEN, AfterValidator(_clean), AfterValidator(_one_line)
]
"""One line: a title, a place."""
Text = Annotated[str, StringConstraints(max_length=4000), _SEEN, AfterValidator(_clean)]
"""Prose, at most 4,000 characters."""
Time = Annotated[
    AwareDatetime,
    Field(
        description="As RFC 3339 writes it, with its offset.",
        examples=["2026-05-04T08:30:00+08:00"],
    ),
    BeforeValidator(_written),
    AfterValidator(_near),
]
"""A moment as RFC 3339 writes it, with its offset."""
