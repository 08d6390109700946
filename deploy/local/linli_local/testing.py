"""The fixtures `stack` and `issuer`: the real things, from wherever this machine can have them."""

import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import count
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from linli_shared.provision import provision

from . import kafka, key_files, ports, postgres, services
from .issuer import Issuer
from .processes import Processes
from .state import Home, Trouble, given


@dataclass(frozen=True)
class Stack:
    """`admin_url` is a superuser's, on the database `postgres`."""

    admin_url: str
    kafka: str
    how: str
    embedded: "Embedded | None" = None


class Embedded:
    """The embedded PostgreSQL and Kafka, to be killed and started again on the same ports."""

    def __init__(self, running: Processes) -> None:
        self.running = running
        wanted = dict.fromkeys(("postgres", "kafka", "kafka_controller"), 0)
        self._ports, _ = ports.choose(running.home, running, wanted)

    async def kill_kafka(self) -> None:
        """SIGKILL: nothing flushed, nobody told."""
        self.running.kill("kafka")

    async def start_kafka(self) -> str:
        """Returns its address when it answers."""
        address = kafka.launch(self.running, self._ports["kafka"], self._ports["kafka_controller"])
        await kafka.answers(address, lambda: self.running.check("kafka"))
        return address

    async def stop_postgres(self) -> None:
        """At once: connections cut, no checkpoint, the next start recovers from the log."""
        self.running.kill("postgres", postgres.IMMEDIATE)

    async def start_postgres(self) -> str:
        """Returns the superuser's URL when it answers."""
        url = postgres.launch(self.running, self._ports["postgres"])
        admin = await postgres.answers(url, lambda: self.running.check("postgres"))
        await admin.close()
        return url


@cache
def choice() -> tuple[str, str]:
    """How the stack is had in this run, and why."""
    try:
        if given(os.environ):
            return "given", "by LINLI_DATABASE_URL and LINLI_KAFKA"
    except Trouble as trouble:
        raise pytest.UsageError(str(trouble)) from None
    match os.environ.get("LINLI_TEST_STACK", ""):
        case "testcontainers":
            return "testcontainers", "by LINLI_TEST_STACK"
        case "" | "embedded":
            return "embedded", "no URLs given, LINLI_TEST_STACK=testcontainers not asked for"
        case other:
            raise pytest.UsageError(f"LINLI_TEST_STACK={other}: it is testcontainers or embedded")


def pytest_report_header() -> str:
    how, why = choice()
    return f"stack: {how} ({why})"


@pytest.hookimpl(tryfirst=True)  # before -m looks at the marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if {"stack", "own_stack"} & set(getattr(item, "fixturenames", ())):
            item.add_marker("stack")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def stack() -> AsyncIterator[Stack]:
    how, _ = choice()
    with ExitStack() as held:
        if how == "given":
            found = Stack(os.environ["LINLI_DATABASE_URL"], os.environ["LINLI_KAFKA"], how)
        elif how == "testcontainers":
            from .containers import containers

            found = Stack(*held.enter_context(containers()), how)
        else:
            found = await started(held.enter_context(embedded()))
        await (await postgres.answers(found.admin_url)).close()
        await kafka.answers(found.kafka)
        yield found


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def own_stack() -> AsyncIterator[Stack]:
    """Another one, for services beside those of `stack`: the names of their topics are fixed."""
    if choice()[0] != "embedded":
        pytest.skip("a second stack is had by embedding alone")
    with embedded() as parts:
        yield await started(parts)


async def started(parts: Embedded) -> Stack:
    url, address = await parts.start_postgres(), await parts.start_kafka()
    return Stack(url, address, "embedded", parts)


@contextmanager
def embedded() -> Iterator[Embedded]:
    """Beside a running `make up`, with data of its own, fresh for each run."""
    with free_home() as home:
        running = Processes(home)
        end(running)  # left over from a run that was killed
        postgres.wipe(home)
        shutil.rmtree(home.root / "kafka", ignore_errors=True)
        try:
            yield Embedded(running)
        finally:
            end(running)


