"""The page of the API: it works where no network is but the service's own."""

import re
from urllib.parse import urljoin, urlsplit

import httpx
import pytest
from linli_local import services

from tests.conftest import Linli


@pytest.fixture(params=services.SERVICES)
def address(linli: Linli, request: pytest.FixtureRequest) -> str:
    return linli.addresses[request.param]


async def test_the_page_and_all_that_it_refers_to_come_from_the_service(address: str) -> None:
    async with httpx.AsyncClient(base_url=address, timeout=60, trust_env=False) as client:
        page = await client.get("/docs")
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        referred = re.findall(r'(?:src|href)="([^"]+)"', page.text)
        assert len(referred) >= 4
        start = await client.get("/docs/start.js")
        referred += re.findall(r'url: "([^"]+)"', start.text)
        for path in referred:
            found = await client.get(path)
            assert (found.status_code, urlsplit(path).netloc) == (200, ""), path
            assert found.content
            assert urljoin(address, path) == str(found.url)


async def test_the_page_asks_nobody_else(address: str) -> None:
    """No address of others in what we wrote, none that its styles would fetch, and a policy that
    forbids the rest; Swagger UI would ask its maker's validator unless told not to."""
    async with httpx.AsyncClient(base_url=address, timeout=60, trust_env=False) as client:
        page, start = await client.get("/docs"), await client.get("/docs/start.js")
        styles = await client.get("/docs/assets/swagger-ui.css")
    assert "//" not in page.text + start.text
    assert "validatorUrl: null" in start.text
    fetched = re.findall(r"url\(['\"]?([^'\")]+)|@import\s+['\"]?([^'\";]+)", styles.text)
    assert all(one.startswith("data:") for pair in fetched for one in pair if one)
    policy = dict(rule.strip().split(" ", 1) for rule in _policy(page).split(";"))
    assert policy["default-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert "script-src" not in policy  # as default-src: no inline script, no eval


async def test_the_page_holds_to_its_own_policy(address: str) -> None:
    """A policy that forbids inline scripts breaks a page that has one."""
    async with httpx.AsyncClient(base_url=address, timeout=60, trust_env=False) as client:
        page = await client.get("/docs")
    scripts = re.findall(r"<script([^>]*)>(.*?)</script>", page.text, re.DOTALL)
    assert scripts
    assert all("src=" in attributes and not inside for attributes, inside in scripts)
    assert not re.search(r"\son[a-z]+=", page.text)


async def test_a_token_is_not_kept_in_the_browser(address: str) -> None:
    async with httpx.AsyncClient(base_url=address, timeout=60, trust_env=False) as client:
        start = await client.get("/docs/start.js")
    assert "persistAuthorization" not in start.text
    assert start.headers["x-content-type-options"] == "nosniff"


async def test_what_operators_see_holds_no_secret_and_no_id(linli: Linli, address: str) -> None:
    """Nobody needs a token for these, so they must tell nothing that is not everybody's."""
    async with httpx.AsyncClient(base_url=address, timeout=60, trust_env=False) as client:
        await client.get("/cases/7f0c8c5e-0000-7000-8000-0000000000aa")
        told = [await client.get(path) for path in ("/livez", "/readyz", "/metrics", "/nowhere")]
    for answer in told:
        text = f"{answer.headers!r}{answer.text}"
        for urls in linli.databases.values():
            for url in urls.values():
                parts = urlsplit(url)
                assert parts.password
                assert parts.password not in text
                assert f":{parts.port}" not in text
        assert "7f0c8c5e" not in text
        assert "server" not in answer.headers
    assert told[1].json()["ready"] is True
    assert set(told[1].json()["parts"].values()) == {"ok"}


def _policy(page: httpx.Response) -> str:
    return str(page.headers["content-security-policy"])
