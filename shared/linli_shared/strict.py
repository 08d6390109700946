"""Requests read strictly: who asks first, then a bounded body of JSON that means one thing.

Python's json takes duplicate keys, NaN, and lone surrogates; RFC 8259 leaves their meaning open, so
two readers could see two requests.
"""

import json
from collections.abc import Callable, Coroutine
from typing import Any, Final, NoReturn

from fastapi import Request, Response
from fastapi.routing import APIRoute

from linli_shared.auth import Identity
from linli_shared.decider import Rejected

MAX_BODY_BYTES: Final = 256 * 1024
_MAX_DEPTH: Final = 32
_MAX_DIGITS: Final = 19


class StrictRequest(Request):
    async def body(self) -> bytes:
        if not hasattr(self, "_body"):
            if int(self.headers.get("content-length", "0")) > MAX_BODY_BYTES:
                raise Rejected("BODY_TOO_LARGE", limit_bytes=MAX_BODY_BYTES)
            chunks, size = [], 0
            async for chunk in self.stream():
                size += len(chunk)
                if size > MAX_BODY_BYTES:
                    raise Rejected("BODY_TOO_LARGE", limit_bytes=MAX_BODY_BYTES)
                chunks.append(chunk)
            self._body = b"".join(chunks)
        return self._body

    async def json(self) -> Any:
        if not hasattr(self, "_json"):
            self._json = loads(await self.body())
        return self._json


class StrictRoute(APIRoute):
    """A route for which a token is needed."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()

        async def handle(request: Request) -> Response:
            strict = StrictRequest(request.scope, request.receive)
            identity: Identity = request.app.state.identity
            strict.state.caller = await identity.caller(request.headers.get("authorization", ""))
            if self.body_field:
                kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
                if kind != "application/json":
                    raise Rejected("UNSUPPORTED_MEDIA_TYPE")
                # FastAPI makes its own error of whatever is raised while it reads: read it first.
                if await strict.body():
                    await strict.json()
            return await handler(strict)

        return handle


def loads(raw: bytes) -> Any:
    """The one value that `raw` stands for; raises BODY_NOT_JSON with a reason."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        _refuse("not_utf8")
    _bounded(text)
    try:
        value = json.loads(text, object_pairs_hook=_once, parse_constant=_constant, parse_int=_int)
    except (ValueError, RecursionError):
        _refuse("syntax")
    if "\\ud" in text.lower():
        _no_surrogates(value)
    return value


def _refuse(reason: str, limit: int | None = None) -> NoReturn:
    raise Rejected("BODY_NOT_JSON", reason=reason, limit=limit)


def _bounded(text: str) -> None:
    """Depth is counted before parsing; a bracket inside a string counts too, only if unbalanced."""
    if text.count("[") + text.count("{") <= _MAX_DEPTH:
        return
    depth, inside, escaped = 0, False, False
    for char in text:
        if inside:
            if escaped:
                escaped = False
            elif char == "\\":
                escaped = True
            elif char == '"':
                inside = False
        elif char == '"':
            inside = True
        elif char in "[{":
            depth += 1
            if depth > _MAX_DEPTH:
                _refuse("too_deep", limit=_MAX_DEPTH)
        elif char in "]}":
            depth -= 1


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        _refuse("duplicate_key")
    return made


def _constant(name: str) -> NoReturn:
    _refuse("not_a_number")


def _int(digits: str) -> int:
    if len(digits) > _MAX_DIGITS:
        _refuse("number_too_long", limit=_MAX_DIGITS)
    return int(digits)


def _no_surrogates(value: Any) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        _refuse("lone_surrogate")
