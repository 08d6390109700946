"""Who asks: an OpenID Connect bearer token, checked against its issuer's published keys.

No header that a client can set decides who it is. Claims used: `sub`, `person_id` (else `sub`) and
`estates`, an object of the roles held in each estate: `{"xx": ["operator"], "company:c1": [...]}`.
"""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import httpx
import structlog
from joserfc import jwt
from joserfc.errors import ExpiredTokenError, JoseError
from joserfc.jwk import KeySet

from linli_shared.decider import Rejected

# Asymmetric only: with HS256 allowed, the public key would be a password that everybody has.
_ALGORITHMS: Final = ["RS256", "ES256"]
_REFRESH_S: Final = 300
_AGAIN_S: Final = 5  # how often an unknown key id may make us ask the issuer again
_LEEWAY_S: Final = 30
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Caller:
    """`subject` is unique over issuers; `person` is the id in events; estates map to roles."""

    subject: str
    person: str
    estates: Mapping[str, frozenset[str]]

    def having(self, *roles: str) -> list[str]:
        """The estates where the caller has one of `roles`."""
        return [estate for estate, held in self.estates.items() if held & set(roles)]


@dataclass(slots=True)
class Identity:
    """Keys are found by discovery (OpenID Connect Discovery 1.0), kept, and asked for again when
    they are old or a token names one that is not known."""

    issuer: str
    audience: str
    _keys: KeySet | None = None
    _asked: float = float("-inf")
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def caller(self, authorization: str) -> Caller:
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise Rejected("TOKEN_MISSING")
        try:
            return await self._verified(token.strip())
        except ExpiredTokenError:
            raise Rejected("TOKEN_EXPIRED") from None
        except (JoseError, ValueError, KeyError, TypeError, AttributeError):
            raise Rejected("TOKEN_INVALID") from None

    async def _verified(self, token: str) -> Caller:
        keys = await self._keys_for(token)
        claims = jwt.decode(token, keys, algorithms=_ALGORITHMS).claims
        jwt.JWTClaimsRegistry(
            leeway=_LEEWAY_S,
            iss={"essential": True, "value": self.issuer},
            aud={"essential": True, "value": self.audience},
            exp={"essential": True},
            sub={"essential": True},
        ).validate(claims)
        return _caller(claims)

    async def _keys_for(self, token: str) -> KeySet:
        kid = _key_id(token)
        age = time.monotonic() - self._asked
        known = self._keys is not None and any(k.kid == kid for k in self._keys.keys)
        if (not known and age > _AGAIN_S) or age > _REFRESH_S:
            async with self._lock:
                if time.monotonic() - self._asked > _AGAIN_S:
                    await self._ask()
        if self._keys is None:
            raise Rejected("IDENTITY_UNAVAILABLE")
        return self._keys

    async def _ask(self) -> None:
        self._asked = time.monotonic()
        try:
            async with httpx.AsyncClient(timeout=5) as http:
                known = await http.get(f"{self.issuer}/.well-known/openid-configuration")
                keys = await http.get(known.raise_for_status().json()["jwks_uri"])
                self._keys = KeySet.import_key_set(keys.raise_for_status().json())
        except (httpx.HTTPError, KeyError, ValueError, JoseError) as error:
            log.warning("issuer_does_not_answer", issuer=self.issuer, error=repr(error))


def _key_id(token: str) -> str:
    # The header is not to be believed; it only says which key to ask for.
    from joserfc.jws import extract_compact

    return str(extract_compact(token.encode()).headers()["kid"])


def _caller(claims: Mapping[str, Any]) -> Caller:
    estates = {str(e): frozenset(map(str, roles)) for e, roles in claims["estates"].items()}
    subject = str(claims["sub"])
    person = str(claims.get("person_id") or subject)
    return Caller(f"{claims['iss']}|{subject}", person, estates)
