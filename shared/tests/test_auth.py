"""How Identity gets the issuer's keys, keeps them, and is not made to hammer the issuer."""

import asyncio
import json
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey
from linli_service import auth
from linli_service.auth import Identity
from linli_shared.decider import Rejected
from linli_shared.messages import SYSTEM

FIRST = RSAKey.generate_key(2048, {"use": "sig"}, auto_kid=True)
SECOND = ECKey.generate_key("P-256", {"use": "sig"}, auto_kid=True)
SECOND_RSA = RSAKey.generate_key(2048, {"use": "sig"})
CONFIGURATION = "/.well-known/openid-configuration"


class Issuer:
    """A real HTTP server that can be slow, wrong, away and back at the same address."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.keys: list[RSAKey | ECKey] = [FIRST]
        self.wait_s = 0.0
        self.instead: dict[str, bytes] = {}  # by path: an answer that is not what it should be
        self._server = self._bound(0)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self.name = self.url  # as it calls itself

    def start(self) -> None:
        Thread(target=self._server.serve_forever, args=[0.01], daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def again(self) -> None:
        self._server = self._bound(int(self.url.rpartition(":")[2]))
        self.start()

    def _bound(self, port: int) -> ThreadingHTTPServer:
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                issuer.asked.append(self.path)
                time.sleep(issuer.wait_s)
                body = issuer.instead.get(self.path) or json.dumps(issuer.told(self.path)).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        return ThreadingHTTPServer(("127.0.0.1", port), Handler)

    def told(self, path: str) -> dict[str, Any]:
        if path == CONFIGURATION:
            return {"issuer": self.name, "jwks_uri": f"{self.url}/keys"}
        return {"keys": [key.as_dict(private=False) for key in self.keys]}

    def token(self, key: RSAKey | ECKey = FIRST, **change: Any) -> str:
        """As an Authorization header."""
        claims = {"iss": self.name, "aud": "linli", "sub": "li", "exp": int(time.time()) + 60}
        header = {"alg": "RS256" if isinstance(key, RSAKey) else "ES256", "kid": key.kid}
        body = {**claims, "estates": {"xx": ["operator"]}, **change}
        return "Bearer " + jwt.encode(header, body, key, algorithms=["RS256", "ES256"])


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    made = Issuer()
    made.start()
    yield made
    made.stop()


@pytest.fixture
def identity(issuer: Issuer) -> Identity:
    return Identity(issuer.url, "linli")


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever may ask again may do so at once; what is kept is old at once."""
    monkeypatch.setattr(auth, "_AGAIN_S", 0)
    monkeypatch.setattr(auth, "_REFRESH_S", 0)


async def code(identity: Identity, authorization: str) -> str:
    with pytest.raises(Rejected) as refused:
        await identity.caller(authorization)
    assert refused.value.params == {}
    return refused.value.code


async def test_a_caller_is_who_the_token_says(issuer: Issuer, identity: Identity) -> None:
    estates = {"xx": ["operator", "unheard"], "company:c1": []}
    caller = await identity.caller(issuer.token(person_id="p-1", estates=estates))
    assert caller.subject == f"{issuer.url}|li"
    assert caller.person == "p-1"
    assert caller.estates == {"xx": {"operator", "unheard"}, "company:c1": set()}
    assert caller.having("operator", "steward") == ["xx"]
    assert (await identity.caller(issuer.token())).person == "li"


async def test_no_token_makes_anybody_linli_itself(issuer: Issuer, identity: Identity) -> None:
    """Its role lets timers and processes do what no person may."""
    caller = await identity.caller(issuer.token(estates={"xx": ["operator", SYSTEM]}))
    assert caller.estates == {"xx": {"operator"}}


async def test_the_keys_are_asked_for_once_however_many_come(
    issuer: Issuer, identity: Identity
) -> None:
    issuer.wait_s = 0.05
    callers = await asyncio.gather(*(identity.caller(issuer.token()) for _ in range(50)))
    assert len(callers) == 50
    assert issuer.asked == [CONFIGURATION, "/keys"]


async def test_without_keys_and_issuer_nobody_can_be_told_and_nobody_is_let_in(
    issuer: Issuer, identity: Identity
) -> None:
    issuer.stop()
    assert await code(identity, issuer.token()) == "IDENTITY_UNAVAILABLE"
    issuer.again()
    assert await code(identity, issuer.token()) == "IDENTITY_UNAVAILABLE"  # asked a moment ago
    assert issuer.asked == []
    identity._asked -= 6
    assert (await identity.caller(issuer.token())).person == "li"


@pytest.mark.usefixtures("soon")
async def test_while_the_issuer_is_away_its_keys_are_good(
    issuer: Issuer, identity: Identity
) -> None:
    await identity.caller(issuer.token())
    issuer.stop()
    assert (await identity.caller(issuer.token())).person == "li"
    # The key may be newer than those we know: that cannot be told now.
    assert await code(identity, issuer.token(SECOND)) == "IDENTITY_UNAVAILABLE"
    assert await code(identity, issuer.token(exp=1)) == "TOKEN_EXPIRED"
    issuer.again()
    assert (await identity.caller(issuer.token())).person == "li"


