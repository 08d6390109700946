"""Who may not set the time, and who may not take part when it is set."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
import uvicorn
from fastapi import FastAPI
from linli_local import ports
from linli_local.issuer import Issuer
from linli_shared.clock import only_for_development, simulating

from tests.conftest import Simulated

SET = "insert into clock.simulated (at) values (now())"
OTHERS = ("update clock.simulated set at = now()", "delete from clock.simulated", SET)


@pytest.fixture
async def elsewhere() -> AsyncIterator[str]:
    """An issuer of this machine, as any other than the development one says it is."""
    port = ports.any_port()
    url, app = f"http://127.0.0.1:{port}", FastAPI()

    @app.get("/.well-known/openid-configuration")
    async def discovery() -> dict[str, str]:
        return {"issuer": url, "jwks_uri": f"{url}/jwks"}

    server = uvicorn.Server(uvicorn.Config(app, port=port, log_config=None))
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    yield url
    server.should_exit = True
    await serving


async def test_the_development_issuer_will_do(issuer: Issuer) -> None:
    await only_for_development(issuer.url)


async def test_any_other_issuer_on_this_machine_will_not(elsewhere: str) -> None:
    with pytest.raises(SystemExit, match="for the development issuer alone"):
        await only_for_development(elsewhere)


@pytest.mark.parametrize(
    "issuer", ["", "https://login.linli.example", "http://10.0.0.7:8000", "http://localhost:8000"]
)
async def test_an_issuer_that_is_not_on_this_machine_will_not(issuer: str) -> None:
    """A name may lead elsewhere tomorrow, so it is none of this machine's addresses either."""
    with pytest.raises(SystemExit, match=r"not on this machine|does not appear to be"):
        await only_for_development(issuer)


async def test_an_issuer_that_does_not_answer_will_not() -> None:
    with pytest.raises(SystemExit, match="ConnectError"):
        await only_for_development(f"http://127.0.0.1:{ports.any_port()}")


def started(simulated: Simulated, **change: str) -> tuple[int, str]:
    """A process of cases, as it ends by itself, and what it says."""
    databases = simulated.databases["cases"]
    env = {**os.environ, **databases, **simulated.common, "LINLI_PORT": "0", **change}
    argv = [sys.executable, "-m", "linli_cases", "api", "relay"]
    done = subprocess.run(argv, env=env, capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout + done.stderr


async def test_a_process_of_a_simulation_beside_another_issuer_does_not_start(
    simulated: Simulated, elsewhere: str
) -> None:
    code, said = await asyncio.to_thread(started, simulated, LINLI_ISSUER=elsewhere)
    assert code == 1
    assert "LINLI_SIMULATION=1 is for the development issuer alone" in said


async def test_a_process_of_no_simulation_does_not_start_where_the_time_is_set(
    simulated: Simulated,
) -> None:
    """Red without the look at the database in `Running._pool`."""
    code, said = await asyncio.to_thread(started, simulated, LINLI_SIMULATION="0")
    assert code == 1
    assert "The database is a simulation's" in said


@pytest.mark.parametrize("login", ["APP", "RELAY", "VIEW"])
@pytest.mark.parametrize("service", ["cases", "views"])
async def test_no_process_may_set_the_time_of_its_database(
    simulated: Simulated, service: str, login: str
) -> None:
    db = await asyncpg.connect(simulating(simulated.databases[service][f"LINLI_{login}_URL"]))
    for statement in OTHERS:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await db.execute(statement)
    assert await db.fetchval("select clock.now()") == simulated.time.now
    await db.close()


async def test_who_is_no_part_of_a_simulation_has_real_time_whatever_was_set(
    simulated: Simulated,
) -> None:
    """Red where `clock.now` looks without being asked to: a row would drive a production database
    whose processes were started before it was written."""
    db = await asyncpg.connect(simulated.databases["cases"]["LINLI_RELAY_URL"])
    assert await db.fetchval("select at from clock.simulated") == simulated.time.now
    now = await db.fetchval("select es.now()")
    assert abs(now - datetime.now(UTC)) < timedelta(minutes=1)
    await db.close()
