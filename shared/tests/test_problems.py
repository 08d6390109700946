"""What a client is told of an error, whatever it was, and what it is never told."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal
from uuid import UUID

import asyncpg
import httpx
import pytest
from asyncpg import exceptions as postgres
from fastapi import FastAPI, Header, Query
from linli_language.codes import CODES, describe
from linli_service.problems import document, install_problems
from linli_shared.append import Overloaded, Unavailable
from linli_shared.decider import Rejected
from linli_shared.messages import Message, UnknownKind
from linli_shared.text import Key, Line
from linli_shared.viewset import NotLive
from pydantic import Field
from starlette.exceptions import HTTPException
from structlog.testing import capture_logs

SECRET = "s3cr3t-of-somebody"


class Inner(Message):
    kind: Literal["a", "b"]
    ids: Annotated[tuple[Key, ...], Field(max_length=2)] = ()


class Body(Message):
    title: Line
    inner: Inner
    n: Annotated[int, Field(ge=1, le=5)] = 1


class Client(httpx.AsyncClient):
    error: Exception
    logs: Sequence[Mapping[str, Any]] = ()


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    """Of an application that raises what it is told to."""
    app = FastAPI(openapi_url=None)
    install_problems(app, describe)

    @app.post("/fail/{id}")
    async def fail(id: UUID) -> None:
        raise made.error

    @app.post("/body")
    async def body(
        body: Body, q: Annotated[int, Query(ge=0)] = 0, h: Annotated[str, Header()] = ""
    ) -> None: ...

    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with Client(transport=transport, base_url="http://linli") as made:
        yield made


async def failed(client: Client, error: Exception, language: str = "") -> httpx.Response:
    client.error = error
    with capture_logs() as logs:
        headers = {"Accept-Language": language}
        answer = await client.post(f"/fail/{UUID(int=7)}", headers=headers)
    assert SECRET not in f"{answer.headers!r}{answer.text}{logs!r}"
    assert str(UUID(int=7)) not in f"{answer.text}{logs!r}"
    assert answer.headers["content-type"] == "application/problem+json"
    client.logs = logs
    return answer


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_code_has_its_document(code: str) -> None:
    status, body = document(describe, code, {})
    problem = json.loads(body)
    assert problem["status"] == status == CODES[code].status
    assert problem["type"] == f"urn:linli:code:{code}"
    assert problem["detail"] == problem["detail_en"]


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (Rejected("NOT_REPORTER"), 403, "NOT_REPORTER"),
        (Rejected("CONTENTION"), 503, "CONTENTION"),
        (Overloaded(), 503, "OVERLOADED"),
        (Unavailable(), 503, "UNAVAILABLE"),
        (NotLive(SECRET), 503, "UNAVAILABLE"),
        (ConnectionRefusedError(SECRET), 503, "UNAVAILABLE"),
        (TimeoutError(SECRET), 503, "UNAVAILABLE"),
        (postgres.TooManyConnectionsError(SECRET), 503, "UNAVAILABLE"),
        (asyncpg.InterfaceError(SECRET), 503, "UNAVAILABLE"),
        (UnknownKind("linli.cases.Newer.v9"), 503, "STREAM_NEWER_THAN_SERVICE"),
        (HTTPException(404, SECRET), 404, "NOT_FOUND"),
        (HTTPException(400, SECRET), 400, "BODY_NOT_JSON"),
    ],
)
async def test_what_may_be_tried_again_says_when(
    client: Client, error: Exception, status: int, code: str
) -> None:
    answer = await failed(client, error)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert ("retry-after" in answer.headers) == (status == 503)


@pytest.mark.parametrize(
    "error",
    [
        ValueError(SECRET),
        RuntimeError(SECRET, {"password": SECRET}),
        KeyError(SECRET),
        AssertionError(SECRET),
        RecursionError(SECRET),
        # A value that the database or its driver refuses is refused again.
        postgres.UntranslatableCharacterError(SECRET),
        postgres.UniqueViolationError(SECRET),
        postgres.ProgramLimitExceededError(SECRET),
        postgres._base.DataError(SECRET),
    ],
)
async def test_what_nobody_foresaw_says_a_number_to_the_client_and_a_place_to_the_log(
    client: Client, error: Exception
) -> None:
    answer = await failed(client, error)
    assert (answer.status_code, answer.json()["code"]) == (500, "INTERNAL")
    number = answer.json()["params"]["request_id"]
    assert number in answer.json()["detail_zh"]
    assert number in answer.json()["detail_en"]
    (line,) = client.logs
    assert line["request_id"] == number
    assert line["route"] == "/fail/{id}"
    assert line["error"] == type(error).__name__
    assert any(Path(__file__).name in place for place in line["at"])


@pytest.mark.parametrize(
    ("language", "zh"),
    [("zh", True), ("zh-CN,zh;q=0.9", True), ("en", False), ("", False), ("de, zh;q=0.1", False)],
)
async def test_the_detail_is_in_the_language_asked_for_and_both_are_always_there(
    client: Client, language: str, zh: bool
) -> None:
    problem = (await failed(client, Rejected("NOT_FOUND"), language)).json()
    assert problem["detail_zh"] != problem["detail_en"]
    assert problem["detail"] == problem["detail_zh" if zh else "detail_en"]


async def test_a_fault_is_named_by_our_words_alone(client: Client) -> None:
    sent: dict[str, Any] = {
        SECRET: SECRET,
        "title": 5,
        "inner": {"kind": SECRET, "ids": [f"{SECRET} "], SECRET: 1},
        "n": 9,
    }
    answer = await client.post(f"/body?q={SECRET}", json=sent)
    assert SECRET not in answer.text
    assert answer.json()["params"]["errors"] == [
        {"field": "query.q", "problem": "int_parsing"},
        {"field": "body.title", "problem": "string_type"},
        {"field": "body.inner.kind", "problem": "literal_error", "expected": "'a' or 'b'"},
        {
            "field": "body.inner.ids.0",
            "problem": "string_pattern_mismatch",
            "pattern": "^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}$",
        },
        {"field": "body.inner", "problem": "unknown_field"},
        {"field": "body.n", "problem": "less_than_equal", "le": 5},
        {"field": "body", "problem": "unknown_field"},
    ]


async def test_a_thousand_faults_are_told_as_twenty(client: Client) -> None:
    unknown = {f"x{n}": 1 for n in range(1000)}
    answer = await client.post("/body", json={"title": "x", "inner": {"kind": "a"}, **unknown})
    assert len(answer.json()["params"]["errors"]) == 20


async def test_a_path_with_a_slash_too_many_is_not_redirected(client: Client) -> None:
    """The Location would be made of the Host that the client sent."""
    answer = await client.post("/body/", headers={"Host": SECRET})
    assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")
    assert SECRET not in f"{answer.headers!r}{answer.text}"
