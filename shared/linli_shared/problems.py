"""Errors over HTTP: RFC 9457 problem+json with a stable code, and nothing of the input."""

from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol, TypeAlias

import structlog
from asyncpg.exceptions import PostgresError
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from linli_shared.append import Overloaded, Unavailable
from linli_shared.decider import Rejected
from linli_shared.messages import UnknownKind
from linli_shared.postgres import TRANSIENT
from linli_shared.viewset import NotLive


class Described(Protocol):
    """What a code means to a client: HTTP status, and a text in each language."""

    @property
    def status(self) -> int: ...
    @property
    def zh(self) -> str: ...
    @property
    def en(self) -> str: ...


Describe: TypeAlias = Callable[[str, Mapping[str, object]], Described]
log = structlog.get_logger()


class Problem(BaseModel):
    """`code` is for programs, `params` are its facts; the details are for people."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    params: dict[str, Any]
    detail_zh: str
    detail_en: str


def _documented(status: int, text: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    content = {"application/problem+json": {"schema": schema}}
    return {"description": text, "content": content}


READ_PROBLEMS: Final[dict[int | str, dict[str, Any]]] = {
    status: _documented(status, text)
    for status, text in {
        400: "The request cannot be read.",
        401: "The token is missing, invalid or expired.",
        403: "The roles of the token do not allow it.",
        404: "There is no such thing in the estates of the token.",
        422: "A field is wrong.",
        503: "Not now: try again after Retry-After seconds.",
    }.items()
}
PROBLEMS: Final[dict[int | str, dict[str, Any]]] = READ_PROBLEMS | {
    status: _documented(status, text)
    for status, text in {
        409: "A rule of the domain, or the Idempotency-Key was used for another request.",
        412: "The stream is not at the version of If-Match.",
        413: "The body or the event is too large.",
        415: "The body is not JSON.",
    }.items()
}
_BY_STATUS: Final = {404: "NOT_FOUND", 405: "METHOD_NOT_ALLOWED"}


def install_problems(app: FastAPI, describe: Describe) -> None:
    """Every error of `app` becomes a problem; what nobody foresaw is logged and says INTERNAL."""

    def problem(
        request: Request,
        code: str,
        params: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> JSONResponse:
        found = describe(code, params or {})
        zh = request.headers.get("accept-language", "").lower().startswith("zh")
        body = Problem(
            type=f"urn:linli:code:{code}",
            title=code.replace("_", " ").capitalize(),
            status=found.status,
            detail=found.zh if zh else found.en,
            code=code,
            params=dict(params or {}),
            detail_zh=found.zh,
            detail_en=found.en,
        )
        extra = dict(headers or {})
        if found.status == 503:
            extra.setdefault("Retry-After", "1")
        if found.status == 401:
            extra.setdefault("WWW-Authenticate", 'Bearer realm="linli"')
        return JSONResponse(
            body.model_dump(mode="json"), found.status, extra, "application/problem+json"
        )

    async def rejected(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, Rejected)
        return problem(request, error.code, error.params)

    async def invalid(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        faults = [_fault(e) for e in error.errors()]
        if any(f["field"] == "header.idempotency-key" for f in faults):
            return problem(request, "IDEMPOTENCY_KEY_REQUIRED")
        return problem(request, "VALIDATION_FAILED", {"errors": faults[:20]})

    async def http(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        code = _BY_STATUS.get(error.status_code, "BODY_NOT_JSON")
        return problem(request, code, headers=error.headers)

    async def busy(request: Request, error: Exception) -> JSONResponse:
        code = "OVERLOADED" if isinstance(error, Overloaded) else "UNAVAILABLE"
        if isinstance(error, PostgresError):
            log.warning("database_refused", error=repr(error))
        return problem(request, code)

    async def newer(request: Request, error: Exception) -> JSONResponse:
        log.error("stream_newer_than_service", kind=str(error))
        return problem(request, "STREAM_NEWER_THAN_SERVICE")

    async def unforeseen(request: Request, error: Exception) -> JSONResponse:
        log.error("unforeseen", path=request.scope.get("path"), error=repr(error))
        return problem(request, "INTERNAL")

    app.add_exception_handler(Rejected, rejected)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(UnknownKind, newer)
    for kind in (Overloaded, Unavailable, NotLive, *TRANSIENT):
        app.add_exception_handler(kind, busy)
    app.add_exception_handler(Exception, unforeseen)


def _fault(error: Mapping[str, Any]) -> dict[str, str]:
    """Where and what, in our words alone. The name of a field nobody knows is the client's."""
    loc = [str(part) for part in error["loc"]]
    if error["type"] == "extra_forbidden":
        return {"field": ".".join(loc[:-1]), "problem": "unknown_field"}
    expected = error.get("ctx", {}).get("expected", "")
    found = {"field": ".".join(loc), "problem": str(error["type"])}
    return found | ({"expected": str(expected)} if expected else {})
