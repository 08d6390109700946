"""Errors over HTTP: RFC 9457 problem+json with a stable code, and nothing of the input."""

from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol, TypeAlias
from uuid import uuid4

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from linli_shared.append import Overloaded, Unavailable
from linli_shared.decider import Rejected
from linli_shared.logs import where
from linli_shared.messages import UnknownKind
from linli_shared.postgres import BAD_VALUE, TRANSIENT
from linli_shared.viewset import NotLive
from pydantic import BaseModel
from starlette.exceptions import HTTPException


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
        408: "The body did not come in time.",
        409: "A rule of the domain, or the Idempotency-Key was used for another request.",
        412: "The stream is not at the version of If-Match.",
        413: "The body or the event is too large.",
        415: "The body is not plain application/json in UTF-8.",
    }.items()
}
_BY_STATUS: Final = {404: "NOT_FOUND", 405: "METHOD_NOT_ALLOWED"}
_KEY: Final = "header.idempotency-key"
# Of a fault pydantic knows also the input; these are what our own schema says.
_LIMITS: Final = ("expected", "pattern", "min_length", "max_length", "ge", "gt", "le", "lt")


def document(
    describe: Describe, code: str, params: Mapping[str, object], *, zh: bool = False
) -> tuple[int, bytes]:
    """The status of `code`, and the problem document."""
    found = describe(code, params)
    problem = Problem(
        type=f"urn:linli:code:{code}",
        title=code.replace("_", " ").capitalize(),
        status=found.status,
        detail=found.zh if zh else found.en,
        code=code,
        params=dict(params),
        detail_zh=found.zh,
        detail_en=found.en,
    )
    return found.status, problem.model_dump_json().encode()


def install_problems(app: FastAPI, describe: Describe) -> None:
    """Every error of `app` becomes a problem; what nobody foresaw is logged and says INTERNAL."""

    def problem(
        request: Request,
        code: str,
        params: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        zh = request.headers.get("accept-language", "").lower().startswith("zh")
        status, body = document(describe, code, params or {}, zh=zh)
        extra = dict(headers or {})
        if status == 503:
            extra["Retry-After"] = "1"
        if status == 401:  # RFC 6750, 3
            fault = "" if code == "TOKEN_MISSING" else ', error="invalid_token"'
            extra["WWW-Authenticate"] = f'Bearer realm="linli"{fault}'
        return Response(body, status, extra, "application/problem+json")

    async def rejected(request: Request, error: Exception) -> Response:
        assert isinstance(error, Rejected)
        return problem(request, error.code, error.params)

    async def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        faults = [_fault(e) for e in error.errors()]
        if any(fault["field"] == _KEY for fault in faults):
            return problem(request, "IDEMPOTENCY_KEY_REQUIRED")
        return problem(request, "VALIDATION_FAILED", {"errors": faults[:20]})

    async def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        code = _BY_STATUS.get(error.status_code, "BODY_NOT_JSON")
        return problem(request, code, headers=error.headers)

    async def busy(request: Request, error: Exception) -> Response:
        # A value that PostgreSQL or its driver refuses is refused again: nothing to wait for.
        if isinstance(error, (*BAD_VALUE, ValueError)):
            return await unforeseen(request, error)
        if isinstance(error, TRANSIENT):
            log.warning("database_refused", **where(error))
        return problem(request, error.code if isinstance(error, Overloaded) else "UNAVAILABLE")

    async def newer(request: Request, error: Exception) -> Response:
        log.error("stream_newer_than_service", kind=str(error))
        return problem(request, "STREAM_NEWER_THAN_SERVICE")

    async def unforeseen(request: Request, error: Exception) -> Response:
        route = getattr(request.scope.get("route"), "path", None)
        found = {"request_id": str(uuid4())}
        log.error("unforeseen", route=route, **found, **where(error))
        return problem(request, "INTERNAL", found)

    app.router.redirect_slashes = False  # the Location would be made of the client's Host
    app.add_exception_handler(Rejected, rejected)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(UnknownKind, newer)
    for kind in (Overloaded, Unavailable, NotLive, *TRANSIENT):
        app.add_exception_handler(kind, busy)
    app.add_exception_handler(Exception, unforeseen)


def _fault(error: Mapping[str, Any]) -> dict[str, object]:
    """Where and what, in our words alone. The name of a field nobody knows is the client's."""
    place = [str(part) for part in error["loc"]]
    if error["type"] == "extra_forbidden":
        return {"field": ".".join(place[:-1]), "problem": "unknown_field"}
    limits = {name: error["ctx"][name] for name in _LIMITS if name in error.get("ctx", {})}
    return {"field": ".".join(place), "problem": str(error["type"]), **limits}
