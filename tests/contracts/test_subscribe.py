"""A stranger with a stock client: docs/subscribe.md as it stands, and clients made by others."""

import asyncio
import json
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import jsonschema_rs
import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_kafka_event
from linli_contracts.catalogue import ROOT, publishers
from linli_contracts.envelope import headers, mark
from linli_contracts.schemas import written
from linli_local.testing import Stack
from linli_shared import chain
from linli_shared.kafka import WATERMARKS, create_topics, shard_of, source_of, start_producer
from linli_shared.kafka import headers as published

from shared.tests.broker import until
from tests.conftest import Linli, complaint
from tests.contracts.reading import records
from tests.kafka_tools import program

PAGE = (ROOT / "docs/subscribe.md").read_text("utf-8")
(PROGRAM,) = re.findall(r"```python\n(.*?)```", PAGE, re.S)
WRITERS = {kind: written(model) for p in publishers() for kind, model in p.events.items()}


@dataclass
class Follower:
    """The document's program at work."""

    running: asyncio.subprocess.Process

    async def fact(self) -> dict[str, Any]:
        assert self.running.stdout
        line = await asyncio.wait_for(self.running.stdout.readline(), 20)
        assert line, "the program has ended"
        told: dict[str, Any] = json.loads(line)
        return told

    async def verdict(self) -> str:
        assert self.running.stderr
        return (await asyncio.wait_for(self.running.stderr.readline(), 20)).decode().strip()


@asynccontextmanager
async def follower(place: Path, servers: str, topic: str) -> AsyncIterator[Follower]:
    (place / "follow.py").write_text(PROGRAM)
    running = await asyncio.create_subprocess_exec(
        sys.executable, "follow.py", servers, topic, cwd=place,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, limit=2**22,
    )  # fmt: skip
    try:
        yield Follower(running)
    finally:
        if running.returncode is None:
            running.terminate()
        await running.communicate()


async def report(linli: Linli, estate: str) -> str:
    """A case is opened and acknowledged: two facts. Its path."""
    async with linli.client("cases", "desk", "operator", estate=estate) as desk:
        opened = await desk.command("/cases", complaint(estate))
        assert opened.status_code == 201, opened.text
        path: str = opened.headers["location"]
        assert (await desk.command(f"{path}/acknowledge")).status_code == 200
    return path


async def of_estate(linli: Linli, estate: str, wanted: int) -> Sequence[Any]:
    """The estate's records, once the relay has published that many."""
    for _ in range(100):
        found = await records(linli.kafka, "linli.cases.v1")
        mine = [r for r in found if dict(r.headers)["ce_estateid"] == estate.encode()]
        if len(mine) >= wanted:
            return mine
        await asyncio.sleep(0.1)
    raise AssertionError("the relay has not published")


def test_the_program_of_the_document_has_at_most_30_lines_of_code() -> None:
    assert len([line for line in PROGRAM.splitlines() if line.strip()]) <= 30


async def test_the_program_of_the_document_reads_history_and_then_live(
    linli: Linli, estate: str, tmp_path: Path
) -> None:
    path = await report(linli, estate)
    await of_estate(linli, estate, 2)
    async with follower(tmp_path, linli.kafka, "linli.cases.v1") as program:
        assert await program.verdict() == "whole"
        async with linli.client("cases", "desk", "operator", estate=estate) as desk:
            assert (await desk.command(f"{path}/assign", {"assignee_id": "deng"})).is_success
        told: list[dict[str, Any]] = []
        while len(told) < 3:
            fact = await program.fact()
            told += [fact] if fact["ce_estateid"] == estate else []
    assert [fact["ce_streamversion"] for fact in told] == ["1", "2", "3"]
    assert told[0]["data"]["service_code"] == complaint(estate)["service_code"]
    assert told[0]["data"]["title"].startswith(f"sealed/1/{estate}/")  # not for strangers


