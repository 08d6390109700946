"""The development issuer is an OIDC provider like any other, and can be reached from here alone."""

import os
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet
from linli_language.roles import Role
from linli_local.issuer import Issuer
from linli_local.state import Home


def claims(issuer: Issuer, token: str) -> dict[str, object]:
    """Verified as a service does it: through discovery and the published keys."""
    found = httpx.get(f"{issuer.url}/.well-known/openid-configuration").json()
    assert found["issuer"] == issuer.url
    keys = KeySet.import_key_set(httpx.get(found["jwks_uri"]).json())
    return jwt.decode(token, keys, algorithms=["RS256"]).claims


def test_a_token_says_who_where_and_for_how_long(issuer: Issuer) -> None:
    wish = {"person_id": "p-1", "estates": {"xx": ["operator"]}, "expires_in": 60}
    answer = httpx.post(f"{issuer.url}/token", json=wish).json()
    assert answer["token_type"] == "Bearer"
    found = claims(issuer, answer["access_token"])
    assert found["iss"] == issuer.url
    assert found["aud"] == "linli"
    assert found["sub"] == found["person_id"] == "p-1"
    assert found["estates"] == {"xx": ["operator"]}
    assert found["exp"] == pytest.approx(time.time() + 60, abs=5)


def test_a_form_serves_as_well_as_json(issuer: Issuer) -> None:
    form = {"person_id": "p-1", "estates": ["xx=operator,steward", "company:c1=company_user"]}
    answer = httpx.post(f"{issuer.url}/token", data={**form, "audience": "other"}).json()
    found = claims(issuer, answer["access_token"])
    assert found["estates"] == {"xx": ["operator", "steward"], "company:c1": ["company_user"]}
    assert found["aud"] == "other"


def test_a_role_that_there_is_not_is_refused_with_those_there_are(
    issuer: Issuer, tmp_path: Path
) -> None:
    Home(tmp_path).remember(LINLI_ISSUER=issuer.url)
    argv = [sys.executable, "-m", "linli_local", "token", "xx=king"]
    env = {**os.environ, "LINLI_HOME": str(tmp_path)}
    ran = subprocess.run(argv, env=env, capture_output=True, text=True)
    assert (ran.returncode, ran.stdout) == (2, "")
    said = " ".join(ran.stderr.replace("│", " ").split())
    assert "'king' is no role" in said
    assert all(role in said for role in Role)
    answer = httpx.post(f"{issuer.url}/token", data={"person_id": "p", "estates": "xx=king"})
    assert answer.status_code == 422


def test_a_token_minted_in_the_test_is_the_issuers_own(issuer: Issuer) -> None:
    assert claims(issuer, issuer.token("p-2", {}))["person_id"] == "p-2"


@pytest.mark.parametrize(
    "body", [b"", b"{", b'{"person_id": ""}', b'{"person_id": "p", "expires_in": 0}', b"[1]"]
)
def test_a_wish_that_makes_no_sense_is_refused(issuer: Issuer, body: bytes) -> None:
    head = {"content-type": "application/json"}
    assert httpx.post(f"{issuer.url}/token", content=body, headers=head).status_code == 422
    assert httpx.post(f"{issuer.url}/token", content=b"estates=xx").status_code == 422
    assert httpx.post(f"{issuer.url}/token", content=b"\xff").status_code == 422


def test_tokens_outlive_a_restart_for_the_key_is_kept_and_private(tmp_path: Path) -> None:
    file = tmp_path / "issuer.json"
    first, second = Issuer.load("http://one", file), Issuer.load("http://one", file)
    assert first.keys() == second.keys()
    assert file.stat().st_mode & 0o077 == 0
    assert "d" not in first.keys()["keys"][0]


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "", "issuer.example"])
def test_it_refuses_any_bind_but_loopback(host: str, tmp_path: Path) -> None:
    env = {**os.environ, "LINLI_HOST": host, "LINLI_ISSUER_KEY": str(tmp_path / "key")}
    argv = [sys.executable, "-m", "linli_local.issuer"]
    ended = subprocess.run(argv, env=env, capture_output=True, text=True, timeout=30)
    assert ended.returncode == 1
    assert "binds loopback only" in ended.stderr
    assert not (tmp_path / "key").exists()


def test_it_answers_no_request_that_names_another_host(issuer: Issuer) -> None:
    head = {"host": "evil.example"}
    assert httpx.get(f"{issuer.url}/jwks", headers=head).status_code == 421


def test_its_page_says_that_it_is_for_development_only(issuer: Issuer) -> None:
    assert "For development only" in httpx.get(issuer.url).text
