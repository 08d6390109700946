"""Only who the issuer vouches for is let in, and never before the rest of the request is read."""

import hmac
import json
import time
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any, TypeAlias
from uuid import uuid4

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey
from joserfc.jws import JWSRegistry
from linli_local.issuer import Issuer

from tests.conftest import Linli, complaint
from tests.http.conftest import Planted

Forge: TypeAlias = Callable[[Issuer, str], str]
_OTHERS = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=True)


def claims(issuer: Issuer, estate: str, **change: Any) -> dict[str, Any]:
    """Those of a good token, changed; None leaves one out."""
    now = int(time.time())
    good = {
        "iss": issuer.url, "aud": "linli", "sub": "li", "estates": {estate: ["resident"]},
        "iat": now, "exp": now + 600,
    }  # fmt: skip
    return {name: value for name, value in {**good, **change}.items() if value is not None}


def signed(**change: Any) -> Forge:
    """By the issuer's own key, with claims that are not as they should be."""
    return lambda issuer, estate: jwt.encode(
        {"alg": "RS256", "kid": issuer.key.kid}, claims(issuer, estate, **change), issuer.key
    )


def headed(**header: Any) -> Forge:
    """Good claims and the issuer's signature, under a header that should not be believed."""
    return lambda issuer, estate: _compact(
        {"alg": "RS256", "kid": issuer.key.kid, **header}, claims(issuer, estate), issuer.key
    )


def by_another_key(**header: Any) -> Forge:
    return lambda issuer, estate: _compact(
        {"alg": "RS256", "kid": _OTHERS.kid, **header}, claims(issuer, estate), _OTHERS
    )


def with_the_public_key(form: str) -> Forge:
    """HS256, the secret being what everybody can read at the issuer's."""

    def forge(issuer: Issuer, estate: str) -> str:
        public = issuer.key.as_dict(private=False)
        secret = {
            "PEM": issuer.key.as_pem(private=False),
            "DER": issuer.key.as_der(private=False),
            "JWK": json.dumps(public).encode(),
            "modulus": str(public["n"]).encode(),
        }[form]
        header = {"alg": "HS256", "kid": issuer.key.kid}
        signing = f"{_encoded(header)}.{_encoded(claims(issuer, estate))}"
        return f"{signing}.{_base64(hmac.digest(secret, signing.encode(), 'sha256'))}"

    return forge


def unsigned(alg: str) -> Forge:
    return lambda issuer, estate: ".".join(
        [_encoded({"alg": alg, "kid": issuer.key.kid}), _encoded(claims(issuer, estate)), ""]
    )


def tampered(issuer: Issuer, estate: str) -> str:
    """Somebody else's estate, under the signature for one's own."""
    head, _, signature = signed()(issuer, estate).split(".")
    return f"{head}.{_encoded(claims(issuer, 'elsewhere'))}.{signature}"


def _encoded(value: object) -> str:
    return _base64(json.dumps(value).encode())


def _base64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def _compact(header: Mapping[str, Any], body: Mapping[str, Any], key: Any) -> str:
    """As jwt.encode, which would refuse to write most of these."""
    signing = f"{_encoded(dict(header))}.{_encoded(dict(body))}"
    signature = JWSRegistry.algorithms[header["alg"]].sign(signing.encode(), key)
    return f"{signing}.{_base64(signature)}"


_NOW = int(time.time())
FORGED: Mapping[str, Forge] = {
    "garbage": lambda issuer, estate: "M4RK",
    "three parts of garbage": lambda issuer, estate: "M4RK.M4RK.M4RK",
    "a header that is no object": lambda issuer, estate: f"{_encoded(['M4RK'])}.e30.AA",
    "a header 300 deep": lambda issuer, estate: "W1tb" * 128 + ".e30.AA",
    "bytes": lambda issuer, estate: "M4RK\xff\xfe",
    "100 kB": signed(padding="M4RK" * 18_000),
    "100 kB of garbage": lambda issuer, estate: "M4RK" * 25_000,
    "no signature (none)": unsigned("none"),
    "no signature (None)": unsigned("None"),
    "no signature (RS256)": unsigned("RS256"),
    "a tampered payload": tampered,
    "HS256 with the public key as PEM": with_the_public_key("PEM"),
    "HS256 with the public key as DER": with_the_public_key("DER"),
    "HS256 with the public key as JWK": with_the_public_key("JWK"),
    "HS256 with the public modulus": with_the_public_key("modulus"),
    "an unknown key": by_another_key(),
    "another key by the issuer's name": lambda i, e: by_another_key(kid=i.key.kid)(i, e),
    "a key of the token's own": by_another_key(jwk=_OTHERS.as_dict(private=False)),
    "a key set of the token's own": by_another_key(jku="http://127.0.0.1:9/M4RK"),
    "a certificate of the token's own": by_another_key(x5u="http://127.0.0.1:9/M4RK"),
    "no key id": headed(kid=None),
    "a key id that is no text": headed(kid={"M4RK": 1}),
    "a key id that is a path": headed(kid="../../../dev/null"),
    "a critical header nobody knows": headed(crit=["M4RK"], M4RK=1),
    "an unencoded payload": headed(crit=["b64"], b64=False),
    "another algorithm": headed(alg="RS512"),
    "not yet valid": signed(nbf=_NOW + 3600),
    "issued tomorrow": signed(iat=_NOW + 86_400),
    "no end": signed(exp=None),
    "an end in words": signed(exp="M4RK"),
    "another audience": signed(aud="M4RK"),
    "other audiences": signed(aud=["M4RK", "linli2"]),
    "no audience": signed(aud=None),
    "another issuer": signed(iss="https://M4RK"),
    "no issuer": signed(iss=None),
    "no subject": signed(sub=None),
    "a subject that is a number": signed(sub=7),
    "a person that is no id": signed(person_id="M4RK\n"),
    "a subject that is no id": signed(sub="M4RK 李"),
    "no estates": signed(estates=None),
    "estates as a list": signed(estates=["M4RK"]),
    "estates as a text": signed(estates="M4RK"),
    "roles as a text": signed(estates={"M4RK": "operator"}),
    "roles as an object": signed(estates={"M4RK": {"operator": False}}),
    "roles that are no texts": signed(estates={"M4RK": [{"operator": 1}]}),
    "an estate that is no id": signed(estates={"M4RK\0": ["operator"]}),
}


