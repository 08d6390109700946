"""Cursors of lists: where a page ended, opaque to the client and safe to keep."""

import base64
import json
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from linli_shared.decider import Rejected

T = TypeVar("T")


class Page(BaseModel, Generic[T]):
    """`next` is the cursor of the following page; there is none after the last."""

    items: list[T]
    next: str | None = None


def cursor(*values: object) -> str:
    text = json.dumps(values, default=str, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def after(given: str | None, *kinds: type[Any]) -> tuple[Any, ...] | None:
    """The values that a cursor was made of, of these kinds (a class, called with the text)."""
    if given is None:
        return None
    try:
        raw = base64.urlsafe_b64decode(given.encode() + b"=" * (-len(given) % 4))
        values = json.loads(raw)
        return tuple(kind(value) for kind, value in zip(kinds, values, strict=True))
    except (ValueError, TypeError):
        raise Rejected("CURSOR_INVALID") from None
