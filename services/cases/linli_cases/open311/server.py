"""GeoReport v2 over HTTP: who may, what is asked, and the answer in the format of the path.

Nobody needs a token to read what an estate has opened; who reports shows an API key. Refusals are
as the standard has them, in the same formats. Described by the standard, not by our OpenAPI.
"""

import re
import time
from collections.abc import Callable, Coroutine
from email.message import Message
from hashlib import sha256
from math import ceil
from typing import Any, Final
from urllib.parse import parse_qsl
from uuid import UUID, uuid4, uuid5

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute
from linli_language.codes import describe
from linli_language.roles import Role
from linli_service.strict import StrictRequest
from linli_shared.append import Overloaded, Unavailable
from linli_shared.asked import Asked
from linli_shared.decider import Rejected
from linli_shared.postgres import BAD_VALUE, TRANSIENT
from linli_shared.store import EventStore
from linli_shared.viewset import NotLive

from linli_cases.complaints.api import Opened, numbered_and_compared
from linli_cases.complaints.domain import CASES
from linli_cases.open311 import answers, asking, reporting
from linli_cases.open311.asking import Pairs, Wanted, as_id, invalid
from linli_cases.open311.catalogue import CATALOGUE, Service
from linli_cases.open311.domain import OPEN311, Jurisdiction, key_of
from linli_cases.open311.limits import Limit
from linli_cases.open311.reading import found
from linli_cases.open311.shape import WRITERS, Answer

_COMMANDS: Final = UUID("0d6a2f0b-5f0c-5b0e-8f35-2f7a7b2a1d11")  # ids that no other client can make
_ASKS, _REPORTS = Limit(per_minute=600), Limit(per_minute=60)
_KEY: Final = re.compile(r"([0-9a-f]{32})\.([A-Za-z0-9_-]{43})", re.ASCII)
_IDEMPOTENCY: Final = re.compile(r"[\x21-\x7e]{1,200}")
_MOST_FIELDS: Final = 200
_AWAY: Final = (Overloaded, Unavailable, NotLive, *TRANSIENT)


class _Route(APIRoute):
    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()

        async def handle(request: Request) -> Response:
            strict = StrictRequest(request.scope, request.receive)
            try:
                if request.path_params["format"] not in WRITERS:
                    raise Rejected("NOT_FOUND")
                _within(_ASKS, request.client.host if request.client else "")
                return await handler(strict)
            except Rejected as error:
                return _refused(strict, error)
            except _AWAY as error:
                if isinstance(error, (*BAD_VALUE, ValueError)):
                    raise  # one of ours, and nothing to wait for
                return _refused(strict, Rejected("UNAVAILABLE"))

        return handle


router: Final = APIRouter(prefix="/open311", include_in_schema=False, route_class=_Route)


def _answered(request: Request, answer: Answer, status: int = 200, **headers: str) -> Response:
    writer = WRITERS.get(request.path_params["format"], WRITERS["json"])
    return Response(writer.write(answer), status, headers, writer.media_type)


def _refused(request: Request, error: Rejected) -> Response:
    told = describe(error.code, error.params)
    status = 400 if told.status == 422 else told.status  # the standard knows no other
    answer = answers.refused(status, f"{error.code}: {told.zh if _zh(request) else told.en}")
    wait = {429: str(error.params.get("wait_s")), 503: "1"}.get(status)
    return _answered(request, answer, status, **({"Retry-After": wait} if wait else {}))


def _zh(request: Request) -> bool:
    return request.headers.get("accept-language", "").lower().startswith("zh")


def _within(limit: Limit, name: str) -> None:
    if wait_s := limit.wait_s(name, time.monotonic()):
        raise Rejected("TOO_MANY_REQUESTS", limit=limit.per_minute, wait_s=ceil(wait_s))


async def _jurisdiction(request: Request, pairs: Pairs) -> tuple[str, Jurisdiction]:
    """Raises NOT_FOUND for one that is not open: nobody learns that there is such an estate."""
    estate, store = asking.jurisdiction(pairs), _store(request)
    state = (await store.load(OPEN311, [estate], key_of(estate))).state
    if not state.service_codes:
        raise Rejected("NOT_FOUND")
    return estate, state


def _store(request: Request) -> EventStore:
    store: EventStore = request.app.state.store
    return store


def _offered(state: Jurisdiction, code: str | None) -> Service:
    if code not in state.service_codes or code not in CATALOGUE:
        raise Rejected("NOT_FOUND")
    return CATALOGUE[code]


def _query(request: Request) -> Pairs:
    return request.query_params.multi_items()


