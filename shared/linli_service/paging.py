"""Cursors of lists: where a page ended, opaque to the client and safe to keep."""

import base64
import json
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from linli_shared.decider import Rejected
from pydantic import BaseModel

from linli_service.strict import loads

T = TypeVar("T")


class Page(BaseModel, Generic[T]):
    """`next` is the cursor of the following page; there is none after the last."""

    items: list[T]
    next: str | None = None


def cursor(*values: object) -> str:
    text = json.dumps(values, default=str, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def after(given: str | None, *kinds: Callable[[Any], Any]) -> tuple[Any, ...] | None:
    """The values that a cursor was made of, each made by its kind. A cursor is a client's: whatever
    it holds, a kind that refuses it makes CURSOR_INVALID."""
    if given is None:
        return None
    try:
        values = loads(base64.urlsafe_b64decode(given.encode() + b"=" * (-len(given) % 4)))
        return tuple(kind(value) for kind, value in zip(kinds, values, strict=True))
    except (Rejected, ValueError, TypeError, AttributeError, OverflowError):
        raise Rejected("CURSOR_INVALID") from None