# Positions leave numbers out; each is (position, the one before it).
REPEATS = [(3, 0), (7, 3), (7, 3), (3, 0), (7, 3), (9, 7)]
FILLED = [(3, 0), (9, 7), (3, 0), (7, 3), (9, 7)]
HOLE = [(3, 0), (9, 7), (12, 9)]


@pytest.mark.parametrize(
    ("sent", "told", "verdict"),
    [
        pytest.param(REPEATS, [3, 7, 9], "whole", id="repeats-fall-away"),
        pytest.param(FILLED, [3, 7, 9], "whole", id="a-hole-is-filled-by-the-resending"),
        pytest.param(HOLE, [3], "missing: {6: 'between 3 and 12'}", id="a-hole-is-found"),
        pytest.param(
            [(5, 3)], [], "missing: {6: 'between 0 and 5'}", id="a-lost-beginning-is-found"
        ),
    ],
)
async def test_the_program_of_the_document_takes_each_fact_once_and_finds_what_is_missing(
    stack: Stack, tmp_path: Path, sent: Sequence[tuple[int, int]], told: list[int], verdict: str
) -> None:
    topic = f"linli.t{uuid4().hex[:8]}.v1"
    await create_topics(stack.kafka, [topic])
    producer = await start_producer(stack.kafka)
    for position, before in sent:
        made = published(source_of(topic), row("xx", position), before)
        await producer.send_and_wait(topic, b"{}", partition=shard_of("xx"), headers=made)
    await producer.stop()
    async with follower(tmp_path, stack.kafka, topic) as program:
        assert await program.verdict() == verdict
        assert [int((await program.fact())["ce_sequence"]) for _ in told] == told


async def chained(servers: str, topic: str, change: Mapping[int, bytes]) -> None:
    """Five records as a relay publishes them; then the values of some are another's work."""
    await create_topics(servers, [topic])
    producer, prev, head = await start_producer(servers), 0, chain.BEGIN
    for position in (2, 3, 5, 7, 8):
        key, value, made, link = chain.record(source_of(topic), row("xx", position), prev, head)
        value = change.get(position, value)
        await producer.send_and_wait(topic, value, key, shard_of("xx"), headers=made)
        prev, head = position, link or head
    await producer.stop()


@pytest.mark.parametrize("change", [{}, {5: b'{"by": "mallory"}'}], ids=["as-published", "changed"])
async def test_the_program_of_the_document_stops_at_a_fact_that_was_changed(
    stack: Stack, tmp_path: Path, change: Mapping[int, bytes]
) -> None:
    topic = f"linli.t{uuid4().hex[:8]}.v1"
    await chained(stack.kafka, topic, change)
    async with follower(tmp_path, stack.kafka, topic) as program:
        said = await program.verdict()
        if not change:
            assert said == "whole"
            return
        assert [int((await program.fact())["ce_sequence"]) for _ in range(2)] == [2, 3]
        assert program.running.stderr
        assert b"AssertionError: 5 was changed" in await program.running.stderr.read()


async def test_the_program_of_the_document_says_of_watermarks_that_they_are_no_facts(
    linli: Linli, tmp_path: Path
) -> None:
    """Went red with a KeyError: a watermark has no place in a partition of facts."""

    async def told() -> bool:
        return bool(await records(linli.kafka, WATERMARKS))

    await until(told, 120)
    async with follower(tmp_path, linli.kafka, WATERMARKS) as program:
        assert await asyncio.wait_for(program.running.wait(), 20) == 1
        assert program.running.stderr
        *_, last = (await program.running.stderr.read()).decode().splitlines()
    assert last == f"AssertionError: {WATERMARKS} has no facts: read linli.<service>.v1"


def row(estate: str, position: int) -> dict[str, Any]:
    now = datetime.now(UTC)
    return {
        "id": uuid4(), "type": "linli.things.Thing.v1", "stream": "thing-1", "estate": estate,
        "occurred_at": now, "recorded_at": now, "position": position, "version": 1,
        "correlation": uuid4(), "causation": None,
        "command": uuid4(), "ordinal": 1, "request": uuid4(), "meta": "{}", "data": "{}",
    }  # fmt: skip


