"""The services, each a process of its own: database and roles, migration, start, readiness."""

import sys
import time
from collections.abc import Callable

import asyncpg
import httpx
from linli_operate.places import Place
from linli_shared.provision import provision
from linli_shared.viewset import NotReady, ViewSet

from . import key_files, postgres
from .processes import Processes
from .state import ROOT, Home, Trouble

SERVICES = ("cases", "meetings", "volunteers", "estates", "views", "notifications", "keys")
AUDIENCE = "linli"
Env = dict[str, str]


async def prepare(
    running: Processes, admin_url: str, check: Callable[[], None], patience: float
) -> dict[str, Env]:
    """Databases and roles; every service's URLs, by service. Idempotent."""

    def secret(login: str) -> str:
        return running.home.secret(f"{login.upper()}_PASSWORD")

    await (await postgres.answers(admin_url, check, patience)).close()
    return {name: await provision(admin_url, name, secret) for name in SERVICES}


def migrate(running: Processes, urls: dict[str, Env]) -> None:
    """All at once: each has a database of its own, and most of it is Python's own start."""
    jobs = {f"{name}-migrate": (name, env) for name, env in urls.items()}
    for job, (name, env) in jobs.items():
        running.ensure(job, [sys.executable, "-m", f"linli_{name}", "migrate"], env=env)
    for job in jobs:
        running.finish(job, patience=120)


def start_issuer(running: Processes, port: int) -> str:
    url = f"http://127.0.0.1:{port}"
    key = str(running.home.root / "issuer.json")
    env = {"LINLI_HOST": "127.0.0.1", "LINLI_PORT": str(port), "LINLI_ISSUER_KEY": key}
    running.ensure("issuer", [sys.executable, "-m", "linli_local.issuer"], env=env)
    return url


def own(home: Home, service: str) -> Env:
    """What one service alone is told: its place in the key store, and of the disk."""
    told = key_files.of(home, service)
    if service == "cases":
        folder = home.root / "evidence"
        folder.mkdir(mode=0o700, exist_ok=True)
        told["LINLI_EVIDENCE"] = str(folder)
    return told


def start(
    running: Processes, urls: dict[str, Env], ports: dict[str, int], common: Env
) -> dict[str, str]:
    """The services' addresses. One whose code changed since it was started starts again."""
    addresses = {}
    for name, databases in urls.items():
        env = {key: url for key, url in databases.items() if key != "LINLI_OWNER_URL"}
        env |= common | {"LINLI_HOST": "127.0.0.1", "LINLI_PORT": str(ports[name])}
        env |= own(running.home, name)
        env["LINLI_CODE"] = _newest(name)
        running.ensure(name, [sys.executable, "-m", f"linli_{name}"], env=env)
        addresses[name] = f"http://127.0.0.1:{ports[name]}"
    return addresses


_STALE = """
select views from view.build b where b.live and b.revision < (
    select max(n.revision) from view.build n where n.views = b.views)"""


async def flip(urls: dict[str, Env], patience: float = 300) -> list[str]:
    """Views that kept data has as an older version of the code made them: the services build them
    anew beside, and are read from there once that is level. Which they were."""
    flipped = []
    for name, env in urls.items():
        db = await asyncpg.connect(env["LINLI_OWNER_URL"])
        try:
            there = await db.fetchval("select to_regclass('view.build') is not null")
            stale = {row["views"] for row in await db.fetch(_STALE)} if there else set()
            for views in Place(name, env).code().views if stale else ():
                if views.name in stale:
                    await _flip(db, views, patience)
                    flipped.append(f"{name}: {views.name}")
        finally:
            await db.close()
    return flipped


async def _flip(db: "asyncpg.Connection[asyncpg.Record]", views: ViewSet, patience: float) -> None:
    end = time.monotonic() + patience
    while True:
        try:
            await views.flip(db)
            return
        except NotReady as why:  # it has waited a second
            if time.monotonic() > end:
                raise Trouble(f"The views {views.name} are not built anew yet: {why}.") from None


def wait(running: Processes, addresses: dict[str, str], path: str, patience: float = 120) -> None:
    with httpx.Client(timeout=2, trust_env=False) as client:  # a proxy is not asked for 127.0.0.1

        def answers(url: str) -> bool:
            try:
                return client.get(url).status_code == 200
            except httpx.HTTPError:
                return False

        for name, address in addresses.items():
            url = f"{address}{path}"
            running.wait(name, lambda url=url: answers(url), patience)  # type: ignore[misc]


def views(address: str) -> list[str]:
    """What can be read there with a token and no id at hand, as its own OpenAPI says."""
    try:
        paths = httpx.get(f"{address}/openapi.json", timeout=5, trust_env=False).json()["paths"]
    except (httpx.HTTPError, ValueError, KeyError):  # only a hint is lost
        return []
    signs = {"/livez", "/readyz", "/metrics"}
    return [p for p, verbs in paths.items() if "get" in verbs and "{" not in p and p not in signs]


def _newest(service: str) -> str:
    """When the code that this service runs was last changed."""
    folders = (ROOT / "shared", ROOT / "services" / service)
    files = (
        f for folder in folders for f in folder.rglob("*") if f.suffix in {".py", ".sql", ".toml"}
    )
    return str(max(f.stat().st_mtime_ns for f in files))


def remembered(home: Home, urls: dict[str, Env], addresses: dict[str, str]) -> Env:
    """As `.local/env` has it, for the demo and for people: LINLI_CASES_URL, LINLI_CASES_APP_URL."""
    known = {f"LINLI_{name.upper()}_URL": address for name, address in addresses.items()}
    for name, databases in urls.items():
        env = databases | own(home, name)
        known |= {key.replace("LINLI_", f"LINLI_{name.upper()}_", 1): v for key, v in env.items()}
    return known