def end(running: Processes) -> None:
    """Everything at once and without ceremony: the data goes with the run."""
    running.adopt_strays()
    for name in running.names():
        running.kill(name, postgres.IMMEDIATE if name == "postgres" else signal.SIGKILL)


@contextmanager
def free_home(name: str = "test") -> Iterator[Home]:
    """.local/test, or .local/test-2 … while others test in the same tree."""
    for number in count(1):
        home = Home(Home.usual().root / (name if number == 1 else f"{name}-{number}"))
        held = home.alone()
        try:
            held.__enter__()
        except Trouble:
            continue
        try:
            yield home
        finally:
            held.__exit__(None, None, None)
        return


@dataclass(frozen=True)
class Deployed:
    """Services that run, each as a process of its own, and what all of them are told."""

    addresses: dict[str, str]
    databases: dict[str, services.Env]
    common: services.Env


async def deployed(
    running: Processes, servers: Stack, issuer: str, *names: str, **more: str
) -> Deployed:
    """Start the services of these names, or all, on databases that are migrated; until ready."""
    databases = await services.prepare(running, servers.admin_url, lambda: None, 30)
    wanted = {name: databases[name] for name in names or databases}
    services.migrate(running, wanted)
    at = {name: ports.any_port() for name in wanted}
    common = {
        "LINLI_KAFKA": servers.kafka, "LINLI_ISSUER": issuer, "LINLI_AUDIENCE": services.AUDIENCE,
        "LINLI_KEY_STORE": f"http://127.0.0.1:{at['keys']}",
    } | more  # fmt: skip
    addresses = services.start(running, wanted, at, common)
    services.wait(running, addresses, "/readyz")
    return Deployed(addresses, databases, common)


@dataclass(frozen=True)
class KeyStore:
    """A running key store, its database as its owner, and what it is told of."""

    url: str
    owner_url: str
    running: Processes
    env: Mapping[str, str]

    def told(self, service: str) -> dict[str, str]:
        """What a service's environment needs to ask it."""
        return {"LINLI_KEY_STORE": self.url, **key_files.of(self.running.home, service)}

    def settings(self, service: str) -> dict[str, Any]:
        """The same, as `Settings` takes it."""
        return {name.removeprefix("LINLI_").lower(): v for name, v in self.told(service).items()}

    def start(self) -> None:
        self.running.ensure("keys", [sys.executable, "-m", "linli_keys"], env=self.env)
        services.wait(self.running, {"keys": self.url}, "/readyz")

    def stop(self) -> None:
        self.running.stop("keys")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def key_store(
    stack: Stack, issuer: Issuer, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[KeyStore]:
    """A key store of its own, beside that of the other services' processes."""
    running, port = Processes(Home(tmp_path_factory.mktemp("keys"))), ports.any_port()
    name = f"test_{uuid4().hex[:12]}"
    urls = await provision(stack.admin_url, "testkeys", lambda _: "test", database=name)
    services.migrate(running, {"keys": urls})
    env = urls | key_files.of(running.home, "keys") | {"LINLI_PORT": str(port)}
    env |= {"LINLI_ISSUER": issuer.url, "LINLI_KAFKA": stack.kafka}
    store = KeyStore(f"http://127.0.0.1:{port}", urls["LINLI_OWNER_URL"], running, env)
    try:
        store.start()
        yield store
    finally:
        store.stop()


@pytest.fixture(scope="session")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Issuer]:
    """The development issuer, over real HTTP; its `token` and `key` make tokens, good or wrong."""
    running = Processes(Home(tmp_path_factory.mktemp("issuer")))
    try:
        yield started_issuer(running)
    finally:
        running.stop("issuer")


def started_issuer(running: Processes) -> Issuer:
    url = services.start_issuer(running, ports.any_port())
    services.wait(running, {"issuer": url}, "/jwks")
    return Issuer.load(url, running.home.root / "issuer.json")
