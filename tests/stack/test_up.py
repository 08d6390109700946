"""`linli up` as a person meets it: a process with an exit code, words, and what it leaves."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import asyncpg
import psutil
import pytest
from linli_local import kafka, ports, postgres, services
from linli_local.processes import MARK, Processes
from linli_local.state import Home, Trouble
from linli_local.testing import Embedded
from linli_views.app import VIEWS

STARTED = "PostgreSQL 18 and Apache Kafka 4 started"
NAMES = (
    "POSTGRES", "KAFKA", "KAFKA_CONTROLLER", "ISSUER", "CASES", "VIEWS", "NOTIFICATIONS",
    "VOLUNTEERS", "MEETINGS",
)  # fmt: skip
OUTSIDE = ("LINLI_DATABASE_URL", "LINLI_KAFKA")


@pytest.fixture
def env(running: Processes) -> dict[str, str]:
    """A home and ports of its own, so that it minds no `make up` beside it."""
    inherited = {k: v for k, v in os.environ.items() if k not in OUTSIDE}
    found: set[int] = set()
    while len(found) < len(NAMES):  # any_port may name one twice before it is used
        found.add(ports.any_port())
    free = {f"LINLI_{name}_PORT": str(port) for name, port in zip(NAMES, found, strict=True)}
    return inherited | free | {"LINLI_HOME": str(running.home.root)}


def linli(words: str, env: Mapping[str, str], log: Path | None = None) -> "subprocess.Popen[str]":
    argv = [sys.executable, "-m", "linli_local", *words.split()]
    output = log.open("w") if log else subprocess.PIPE
    try:
        return subprocess.Popen(argv, env=env, stdout=output, stderr=output, text=True)
    finally:
        if log:
            output.close()  # type: ignore[union-attr]


def ended(words: str, env: Mapping[str, str]) -> tuple[int, str]:
    process = linli(words, env)
    said, more = process.communicate(timeout=240)
    return process.returncode, said + more


def living(running: Processes) -> Iterator[psutil.Process]:
    for process in psutil.process_iter():
        try:
            if process.environ().get(MARK, "").startswith(f"{running.home.root}:"):
                yield process
        except psutil.Error:
            continue


@pytest.mark.parametrize(("there", "lacking"), [OUTSIDE, OUTSIDE[::-1]])
def test_one_url_alone_is_an_error_and_nothing_is_started(
    running: Processes, env: dict[str, str], there: str, lacking: str
) -> None:
    code, said = ended("up", env | {there: "postgresql://somewhere"})
    assert code == 1
    assert f"{there} is set alone: set {lacking} too" in said
    assert not list(living(running))


async def test_a_given_database_that_is_not_there_is_named_without_its_password() -> None:
    port = ports.any_port()
    with pytest.raises(Trouble) as caught:
        await postgres.answers(f"postgresql://me:hush@127.0.0.1:{port}/estate", patience=0.2)
    assert f"PostgreSQL at 127.0.0.1:{port}/estate did not answer" in str(caught.value)
    assert "hush" not in str(caught.value)


async def test_a_given_broker_that_is_not_there_is_named_with_what_to_check() -> None:
    port = ports.any_port()
    with pytest.raises(Trouble, match=f"Kafka at 127.0.0.1:{port} did not answer.*is the address"):
        await kafka.answers(f"127.0.0.1:{port}", patience=0.2)


@pytest.mark.stack
def test_an_interrupted_up_leaves_nothing_running_and_a_second_one_waits_its_turn(
    running: Processes, env: dict[str, str], tmp_path: Path
) -> None:
    log = tmp_path / "up"
    first = linli("up", env, log)
    while STARTED not in log.read_text():
        assert first.poll() is None, log.read_text()
        time.sleep(0.02)
    assert list(living(running))
    code, said = ended("up", env)
    assert code == 1
    assert f"Another linli (process {first.pid}) is at work" in said
    first.send_signal(signal.SIGINT)
    assert first.wait(120) == 130, log.read_text()
    assert "Interrupted" in log.read_text()
    assert not list(living(running))


@pytest.mark.stack
def test_after_a_crash_of_everything_up_starts_it_again_and_down_stops_it_all(
    running: Processes, env: dict[str, str]
) -> None:
    code, said = ended("up --no-demo", env)
    assert code == 0, said
    before = {process.pid for process in living(running)}
    for process in list(living(running)):
        with suppress(psutil.NoSuchProcess):  # a child went with its parent
            process.kill()
    code, said = ended("up --no-demo", env)
    assert code == 0, said
    again = {process.pid for process in living(running)}
    assert again
    assert not again & before
    assert ended("up --no-demo", env)[0] == 0
    assert {process.pid for process in living(running)} == again, "what runs is left alone"
    assert ended("down", env)[0] == 0
    assert not list(living(running))
    assert ended("down", env)[0] == 0, "there is nothing left to stop, and that is fine"


@pytest.mark.stack
async def test_views_that_an_older_version_made_are_made_anew_before_up_is_done(
    running: Processes, env: dict[str, str]
) -> None:
    """Red where `up` does not flip: readers would meet 503 until somebody does."""
    code, said = await asyncio.to_thread(ended, "up --no-demo", env)
    assert code == 0, said
    owner = Home(running.home.root).env["LINLI_VIEWS_OWNER_URL"]
    views = await asyncpg.connect(owner)
    await views.execute("update view.build set revision = revision - 1")  # as it was then
    await views.close()
    await asyncio.to_thread(ended, "down", env)
    code, said = await asyncio.to_thread(ended, "up --no-demo", env)
    assert code == 0, said
    views = await asyncpg.connect(owner)
    live = await views.fetchrow("select number, revision from view.build where live")
    await views.close()
    assert live
    assert tuple(live) == (2, VIEWS.revision)


@pytest.mark.stack
async def test_a_demo_that_is_interrupted_leaves_time_real_and_is_not_begun_again(
    running: Processes, env: dict[str, str], tmp_path: Path
) -> None:
    """Went red where time is not released."""
    log, memory = tmp_path / "up", running.home.root / "demo.jsonl"
    first = linli("up", env, log)
    while not memory.exists() or memory.read_text().count("\n") < 100:
        assert first.poll() is None, log.read_text()
        await asyncio.sleep(0.05)
    first.send_signal(signal.SIGINT)
    assert await asyncio.to_thread(first.wait, 120) == 130, log.read_text()
    assert "now it is real" in log.read_text()
    known = Home(running.home.root).env
    for service in services.SERVICES:
        owner = await asyncpg.connect(known[f"LINLI_{service.upper()}_OWNER_URL"])
        assert not await owner.fetchval("select count(*) from clock.simulated")
        await owner.close()
    code, said = await asyncio.to_thread(ended, "up", env)
    assert code == 0, said
    assert "The demo was cut off" in said


@pytest.mark.stack
async def test_with_both_urls_given_no_server_of_ours_is_started_and_no_time_is_simulated(
    embedded: Embedded, env: dict[str, str], tmp_path: Path
) -> None:
    database, broker = await embedded.start_postgres(), await embedded.start_kafka()
    env |= {"LINLI_DATABASE_URL": database, "LINLI_KAFKA": broker, "LINLI_HOME": str(tmp_path)}
    elsewhere = Processes(Home(tmp_path))
    try:
        code, said = await asyncio.to_thread(ended, "up", env)
        assert code == 0, said
        assert "No demo on servers of your own" in said
        assert Home(tmp_path).env["LINLI_SIMULATION"] == "0"
        assert "issuer" in elsewhere.names()
        assert not {"postgres", "kafka"} & set(elsewhere.names())
    finally:
        elsewhere.stop(*elsewhere.names())
