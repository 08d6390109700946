"""Wrong paths, methods and queries, and bytes that are no request: refused as clearly."""

import asyncio
from base64 import urlsafe_b64encode
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest
from linli_language.roles import Role
from linli_local import services

from tests.conftest import Linli
from tests.http.conftest import Planted

SERVICES = services.SERVICES
NOBODY = uuid4()

NOWHERE = {
    "an unknown path": "GET /M4RK",
    "a slash too many": "POST /cases/",
    "two slashes": "POST //cases",
    "a path upwards": "GET /docs/assets/../../strict.py",
    "a path upwards, encoded": "GET /docs/assets/%2e%2e/%2e%2e/M4RK.py",
    "NUL": "GET /docs/assets/%00M4RK",
    "a very long name": f"GET /docs/assets/M4RK{'x' * 5000}",
    "not percent-encoded": "GET /%zzM4RK",
    "bytes that are no UTF-8": "GET /%ff%feM4RK",
    "another host's": "GET http://M4RK/cases/",
    "the whole server": "OPTIONS *",
    "an id of nobody": f"POST /cases/{NOBODY}/acknowledge",
    "of nobody, encoded": f"POST /cases/%7B{NOBODY}%7D/start",
}
WRONG_METHODS = {
    "GET /cases": "POST",
    "OPTIONS /cases": "POST",
    "DELETE /cases": "POST",
    "PROPFIND /cases": "POST",
    "TRACE /cases": "POST",
    "POST /livez": "GET",
    "PUT /docs": "GET",
    "PATCH /docs/assets/swagger-ui.css": "GET, HEAD",
}
POST = b"POST /cases HTTP/1.1\r\n"
NO_REQUEST = {
    "an unknown method": b"M4RK /cases HTTP/1.1\r\n\r\n",
    "a tunnel": b"CONNECT M4RK:80 HTTP/1.1\r\n\r\n",
    "another protocol": b"\x16\x03\x01\x02\x00M4RK",
    "another version": b"GET /livez HTTP/9.9\r\nX: M4RK\r\n\r\n",
    "bytes in the path": b"GET /M4RK\xff HTTP/1.1\r\n\r\n",
    "a length in words": POST + b"Content-Length: M4RK\r\n\r\n",
    "a length below zero": POST + b"Content-Length: -1\r\n\r\n",
    "a length beyond 64 bits": POST + b"Content-Length: 99999999999999999999\r\n\r\n",
    "two lengths": POST + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}M",
    "a length and chunks": POST + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n",
    "a chunk without a size": POST + b"Transfer-Encoding: chunked\r\n\r\nM4RK\r\n",
    "NUL in a header": b"GET /livez HTTP/1.1\r\nX: \0M4RK\r\n\r\n",
    "a blank in a header's name": b"GET /livez HTTP/1.1\r\nX Y: M4RK\r\n\r\n",
}
_IN_CURSORS = [
    "M4RK", "null", "5", "[]", "[null,null]", '{"a":1,"b":2}', "[1e999,1]",
    "[99999999999999999999]", '["\\u0000","\\u0000"]', '[["a"],["b"]]', "[" * 3000, "[-1]",
    '["M4RK","M4RK"]', "[2147483648]",
    f'["0001-01-01T00:00:00+14:00","{NOBODY}"]', f'["9999-12-31T23:59:59-14:00","{NOBODY}"]',
    f'["2026-01-01T00:00:00","{NOBODY}"]', '["2026-01-01T00:00:00+00:00","M4RK"]',
]  # fmt: skip
CURSORS = [urlsafe_b64encode(text.encode()).decode() for text in _IN_CURSORS]
QUERIES = [
    "%00", "M4RK%00", "%ff", "%zz", "", "99999999999999999999999999", "-1", "1e999", "NaN",
    "[]", "' or 1=1 --", "x" * 5000, "%F0%9F%92%A9", "2026-02-30", "0001-01-01", "9999-12-31",
    "0001-01-01T00:00:00%2B14:00", "9999-12-31T23:59:59-14:00", str(NOBODY),
]  # fmt: skip
LINLI_POSITIONS = [
    "M4RK", "linli.cases.v1/0", "linli.cases.v1/0/-1", "linli.M4RK.v1/0/1", "linli.cases.v1/9999/1",
    "linli.cases.v1/0/9999999999999999999999", "LINLI/0/1", "linli.cases.v1/0/1\xff",
]  # fmt: skip


class Wire:
    """Bytes to one service and the answer to them, with nothing in between that would tidy up."""

    def __init__(self, linli: Linli, estate: str) -> None:
        self._address = urlsplit(linli.addresses["cases"])
        token = linli.issuer.token("li", {estate: [Role.OPERATOR, Role.RESIDENT]})
        self._head = (
            f"Host: linli\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n"
            f"Idempotency-Key: {uuid4()}\r\nContent-Type: application/json\r\n"
            "Content-Length: 2\r\n\r\n{}"
        ).encode()

    async def ask(self, line: str) -> httpx.Response:
        return await self.send(f"{line} HTTP/1.1\r\n".encode() + self._head)

    async def send(self, sent: bytes) -> httpx.Response:
        reader, writer = await asyncio.open_connection(self._address.hostname, self._address.port)
        writer.write(sent)
        try:
            async with asyncio.timeout(60):
                head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
                headers = dict(line.split(": ", 1) for line in head[1:-2])
                body = await reader.readexactly(int(headers["content-length"]))
            return httpx.Response(int(head[0].split()[1]), headers=headers, content=body)
        finally:
            writer.close()


