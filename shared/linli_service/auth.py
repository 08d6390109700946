"""Who asks: an OpenID Connect bearer token, checked against its issuer's published keys.

No header that a client can set decides who it is. Claims used: `sub`, `person_id` (else `sub`) and
`estates`, an object of the roles held in each estate: `{"xx": ["operator"], "company:c1": [...]}`.
"""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Annotated, Final

import httpx
import structlog
from joserfc import jwt
from joserfc.errors import ExpiredTokenError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import extract_compact
from linli_shared.decider import Rejected
from linli_shared.messages import SYSTEM
from linli_shared.text import Key
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

# Asymmetric only: with HS256 allowed, the public key would be a password that everybody has.
_ALGORITHMS: Final = ["RS256", "ES256"]
_MAX_TOKEN: Final = 64 * 1024
_REFRESH_S: Final = 300
_AGAIN_S: Final = 5  # how often an unknown key id may make us ask the issuer again
_PATIENCE_S: Final = 5
_LEEWAY_S: Final = 30
_MOST: Final = 10_000  # of the tokens that are remembered
# What a token or an issuer's answer may raise that is not what it should be.
_MALFORMED: Final = (JoseError, ValueError, LookupError, TypeError, AttributeError, RecursionError)
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
    they are old or a token names one that is not known. While the issuer is away, those known
    are good. A token that was verified is not verified again before it expires or the keys are
    asked for anew."""

    issuer: str
    audience: str
    _keys: KeySet | None = None
    _verified: dict[bytes, tuple[float, Caller]] = field(default_factory=dict)
    _asked: float = float("-inf")
    _answered: bool = False
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def caller(self, authorization: str) -> Caller:
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not (token := token.strip()):
            raise Rejected("TOKEN_MISSING")
        try:
            return await self._bearer(token)
        except ExpiredTokenError:
            raise Rejected("TOKEN_EXPIRED") from None
        except _MALFORMED:
            raise Rejected("TOKEN_INVALID") from None

    async def _bearer(self, token: str) -> Caller:
        if len(token) > _MAX_TOKEN:
            raise ValueError("token is too long")
        digest = sha256(token.encode()).digest()
        until, caller = self._verified.get(digest, (0.0, None))
        if caller and time.monotonic() < until:
            return caller
        caller, left_s = await self._checked(token)
        if len(self._verified) >= _MOST:
            self._verified.clear()
        until = min(time.monotonic() + left_s, self._asked + _REFRESH_S)
        self._verified[digest] = (until, caller)
        return caller

    async def _checked(self, token: str) -> tuple[Caller, float]:
        """Whose token it is, and for how many seconds more."""
        keys = await self._keys_for(_key_id(token))
        claims = jwt.decode(token, keys, algorithms=_ALGORITHMS).claims
        jwt.JWTClaimsRegistry(
            leeway=_LEEWAY_S,
            iss={"essential": True, "value": self.issuer},
            aud={"essential": True, "value": self.audience},
            exp={"essential": True},
            sub={"essential": True},
        ).validate(claims)
        return _Claims.model_validate(claims).caller(), claims["exp"] + _LEEWAY_S - time.time()

    async def _keys_for(self, kid: str) -> KeySet:
        if self._keys and any(key.kid == kid for key in self._keys):
            # One asks for newer ones; nobody else waits for an issuer that may not answer.
            if not self._lock.locked():
                await self._ask(_REFRESH_S)
            return self._keys
        await self._ask(_AGAIN_S)
        if not self._keys or not self._answered:  # the key may be newer than those we know
            raise Rejected("IDENTITY_UNAVAILABLE")
        return self._keys

    async def _ask(self, older_than_s: float) -> None:
        async with self._lock:
            if time.monotonic() - self._asked <= older_than_s:
                return
            try:
                async with asyncio.timeout(_PATIENCE_S):
                    self._keys = await self._published()
                self._verified.clear()
                self._answered = True
            except (httpx.HTTPError, httpx.InvalidURL, OSError, *_MALFORMED) as error:
                self._answered = False
                log.warning("issuer_does_not_answer", issuer=self.issuer, error=repr(error))
            self._asked = time.monotonic()

    async def _published(self) -> KeySet:
        async with httpx.AsyncClient(timeout=_PATIENCE_S) as http:
            base = self.issuer.rstrip("/")
            found = (await http.get(f"{base}/.well-known/openid-configuration")).raise_for_status()
            if (named := found.json()["issuer"]) != self.issuer:
                raise ValueError(f"LINLI_ISSUER must be written as it calls itself: {named}")
            keys = (await http.get(found.json()["jwks_uri"])).raise_for_status()
            return KeySet.import_key_set(keys.json())


def _key_id(token: str) -> str:
    # The header is not to be believed; it only says which key to ask for.
    return str(extract_compact(token.encode()).headers()["kid"])


class _Claims(BaseModel):
    """What a verified token says of its bearer. Roles that nobody knows are of no use and no harm;
    estates and persons must be ids, for they go into queries and events."""

    model_config = ConfigDict(strict=True)

    iss: str
    sub: Annotated[str, Field(min_length=1, max_length=255)]  # OpenID Connect Core 1.0, 2
    person_id: Key | None = None
    estates: dict[Key, list[str]]

    def caller(self) -> Caller:
        person = self.person_id or _ID.validate_python(self.sub)
        # No issuer makes somebody Linli itself, whose role timers and processes have.
        estates = {estate: frozenset(roles) - {SYSTEM} for estate, roles in self.estates.items()}
        return Caller(f"{self.iss}|{self.sub}", person, estates)


_ID: Final = TypeAdapter[str](Key)
