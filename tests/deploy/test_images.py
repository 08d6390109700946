"""deploy/images: the Dockerfile's own words, run here where there is no Docker."""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import asyncpg
import httpx
import pytest
from linli_contracts.catalogue import ROOT
from linli_local import ports
from linli_local.issuer import Issuer
from linli_local.testing import Stack
from linli_service.service import Service
from linli_shared.provision import provision

from shared.tests.broker import until
from tests.deploy.services import SERVICES

FILE = (ROOT / "deploy/images/service.Dockerfile").read_text()
NAMES = [service.name for service in SERVICES]


def stages() -> list[list[tuple[str, str]]]:
    """Instructions and their words, a list a stage; what comes before the first is the zeroth."""
    text = re.sub(r"\\\n", " ", re.sub(r"^\s*#.*\n", "", FILE, flags=re.M))
    found: list[list[tuple[str, str]]] = [[]]
    for line in text.splitlines():
        if line.strip():
            word, _, rest = line.partition(" ")
            if word == "FROM":
                found.append([])
            found[-1].append((word, " ".join(rest.split())))
    return found


def words(stage: int, instruction: str) -> list[str]:
    return [rest for word, rest in stages()[stage] if word == instruction]


def test_what_builds_the_image_is_not_in_it() -> None:
    """Seen red with `RUN pip install` in the second stage."""
    head, build, final = stages()
    assert [word for word, _ in head] == ["ARG"]
    assert build[0] == ("FROM", "${BASE} AS build")
    assert final[0] == ("FROM", "${BASE}")
    assert words(2, "COPY") == ["--from=build /linli /linli"]
    assert words(2, "RUN") == ["install -d -m 0700 -o 10001 -g 10001 /var/lib/linli"]
    assert not re.search(r"apt|gcc|build-essential|curl|http", " ".join(words(1, "RUN")))
    assert words(1, "COPY") == ["dist/${SERVICE} /wheelhouse"]
    assert (ROOT / ".dockerignore").read_text().split()[-2:] == ["*", "!dist"]


def test_it_runs_as_nobody_s_number_and_names_what_it_is() -> None:
    (user,) = words(2, "USER")
    assert all(int(number) > 0 for number in user.split(":"))
    assert stages()[2].index(("USER", user)) > stages()[2].index(("COPY", words(2, "COPY")[0]))
    (label,) = words(2, "LABEL")
    for name in ("title", "version", "revision", "licenses"):
        assert f"org.opencontainers.image.{name}=" in label
    assert json.loads(words(2, "ENTRYPOINT")[0])[:2] == ["/bin/sh", "-c"]


@pytest.fixture(scope="module")
def wheelhouses(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("dist")
    script = ROOT / "deploy/images/wheelhouse.py"
    ran = subprocess.run(
        [sys.executable, script, "--into", place], capture_output=True, text=True, cwd="/"
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return place


class Image:
    """What the build stage makes, at another place; `run` is the final stage's entry point."""

    def __init__(self, service: str, wheelhouse: Path, place: Path) -> None:
        self.service, self.python = service, place / "linli/bin/python"
        (build,) = words(1, "RUN")
        build = build.replace("/wheelhouse", str(wheelhouse)).replace(
            "/linli", str(place / "linli")
        )
        tools = {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "SERVICE": service}
        made = subprocess.run(
            ["/bin/sh", "-c", build], env=tools, capture_output=True, text=True, cwd="/"
        )
        assert made.returncode == 0, made.stdout + made.stderr

    def start(self, *given: str, **env: str) -> "subprocess.Popen[str]":
        told = {"PATH": f"{self.python.parent}:/usr/bin:/bin", "LINLI_SERVICE": self.service, **env}
        return subprocess.Popen(
            [*json.loads(words(2, "ENTRYPOINT")[0]), *given], env=told, cwd="/", text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip

    def run(self, *given: str, **env: str) -> str:
        running = self.start(*given, **env)
        said, _ = running.communicate(timeout=60)
        assert running.returncode == 0, said
        return said

    def ask(self, question: str) -> list[str]:
        asked = f"import json; print(json.dumps({question}))"
        ran = subprocess.run(
            [self.python, "-c", asked], capture_output=True, text=True, cwd="/", env={}
        )
        assert ran.returncode == 0, ran.stderr
        return list(json.loads(ran.stdout))


@pytest.fixture(scope="module")
def images(
    wheelhouses: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Mapping[str, Future[Image]]]:
    """One is built while another is tried."""
    with ThreadPoolExecutor(1) as builder:
        yield {
            name: builder.submit(Image, name, wheelhouses / name, tmp_path_factory.mktemp(name))
            for name in NAMES
        }
        builder.shutdown(cancel_futures=True)


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
async def test_an_image_of_one_service_holds_that_service_and_the_kernel_and_runs(
    service: Service, images: Mapping[str, Future[Image]], stack: Stack, issuer: Issuer
) -> None:
    """Migrates a real database and serves. Seen red with services/views among what the
    wheelhouse makes for all, and with another hash in requirements.lock."""
    image = await asyncio.wrap_future(images[service.name])
    there = image.ask("[d.name for d in __import__('importlib.metadata').metadata.distributions()]")
    ours = {name for name in there if name.startswith("linli")}
    assert ours == {"linli-shared", f"linli-{service.name}"}
    assert not {"pip", "setuptools", "pytest", "typer", "testcontainers"} & set(there)
    seen = f"[n for n in {NAMES} if __import__('importlib.util').util.find_spec('linli_' + n)]"
    assert image.ask(seen) == [service.name]
    assert f"python -m linli_{service.name}" in image.run("--help")

    database = f"test_{uuid4().hex[:12]}"
    urls = await provision(stack.admin_url, "test", lambda _: "test", database=database)
    try:
        assert "kernel/0000_leases" in image.run("migrate", "--dry-run", **urls)
        image.run("migrate", **urls)
        assert image.run("migrate", "--dry-run", **urls) == "nothing to do\n"
        # The key store gives no key away before somebody has read who was erased.
        more = ("views", "ledger") if service.name == "keys" else ()
        env = urls | {"LINLI_ISSUER": issuer.url, "LINLI_KAFKA": stack.kafka}
        await serves(image, env, "api", *more)
    finally:
        admin = await asyncpg.connect(stack.admin_url)
        await admin.execute(f"drop database {database} with (force)")
        await admin.close()


async def serves(image: Image, env: dict[str, str], *parts: str) -> None:
    port = str(ports.any_port())
    running = image.start(*parts, **env, LINLI_PORT=port)
    try:
        async with httpx.AsyncClient(timeout=60, trust_env=False) as client:

            async def ready() -> bool:
                assert running.poll() is None, running.stdout and running.stdout.read()
                try:
                    answer = await client.get(f"http://127.0.0.1:{port}/readyz")
                except httpx.TransportError:
                    return False
                return answer.status_code == 200

            await until(ready, 120)
        os.kill(running.pid, signal.SIGTERM)  # as an orchestrator does: to what was started
        assert running.wait(10) == 0
    finally:
        running.kill()
        running.communicate()
