"""The demo on the services of the tests: what was put in, the views and the stores are equal."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest
from linli_local.services import SERVICES, remembered
from linli_local.state import Home

from tests.conftest import Simulated, complaint

FACTS = "select count(*) from es.event where estate = 'xx'"


@pytest.fixture
async def env(simulated_stack: Simulated, tmp_path: Path) -> AsyncIterator[dict[str, str]]:
    """As `linli up` leaves it. The demo ends in real time, so the tests after it begin there."""
    databases = {name: dict(urls) for name, urls in simulated_stack.databases.items()}
    home, at = simulated_stack.running.home, dict(simulated_stack.addresses)
    known = remembered(home, databases, at) | simulated_stack.common
    Home(tmp_path).remember(**known)
    yield {**os.environ, "LINLI_HOME": str(tmp_path)}
    simulated_stack.time.now = None
    await simulated_stack.time.begin(datetime.now(UTC))


def begun(env: dict[str, str]) -> "subprocess.Popen[str]":
    argv = [sys.executable, "-m", "linli_local", "demo"]
    pipe = subprocess.PIPE
    return subprocess.Popen(argv, env=env, stdout=pipe, stderr=subprocess.STDOUT, text=True)


async def facts(simulated: Simulated) -> list[int]:
    found = []
    for service in ("cases", "volunteers", "meetings"):
        db = await asyncpg.connect(simulated.databases[service]["LINLI_RELAY_URL"])
        found.append(await db.fetchval(FACTS))
        await db.close()
    return found


def test_without_postgresql_the_demo_says_so_in_a_sentence(tmp_path: Path) -> None:
    """Went red with asyncpg's traceback."""
    url = "postgresql://linli:hush@127.0.0.1:1/linli"
    known = {
        f"LINLI_{name.upper()}_{login}_URL": url
        for name in SERVICES
        for login in ("OWNER", "RELAY", "VIEW")
    }
    Home(tmp_path).remember(**known, LINLI_SIMULATION="1", LINLI_ISSUER="http://127.0.0.1:1")
    env = {**os.environ, "LINLI_HOME": str(tmp_path)}
    argv = [sys.executable, "-m", "linli_local", "demo"]
    ran = subprocess.run(argv, env=env, capture_output=True, text=True, timeout=60)
    (line,) = (ran.stdout + ran.stderr).splitlines()
    assert ran.returncode == 1
    assert line.startswith("✗ PostgreSQL at 127.0.0.1:1/linli did not answer within")
    assert line.endswith("make up.")


async def test_a_demo_that_was_killed_goes_on_and_a_second_one_puts_nothing_in_twice(
    simulated_stack: Simulated, env: dict[str, str], tmp_path: Path
) -> None:
    memory = tmp_path / "demo.jsonl"
    killed = begun(env)
    while not memory.exists() or memory.read_text().count("\n") < 300:
        assert killed.poll() is None, killed.communicate()[0]
        await asyncio.sleep(0.02)
    killed.kill()
    killed.communicate()
    for expected in ("commands in", "The demo has been here"):
        process = begun(env)
        said, _ = await asyncio.to_thread(process.communicate, timeout=300)
        assert process.returncode == 0, said
        assert expected in said
        assert "Equal in all three" in said
        if expected == "commands in":
            before = await facts(simulated_stack)
    assert await facts(simulated_stack) == before
    async with simulated_stack.client("cases", "li", "resident", estate="xx") as li:
        assert (await li.command("/cases", complaint("xx"))).is_success
    process = begun(env)
    said, _ = await asyncio.to_thread(process.communicate, timeout=300)
    assert process.returncode == 0, said
    assert "since the demo more was put in" in said
    owner = await asyncpg.connect(simulated_stack.databases["cases"]["LINLI_OWNER_URL"])
    assert await owner.fetchval("select count(*) from clock.simulated") == 0
    await owner.close()
