"""A token issuer for development: anybody who reaches it becomes whoever they like.

To the services it is an OIDC provider as any other: they read its discovery document and its keys
and verify its tokens. So it must never be reached from elsewhere: it binds loopback alone and
answers only requests that name loopback as their host (a web page could have its own name resolve
to 127.0.0.1 and read the answers).
"""

import json
import os
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Self
from urllib.parse import parse_qsl

import uvicorn
from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.responses import HTMLResponse
from joserfc import jwt
from joserfc.jwk import RSAKey
from linli_language.roles import Role
from linli_shared.clock import DEVELOPMENT
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from .state import Trouble

Name = Annotated[str, Field(min_length=1, max_length=200)]


class Wish(BaseModel):
    """What a token shall say: the person, and their roles in each estate or `company:<id>`."""

    model_config = ConfigDict(extra="forbid")
    person_id: Name
    estates: dict[Name, list[Name]] = {}
    audience: Name = "linli"
    expires_in: Annotated[int, Field(gt=0, le=366 * 86400)] = 3600  # seconds


@dataclass(frozen=True)
class Issuer:
    """Mints tokens in this process, with the key that the running issuer publishes."""

    url: str
    key: RSAKey = field(repr=False)

    @classmethod
    def load(cls, url: str, file: Path) -> Self:
        """With the key of that file, made the first time, so that tokens outlive a restart."""
        if not file.exists():
            key = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=True)
            fresh = file.with_suffix(f".{os.getpid()}")
            fresh.touch(0o600)
            fresh.write_text(json.dumps(key.as_dict(private=True)))
            fresh.rename(file)
        return cls(url, RSAKey.import_key(json.loads(file.read_text())))

    def token(
        self, person_id: str, estates: Mapping[str, Sequence[str]], *,
        audience: str = "linli", expires_in: int = 3600,
    ) -> str:  # fmt: skip
        """A signed bearer token, good for that many seconds."""
        now = int(time.time())
        claims = {
            "iss": self.url, "aud": audience, "sub": person_id, "person_id": person_id,
            "estates": {estate: list(roles) for estate, roles in estates.items()},
            "iat": now, "exp": now + expires_in, "jti": str(uuid.uuid4()),
        }  # fmt: skip
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.key)

    def keys(self) -> dict[str, Any]:
        return {"keys": [self.key.as_dict(private=False)]}

    def discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "jwks_uri": f"{self.url}/jwks",
            "token_endpoint": f"{self.url}/token",
            "response_types_supported": ["token"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "claims_supported": ["sub", "person_id", "estates"],
            DEVELOPMENT: True,  # beside no other issuer may time be set
        }


def application(issuer: Issuer) -> FastAPI:
    app = FastAPI(title="Linli development issuer", openapi_url=None)

    @app.middleware("http")
    async def only_loopback(request: Request, call_next: Any) -> Any:
        if not is_loopback(request.url.hostname or ""):
            return Response("This issuer answers on loopback alone.", status_code=421)
        return await call_next(request)

    @app.get("/.well-known/openid-configuration")
    async def discovery() -> dict[str, Any]:
        return issuer.discovery()

    @app.get("/jwks")
    async def keys() -> dict[str, Any]:
        return issuer.keys()

    @app.post("/token")
    async def token(request: Request) -> dict[str, Any]:
        wish = await _wish(request)
        text = issuer.token(
            wish.person_id, wish.estates, audience=wish.audience, expires_in=wish.expires_in
        )
        return {"access_token": text, "token_type": "Bearer", "expires_in": wish.expires_in}

    @app.get("/", response_class=HTMLResponse)
    async def page() -> str:
        return PAGE.replace("{url}", escape(issuer.url))

    return app


async def _wish(request: Request) -> Wish:
    """JSON as `Wish` has it, or a form with `estates` as often as need be: xx=operator,steward."""
    body = await request.body()
    try:
        if request.headers.get("content-type", "").startswith("application/json"):
            return Wish.model_validate_json(body)
        fields = parse_qsl(body.decode(), keep_blank_values=True)
        single = {key: value for key, value in fields if key != "estates"}
        estates = roles_of([value for key, value in fields if key == "estates"])
        return Wish.model_validate({**single, "estates": estates})
    except ValidationError as error:
        wrong = sorted({".".join(map(str, e["loc"])) or e["msg"] for e in error.errors()})
        raise HTTPException(422, f"Not to be used: {', '.join(wrong)}") from None
    except ValueError as error:
        raise HTTPException(422, str(error)) from None


def roles_of(words: Sequence[str]) -> dict[str, list[str]]:
    """`["xx=operator,steward"]` → `{"xx": ["operator", "steward"]}`. Raises ValueError."""
    estates: dict[str, list[str]] = {}
    for word in words:
        estate, sign, roles = word.partition("=")
        if not (estate and sign and roles):
            raise ValueError(f"{word!r} is not ESTATE=ROLE,ROLE")
        if unknown := [role for role in roles.split(",") if role not in {*Role}]:
            raise ValueError(f"{unknown[0]!r} is no role. There are: {', '.join(Role)}")
        estates.setdefault(estate, []).extend(roles.split(","))
    return estates


def is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:  # any other name: who knows where it leads tomorrow
        return False


def serve(host: str, port: int, key: Path) -> None:
    if not is_loopback(host):
        raise Trouble(
            f"The development issuer binds loopback only, not {host}: it makes anybody anyone. "
            "For anything that others can reach, name a real OIDC provider in LINLI_ISSUER."
        )
    issuer = Issuer.load(f"http://{f'[{host}]' if ':' in host else host}:{port}", key)
    uvicorn.run(application(issuer), host=host, port=port, log_level="warning")


PAGE = """<!doctype html><html lang="en"><meta charset="utf-8">
<title>Linli: development issuer</title>
<style>body{font:16px/1.5 system-ui;max-width:42em;margin:3em auto;padding:0 1em}
input{display:block;width:100%;font:inherit}label{display:block;margin:.7em 0}</style>
<h1>邻里 Linli: development issuer</h1>
<p><b>For development only.</b> It asks for no password: whoever reaches this page can sign in as
anybody. It listens on this machine alone and must never be used in production.</p>
<form method="post" action="/token">
<label>Person id <input name="person_id" value="operator-1" required></label>
<label>Estate and roles <input name="estates" value="xx=operator" required></label>
<input type="submit" value="Make a token for an hour"></form>
<p>Discovery: <a href="/.well-known/openid-configuration">{url}/.well-known/openid-configuration</a>
· keys: <a href="/jwks">{url}/jwks</a></p></html>
"""

if __name__ == "__main__":
    try:
        serve(
            os.environ.get("LINLI_HOST", "127.0.0.1"),
            int(os.environ.get("LINLI_PORT", "8000")),
            Path(os.environ.get("LINLI_ISSUER_KEY", ".local/issuer.json")),
        )
    except Trouble as trouble:
        raise SystemExit(str(trouble)) from None