@pytest.fixture
def wire(linli: Linli, planted: Planted, estate: str) -> Wire:
    return Wire(linli, estate)


@pytest.mark.parametrize("line", NOWHERE.values(), ids=NOWHERE)
async def test_there_is_nothing_elsewhere(wire: Wire, planted: Planted, line: str) -> None:
    planted.refused(await wire.ask(line), 404, "NOT_FOUND")


@pytest.mark.parametrize(("line", "allowed"), WRONG_METHODS.items(), ids=WRONG_METHODS)
async def test_a_path_says_which_methods_it_takes(
    wire: Wire, planted: Planted, line: str, allowed: str
) -> None:
    answer = await wire.ask(line)
    planted.refused(answer, 405, "METHOD_NOT_ALLOWED")
    assert answer.headers["allow"] == allowed


@pytest.mark.parametrize("id", ["M4RK", "1", "%00", f"{NOBODY}%00", "0" * 5000, "%C3%28"])
async def test_an_id_in_a_path_is_a_uuid(wire: Wire, planted: Planted, id: str) -> None:
    problem = planted.refused(await wire.ask(f"POST /cases/{id}/start"), 422, "VALIDATION_FAILED")
    assert [fault["field"] for fault in problem["params"]["errors"]] == ["path.case_id"]


@pytest.mark.parametrize("sent", NO_REQUEST.values(), ids=NO_REQUEST)
async def test_what_is_no_http_is_refused_and_the_connection_closed(
    wire: Wire, planted: Planted, sent: bytes
) -> None:
    answer = await wire.send(sent)
    planted.refused(answer, 400, "REQUEST_MALFORMED")
    assert answer.headers["connection"] == "close"


@pytest.mark.parametrize("lines", [b"X: M4RK" + b"x" * 131_072, b"X: M4RK\r\n" * 14_564])
async def test_a_head_that_never_ends_is_cut_off(
    wire: Wire, planted: Planted, lines: bytes
) -> None:  # fmt: skip
    answer = await wire.send(b"GET /livez HTTP/1.1\r\n" + lines)
    planted.refused(answer, 431, "HEAD_TOO_LARGE")


async def test_who_asks_is_settled_before_the_body_is_read(wire: Wire, planted: Planted) -> None:
    """The body that is announced never comes: the answer does not wait for it."""
    head = "POST /cases HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 10000000\r\n"
    planted.refused(await wire.send(f"{head}\r\n".encode()), 401, "TOKEN_MISSING")
    bad = f"{head}Authorization: Bearer M4RK\r\nExpect: 100-continue\r\n\r\n"
    planted.refused(await wire.send(bad.encode()), 401, "TOKEN_INVALID")


async def test_who_hangs_up_in_the_middle_of_a_body_does_no_harm(
    wire: Wire, planted: Planted, linli: Linli
) -> None:
    head = wire._head.replace(b"Content-Length: 2\r\n\r\n{}", b"Content-Length: 99\r\n\r\n{")
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(wire.send(b"POST /cases HTTP/1.1\r\n" + head), 0.5)
    assert (await wire.ask("GET /livez")).json() == {"status": "ok"}


@pytest.mark.parametrize("service", SERVICES)
async def test_no_query_breaks_a_read(linli: Linli, planted: Planted, service: str) -> None:
    async with linli.client(service, "li", *Role, estate="xx") as li:
        for path, names in await _reads(li):
            for name in names:
                for value in [*QUERIES, *(CURSORS if name == "cursor" else ())]:
                    await _told_well(li, planted, f"{path}?{name}={value}")
            for query in ("M4RK=1", "&&&", "=", "%00=%00", "a" * 10_000):
                await _told_well(li, planted, f"{path}?{query}")


@pytest.mark.parametrize("service", SERVICES)
async def test_no_position_breaks_a_read(linli: Linli, planted: Planted, service: str) -> None:
    async with linli.client(service, "li", *Role, estate="xx") as li:
        for path, _ in await _reads(li):
            for value in LINLI_POSITIONS:
                await _told_well(li, planted, path, {b"Linli-Position": value.encode("latin-1")})


async def _told_well(
    client: httpx.AsyncClient, planted: Planted, url: str, headers: Any = None
) -> None:
    answer = await client.get(url, headers=headers)
    assert answer.status_code in {200, 400, 403, 404, 422}, (url, answer.text)
    planted.unseen(answer)
    if answer.status_code != 200:
        planted.refused(answer, answer.status_code, answer.json()["code"])


async def _reads(client: httpx.AsyncClient) -> list[tuple[str, list[str]]]:
    """The paths that can be read with a token, and the names of their parameters."""
    found = []
    for path, operations in (await client.get("/openapi.json")).json()["paths"].items():
        if (read := operations.get("get")) and read.get("security"):
            given = read.get("parameters", [])
            for parameter in given:
                path = path.replace(f"{{{parameter['name']}}}", str(NOBODY))
            found.append((path, [p["name"] for p in given if p["in"] == "query"]))
    return found
