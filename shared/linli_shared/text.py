"""The safe text types: every free text and name that enters over HTTP is one of these."""

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

_ALLOWED = {"\n", "\t"}


def _clean(value: str) -> str:
    """NFC, trimmed; no control, surrogate or bidirectional-override character (UTR 36)."""
    text = unicodedata.normalize("NFC", value.replace("\r\n", "\n")).strip()
    for char in text:
        bad = unicodedata.category(char) in {"Cc", "Cs", "Cn"} and char not in _ALLOWED
        if bad or "\u202a" <= char <= "\u202e" or "\u2066" <= char <= "\u2069":
            raise ValueError("holds a character that is not allowed in text")
    if not text:
        raise ValueError("is empty")
    return text


_safe = AfterValidator(_clean)

Key = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}$")]
"""An id or a code given by others: a person, a unit, a service code."""
Line = Annotated[str, StringConstraints(max_length=200), _safe]
"""One line: a title, a place."""
Text = Annotated[str, StringConstraints(max_length=4000), _safe]
"""Prose, at most 4,000 characters."""