class Asking:
    """Commands with whatever token."""

    def __init__(self, client: httpx.AsyncClient, issuer: Issuer, estate: str) -> None:
        self._client, self._issuer, self._estate = client, issuer, estate

    async def by(self, forge: Forge) -> httpx.Response:
        token = forge(self._issuer, self._estate)
        return await self.saying(b"Bearer " + token.encode("latin-1"))

    async def saying(self, authorization: bytes | None) -> httpx.Response:
        headers = {b"Idempotency-Key": uuid4().hex.encode()}
        if authorization is not None:
            headers[b"Authorization"] = authorization
        return await self._client.post("/cases", json=complaint(self._estate), headers=headers)


@pytest.fixture
async def asking(
    linli: Linli, issuer: Issuer, planted: Planted, estate: str
) -> AsyncIterator[Asking]:
    address = linli.addresses["cases"]
    async with httpx.AsyncClient(base_url=address, timeout=60, trust_env=False) as client:
        yield Asking(client, issuer, estate)


@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED)
async def test_a_token_that_is_not_the_issuers_for_us_and_now_is_refused(
    asking: Asking, planted: Planted, forge: Forge
) -> None:
    answer = await asking.by(forge)
    planted.refused(answer, 401, "TOKEN_INVALID")
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]


@pytest.mark.parametrize("ago", [31, 10**6, 10**12])
async def test_a_token_ends(asking: Asking, planted: Planted, ago: int) -> None:
    answer = await asking.by(signed(exp=_NOW - ago))
    planted.refused(answer, 401, "TOKEN_EXPIRED")


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        b"",
        b"Bearer",
        b"Bearer\tx",
        b"Basic TTRSSw==",
        b"M4RK",
        b"Token M4RK",
        b"\xffM4RK",
    ],
)
async def test_without_a_bearer_token_nobody_is_let_in(
    asking: Asking, planted: Planted, authorization: bytes | None
) -> None:
    answer = await asking.saying(authorization)
    planted.refused(answer, 401, "TOKEN_MISSING")
    assert answer.headers["www-authenticate"] == 'Bearer realm="linli"'


@pytest.mark.parametrize("roles", [["M4RK"], [], ["auditor"], ["RESIDENT"], [""]])
async def test_a_role_that_may_not_or_that_nobody_knows_may_nothing(
    asking: Asking, planted: Planted, estate: str, roles: list[str]
) -> None:
    answer = await asking.by(signed(estates={estate: roles}))
    problem = planted.refused(answer, 403, "ROLE_NOT_PERMITTED")
    assert "resident" in problem["params"]["roles"]


async def test_the_estate_of_a_token_is_the_only_one_there_is(
    asking: Asking, planted: Planted
) -> None:
    planted.refused(await asking.by(signed(estates={"M4RK": ["operator"]})), 404, "NOT_FOUND")
    planted.refused(await asking.by(signed(estates={})), 404, "NOT_FOUND")


@pytest.mark.parametrize("change", [{}, {"aud": ["x", "linli"]}, {"exp": _NOW + 3600.5}])
async def test_a_good_token_is_taken(
    linli: Linli, issuer: Issuer, estate: str, change: Mapping[str, Any]
) -> None:
    token = signed(**change)(issuer, estate)
    headers = {"Authorization": f"bearer {token}", "Idempotency-Key": uuid4().hex}
    async with httpx.AsyncClient(
        base_url=linli.addresses["cases"], timeout=60, trust_env=False
    ) as client:
        answer = await client.post("/cases", json=complaint(estate), headers=headers)
    assert answer.status_code == 201, answer.text