async def test_an_issuer_that_does_not_answer_holds_up_only_one_whose_key_is_known(
    issuer: Issuer, identity: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    await identity.caller(issuer.token())
    monkeypatch.setattr(auth, "_PATIENCE_S", 0.5)
    issuer.wait_s = 2
    identity._asked -= 301
    begun = time.monotonic()
    first = asyncio.create_task(identity.caller(issuer.token(jti="first")))
    await asyncio.sleep(0.1)
    for n in range(20):
        await identity.caller(issuer.token(jti=str(n)))
    assert time.monotonic() - begun < 0.4
    await first
    assert 0.4 < time.monotonic() - begun < 1.5


async def test_a_flood_of_unknown_keys_asks_the_issuer_once(
    issuer: Issuer, identity: Identity
) -> None:
    """Once for the keys that are known; within five seconds nobody makes us ask again."""
    forged = [
        RSAKey.import_key(SECOND_RSA.as_dict(private=True) | {"kid": f"k{n}"}) for n in range(100)
    ]
    # Signed beforehand: on a busy machine that takes longer than the five seconds.
    flood = [issuer.token(key) for key in forged]
    await identity.caller(issuer.token())
    codes = await asyncio.gather(*(code(identity, token) for token in flood))
    assert set(codes) == {"TOKEN_INVALID"}
    assert issuer.asked == [CONFIGURATION, "/keys"]
    identity._asked -= 6
    await asyncio.gather(*(code(identity, issuer.token(key)) for key in forged))
    assert len(issuer.asked) == 4


async def test_garbage_asks_nobody(issuer: Issuer, identity: Identity) -> None:
    for token in ("x", "a.b.c", "e30.e30.", "W10.e30.AA", "W1tb" * 9000 + ".e30.AA", "x" * 70_000):
        assert await code(identity, f"Bearer {token}") == "TOKEN_INVALID"
    assert issuer.asked == []


async def test_a_new_key_is_found_and_one_that_was_withdrawn_is_forgotten(
    issuer: Issuer, identity: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Went red without `_verified.clear()`: a token of the old key was remembered."""
    monkeypatch.setattr(auth, "_AGAIN_S", 0)
    first = issuer.token()
    await identity.caller(first)
    issuer.keys = [SECOND]
    assert (await identity.caller(issuer.token(SECOND))).person == "li"
    assert await code(identity, first) == "TOKEN_INVALID"


async def test_a_token_that_is_remembered_ends_when_it_ends(
    issuer: Issuer, identity: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Went red with `until` of the keys' age alone."""
    token = issuer.token()  # for a minute
    assert (await identity.caller(token)).person == "li"
    at, wall, later = time.monotonic(), time.time(), 61 + auth._LEEWAY_S
    monkeypatch.setattr(time, "monotonic", lambda: at + later)
    monkeypatch.setattr(time, "time", lambda: wall + later)
    assert await code(identity, token) == "TOKEN_EXPIRED"


@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize(
    ("path", "answer"),
    [
        (CONFIGURATION, b" "),
        (CONFIGURATION, b"<html>"),
        (CONFIGURATION, b"[]"),
        (CONFIGURATION, b"{}"),
        (CONFIGURATION, b'{"issuer": "https://other", "jwks_uri": "https://other/keys"}'),
        (CONFIGURATION, b"[" * 100_000),
        ("/keys", b"{}"),
        ("/keys", b'{"keys": []}'),
        ("/keys", b'{"keys": [{"kty": "none of ours"}]}'),
        ("/keys", b'{"keys": "x"}'),
        ("/keys", b'{"keys": [{"kty": "RSA", "n": "!", "e": "AQAB"}]}'),
        ("/keys", b"\xff"),
    ],
)
async def test_an_issuer_that_talks_nonsense_is_as_good_as_none(
    issuer: Issuer, identity: Identity, path: str, answer: bytes
) -> None:
    issuer.instead[path] = answer
    assert await code(identity, issuer.token()) == "IDENTITY_UNAVAILABLE"
    issuer.instead.clear()
    await identity.caller(issuer.token())
    issuer.instead[path] = answer
    assert (await identity.caller(issuer.token())).person == "li"


async def test_an_issuer_is_called_what_it_calls_itself(issuer: Issuer) -> None:
    """OpenID Connect Discovery 1.0, 4.3. Some end in a slash, and so do their tokens' `iss`."""
    issuer.name = f"{issuer.url}/"
    assert (await Identity(issuer.name, "linli").caller(issuer.token())).person == "li"
    assert issuer.asked[0] == CONFIGURATION
    assert await code(Identity(issuer.url, "linli"), issuer.token()) == "IDENTITY_UNAVAILABLE"


@pytest.mark.parametrize(
    "url",
    ["", "nonsense", "http://", "ftp://127.0.0.1", "http://127.0.0.1:1", "http://127.0.0.1:x"],
)
async def test_an_address_that_is_none_is_no_error_of_the_caller(issuer: Issuer, url: str) -> None:
    assert await code(Identity(url, "linli"), issuer.token()) == "IDENTITY_UNAVAILABLE"
