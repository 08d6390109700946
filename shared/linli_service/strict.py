"""Requests read strictly: who asks first, then a bounded body of JSON that means one thing.

Python's json takes repeated keys, NaN, and lone surrogates; RFC 8259 leaves their meaning open, so
two readers could see two requests.
"""

import asyncio
import hashlib
import json
import re
from collections.abc import Callable, Coroutine
from email.message import Message
from math import isfinite
from typing import Any, Final, NoReturn

from fastapi import Request, Response
from fastapi.routing import APIRoute
from linli_shared.decider import Rejected
from starlette.requests import ClientDisconnect

from linli_service.auth import Identity

MAX_BODY_BYTES: Final = 256 * 1024
MAX_FILE_BYTES: Final = 12 * 1024 * 1024
_BODY_S: Final = 30  # a client that sends a byte a minute must not be waited for
_FILE_S: Final = 120
_MAX_DEPTH: Final = 32
_MAX_DIGITS: Final = 19  # of a number that 64 bits hold
_MAX_FLOAT: Final = 32  # characters: what any binary64 can be written with
# PostgreSQL stores no NUL in a text; a lone surrogate is no character and has no UTF-8.
_NO_CHARACTER: Final = re.compile("[\0\ud800-\udfff]")


class StrictRequest(Request):
    most, within_s = MAX_BODY_BYTES, _BODY_S

    async def body(self) -> bytes:
        if not hasattr(self, "_body"):
            if int(self.headers.get("content-length", "0")) > self.most:
                raise Rejected("BODY_TOO_LARGE", limit_bytes=self.most)
            try:
                async with asyncio.timeout(self.within_s):
                    self._body = b"".join([chunk async for chunk in self._bounded()])
            except TimeoutError:
                raise Rejected("BODY_TOO_SLOW", limit_s=self.within_s) from None
            except ClientDisconnect:
                _refuse("cut_short")
        return self._body

    async def _bounded(self) -> Any:
        size = 0
        async for chunk in self.stream():
            size += len(chunk)
            if size > self.most:  # it may have come without its length
                raise Rejected("BODY_TOO_LARGE", limit_bytes=self.most)
            yield chunk

    async def json(self) -> Any:
        if not hasattr(self, "_json"):
            self._json = loads(await self.body())
        return self._json

    async def said(self) -> str:
        """What makes two requests for one path the same: the value, however it is written."""
        return json.dumps(await self.json(), sort_keys=True, separators=(",", ":"))


class FileRequest(StrictRequest):
    """Its body is a file, as it is."""

    most, within_s = MAX_FILE_BYTES, _FILE_S

    async def said(self) -> str:
        return f"{self.url.query}\n{hashlib.sha256(await self.body()).hexdigest()}"


class StrictRoute(APIRoute):
    """A route for which a token is needed."""

    request: type[StrictRequest] = StrictRequest

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()

        async def handle(request: Request) -> Response:
            strict = self.request(request.scope, request.receive)
            identity: Identity = request.app.state.identity
            strict.state.caller = await identity.caller(request.headers.get("authorization", ""))
            if self.body_field:
                _plain_json(request)
                # FastAPI makes its own error of whatever is raised while it reads: read it first.
                await strict.json()
            return await handler(strict)

        return handle


class FileRoute(StrictRoute):
    request = FileRequest


def _plain_json(request: Request) -> None:
    """JSON goes over the wire as UTF-8 (RFC 8259, 8.1), here without compression: a small body that
    unpacks to a large one would pass the limit."""
    kind = Message()
    kind["content-type"] = request.headers.get("content-type", "none/none")
    charset = kind.get_content_charset("utf-8")
    coding = request.headers.get("content-encoding", "identity").lower()
    plain = kind.get_content_type() == "application/json" and coding == "identity"
    if not plain or charset not in {"utf-8", "utf8"}:
        raise Rejected("UNSUPPORTED_MEDIA_TYPE")


def loads(raw: bytes) -> Any:
    """The one value that `raw` stands for; raises BODY_NOT_JSON with a reason."""
    try:
        value = json.loads(
            raw.decode("utf-8"), object_pairs_hook=_once, parse_constant=_constant,
            parse_int=_int, parse_float=_float,
        )  # fmt: skip
    except UnicodeDecodeError:
        _refuse("not_utf8")
    except RecursionError:
        _refuse("too_deep", limit=_MAX_DEPTH)
    except ValueError:
        _refuse("syntax")
    _check(value, 0)
    return value


def _refuse(reason: str, limit: int | None = None) -> NoReturn:
    if limit is None:
        raise Rejected("BODY_NOT_JSON", reason=reason)
    raise Rejected("BODY_NOT_JSON", reason=reason, limit=limit)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        _refuse("duplicate_key")
    return made


def _constant(_: str) -> NoReturn:
    _refuse("not_a_number")


def _int(digits: str) -> int:
    if len(digits.removeprefix("-")) > _MAX_DIGITS:
        _refuse("number_too_long", limit=_MAX_DIGITS)
    return int(digits)


def _float(digits: str) -> float:
    if len(digits) > _MAX_FLOAT:
        _refuse("number_too_long", limit=_MAX_FLOAT)
    if not isfinite(number := float(digits)):  # 1e999
        _refuse("number_too_large")
    return number


def _check(value: Any, depth: int) -> None:
    if isinstance(value, str):
        if _NO_CHARACTER.search(value):
            _refuse("no_character")
    elif isinstance(value, dict | list):
        if depth == _MAX_DEPTH:
            _refuse("too_deep", limit=_MAX_DEPTH)
        for inner in (*value, *value.values()) if isinstance(value, dict) else value:
            _check(inner, depth + 1)