@router.get("/discovery.{format}")
async def discovery(request: Request) -> Response:
    return _answered(request, answers.discovery(f"{request.base_url}open311/v2"))


@router.get("/v2/services.{format}")
async def services(request: Request) -> Response:
    _, state = await _jurisdiction(request, _query(request))
    return _answered(request, answers.services(state.service_codes, _zh(request)))


@router.get("/v2/services/{code}.{format}")
async def definition(request: Request, code: str) -> Response:
    _, state = await _jurisdiction(request, _query(request))
    return _answered(request, answers.definition(_offered(state, code), _zh(request)))


@router.get("/v2/requests.{format}")
async def requests(request: Request) -> Response:
    """The newest first, at most 1,000 of at most 90 days."""
    estate, state = await _jurisdiction(request, _query(request))
    store = _store(request)
    wanted = Wanted.of(_query(request), await store.clock())
    rows = await found(store.pool, estate, state, wanted)
    return _answered(request, answers.requests(rows, _zh(request)))


@router.get("/v2/requests/{id}.{format}")
async def one(request: Request, id: str) -> Response:
    estate, state = await _jurisdiction(request, _query(request))
    rows = await _with_id(request, estate, state, id)
    return _answered(request, answers.requests(rows, _zh(request)))


@router.get("/v2/tokens/{id}.{format}")
async def token(request: Request, id: str) -> Response:
    """A request has its id at once; as a token it is answered from when the request can be read."""
    estate, state = await _jurisdiction(request, _query(request))
    (row,) = await _with_id(request, estate, state, id)
    return _answered(request, answers.of_token(row.case_id))


async def _with_id(request: Request, estate: str, state: Jurisdiction, id: str) -> Any:
    store = _store(request)
    wanted = Wanted.of([("service_request_id", id)], await store.clock()) if as_id(id) else None
    if not wanted or not (rows := await found(store.pool, estate, state, wanted)):
        raise Rejected("NOT_FOUND")
    return rows


@router.post("/v2/requests.{format}")
async def report(request: Request) -> Response:
    """As a form; also `jurisdiction_id` and `api_key` stand in it."""
    pairs = [*await _form(request), *_query(request)]
    estate, state = await _jurisdiction(request, pairs)
    subject = _subject(pairs, state)
    _within(_REPORTS, f"{estate}/{subject}")
    if (code := asking.one(pairs, "service_code")) is None:
        raise invalid("service_code", "missing")
    command = reporting.report(pairs, _offered(state, code), estate)
    asked = _asked(request, pairs, estate, subject)
    outcome = await _store(request).create(CASES, command, asked, estate, numbered_and_compared)
    opened = Opened.of(outcome)
    return _answered(request, answers.taken_in(opened.id, opened.case_no), 201)


async def _form(request: Request) -> Pairs:
    kind = Message()
    kind["content-type"] = request.headers.get("content-type", "none/none")
    charset = kind.get_content_charset("utf-8")
    coding = request.headers.get("content-encoding", "identity").lower()
    form = kind.get_content_type() == "application/x-www-form-urlencoded"
    if not form or charset not in {"utf-8", "utf8"} or coding != "identity":
        raise invalid("Content-Type", "not_a_form")
    try:
        return parse_qsl(
            (await request.body()).decode("ascii"),
            keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS,
        )  # fmt: skip
    except UnicodeDecodeError:
        raise invalid("body", "not_utf8") from None
    except ValueError:
        raise invalid("body", "too_many_fields") from None


def _subject(pairs: Pairs, state: Jurisdiction) -> str:
    """Who reports: the program that has this key."""
    given = _KEY.fullmatch(asking.one(pairs, "api_key") or "")
    if not given or not state.takes(UUID(given[1]), given[2]):
        raise Rejected("API_KEY_INVALID")
    return f"open311:{UUID(given[1])}"


def _asked(request: Request, pairs: Pairs, estate: str, subject: str) -> Asked:
    """With an Idempotency-Key a repeat gets the first answer, in whichever format it is asked."""
    key = request.headers.get("idempotency-key")
    if key is not None and not _IDEMPOTENCY.fullmatch(key):
        raise invalid("Idempotency-Key", "malformed")
    said = repr(sorted(pair for pair in pairs if pair[0] != "api_key"))
    return Asked(
        actor=subject,
        estates={estate: frozenset({Role.INTEGRATOR})},
        command=uuid5(_COMMANDS, f"{estate}\n{subject}\n{key or uuid4()}"),
        request=UUID(bytes=sha256(said.encode()).digest()[:16]),
        correlation=uuid4(),
    )