async def test_all_that_is_published_fits_the_writer_s_schemas(linli: Linli, estate: str) -> None:
    await report(linli, estate)
    await of_estate(linli, estate, 2)
    envelope = jsonschema_rs.Draft202012Validator(headers())
    running = [p.service.topic for p in publishers() if p.service.name in linli.addresses]
    assert "linli.cases.v1" in running
    for topic in running:
        for record in await records(linli.kafka, topic):
            told = {name: value.decode() for name, value in record.headers}
            envelope.validate(told)
            assert record.key == told["ce_subject"].encode()
            jsonschema_rs.Draft202012Validator(
                WRITERS[told["ce_type"]], validate_formats=True
            ).validate(json.loads(record.value or b""))


async def test_all_watermarks_of_our_services_fit_what_their_contracts_say(linli: Linli) -> None:
    running = {p.service.topic for p in publishers() if p.service.name in linli.addresses}
    found: list[Any] = []

    async def all_told() -> bool:
        found[:] = await records(linli.kafka, WATERMARKS)
        return {record.key.decode() for record in found} >= running

    await until(all_told, 120)
    for record in found:
        told = {name: value.decode() for name, value in record.headers}
        if (topic := record.key.decode()) not in running:
            continue  # of a test's own
        headers_, payload, _ = mark(topic)
        jsonschema_rs.Draft202012Validator(headers_).validate(told)
        body = json.loads(record.value)
        jsonschema_rs.Draft202012Validator(payload, validate_formats=True).validate(body)
        assert told["ce_subject"] == f"{topic}/{body['shard']}"


async def test_the_cloudevents_sdk_reads_the_records(linli: Linli, estate: str) -> None:
    await report(linli, estate)
    for record in await of_estate(linli, estate, 2):
        event = from_kafka_event(KafkaMessage(dict(record.headers), record.key, record.value))
        sent = {name: value.decode() for name, value in record.headers}
        assert event.get_specversion() == "1.0"
        assert (event.get_id(), event.get_source()) == (sent["ce_id"], "linli/cases")
        assert (event.get_type(), event.get_subject()) == (sent["ce_type"], sent["ce_subject"])
        assert event.get_time() == datetime.fromisoformat(sent["ce_time"])
        assert event.get_data() == json.loads(record.value)
        for extension in ("estateid", "sequence", "prevsequence", "streamversion", "recordedtime"):
            assert event.get_extension(extension) == sent[f"ce_{extension}"]
        assert event.get_extension("correlationid") == sent["ce_correlationid"]


async def test_kafka_s_own_console_consumer_reads_the_topic(
    stack: Stack, linli: Linli, estate: str
) -> None:
    if stack.embedded is None:
        pytest.skip("Kafka's jars are only there with the embedded stack")
    await report(linli, estate)
    ours = await of_estate(linli, estate, 2)
    wanted = [
        "--bootstrap-server", linli.kafka, "--topic", "linli.cases.v1",
        "--partition", str(shard_of(estate)), "--offset", str(ours[0].offset),
        "--max-messages", "2", "--timeout-ms", "20000",
        "--formatter-property", "print.headers=true", "--formatter-property", "print.key=true",
    ]  # fmt: skip
    console = program("org.apache.kafka.tools.consumer.ConsoleConsumer")
    ran = await asyncio.to_thread(
        subprocess.run, [*console, *wanted], capture_output=True, text=True, timeout=60
    )
    lines = [line.split("\t") for line in ran.stdout.splitlines() if line.startswith("ce_")]
    assert len(lines) == 2, ran.stdout + ran.stderr
    for record, (told, key, value) in zip(ours, lines, strict=True):
        assert key.encode() == record.key
        assert json.loads(value) == json.loads(record.value)
        assert f"ce_type:{dict(record.headers)['ce_type'].decode()}" in told
