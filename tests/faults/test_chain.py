"""A matter goes through cases and meetings though everything is told twice, though a service dies
at every step, and though the other one is down: each decision is made once, in one chain."""

import asyncio
import sys
from datetime import timedelta
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import asyncpg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from linli_local import key_files
from linli_shared.kafka import shard_of

from tests.acceptance.a_matter import DAY, Matter
from tests.conftest import Simulated
from tests.faults.doomed import LEASE_S

ROOT: Final = Path(__file__).parents[2]
TOPICS: Final = ("linli.cases.v1", "linli.meetings.v1")
ONCE: Final = {
    "cases": {
        "CaseReferredToDeliberation": 1, "CaseLinkedToTopic": 4, "DeliberationEnded": 2,
        "CaseResumed": 1, "CaseResolved": 2, "CaseReopened": 2,
    },
    "meetings": {
        "TopicProposed": 2, "CaseLinkedToTopic": 4, "TopicScheduled": 1, "TopicDeliberated": 1,
        "TopicVoted": 1, "ResolutionAdopted": 1, "TopicAdopted": 1, "ResolutionPublicised": 1,
        "ResolutionExecuted": 1, "ResolutionEvaluated": 2, "ResolutionOverturned": 1,
    },
}  # fmt: skip
"""What two complaints come to whose resolution is found effective, and later overturned."""
DEATHS: Final = {
    "cases": [
        "after resolution_to_action link",
        "after resolution_to_action resume",
        "before resolution_to_action resolve",
        "after overturn_to_reopen reopen",
    ],
    "meetings": [
        "before problem_to_topic propose",
        "after problem_to_topic propose",
        "after meeting_to_topics schedule",
        "after meeting_to_topics deliberated",
        "after vote_to_resolution declare",
        "before vote_to_resolution decided",
        "after overturn_to_topic follow_up",
    ],
}
"""Where each service dies on that way, in this order: with the step written down and not sent, or
sent and not noted."""


async def as_decided(matter: Matter) -> None:
    """Each thing once, in one chain, and nothing refused."""
    for service, wanted in ONCE.items():
        found = await matter.counted(service)
        assert {name: found[name] for name in wanted} == wanted, service
        assert not found["StepRefused"], await matter.facts(service, "StepRefused")
    for service in ONCE:
        for fact in await matter.facts(service, *ONCE[service]):
            assert fact.chain == matter.topic, fact


async def to_a_resolution(matter: Matter) -> None:
    await matter.opened(2)
    await matter.referred()
    await to_the_decision(matter)


async def to_the_decision(matter: Matter) -> None:
    await matter.planned(4 * DAY)
    await matter.noticed()
    await matter.came("o1", "p1", "chen")
    await matter.voting()
    await matter.voted()
    await matter.decided()


async def to_the_evaluation(matter: Matter) -> None:
    await to_the_work(matter)
    await matter.verified(1)
    await matter.evaluated()


async def to_the_work(matter: Matter) -> None:
    await matter.given(("安装充电桩", "he", 30 * DAY))
    await matter.later(9 * DAY)
    await matter.done(1, "he")


async def overturned(matter: Matter) -> None:
    low = {"owners": 21, "property": 40, "community": 30}
    await matter.evaluated("overturn", scores=low, reason="充电桩挡住消防通道。")


# --- told twice ------------------------------------------------------------------------------


async def again(simulated: Simulated, estate: str) -> int:
    """Every record of the estate's partitions once more, as a relay sends them that died before it
    noted how far it was; how many."""
    sent = 0
    parts = [TopicPartition(topic, shard_of(estate)) for topic in TOPICS]
    async with (
        AIOKafkaConsumer(bootstrap_servers=simulated.kafka, enable_auto_commit=False) as kafka,
        AIOKafkaProducer(bootstrap_servers=simulated.kafka, acks="all") as producer,
    ):
        kafka.assign(parts)
        await kafka.seek_to_beginning()
        ends = await kafka.end_offsets(parts)
        while any([await kafka.position(part) < end for part, end in ends.items()]):
            for part, records in (await kafka.getmany(timeout_ms=500)).items():
                for record in records:
                    if record.offset < ends[part]:
                        await producer.send_and_wait(
                            part.topic, record.value, key=record.key, partition=part.partition,
                            headers=list(record.headers),
                        )  # fmt: skip
                        sent += 1
    return sent


FORGET: Final = (
    "delete from view.process_step_1",
    "update view.progress set next = 0, position = 0 where views = 'processes.1'",
)


async def forgotten(simulated: Simulated, service: str) -> None:
    """The service starts again with processes that know nothing of what they have asked for."""
    await asyncio.to_thread(simulated.running.stop, service)
    db = await asyncpg.connect(simulated.databases[service]["LINLI_VIEW_URL"])
    for statement in FORGET:
        await db.execute(statement)
    await db.close()
    await simulated.start(service)


async def test_what_is_told_twice_is_decided_once(simulated: Simulated, estate: str) -> None:
    """In the end all is told to processes that have forgotten everything. Checked by a command's id
    that is new each time: every step is taken again, and this fails."""
    async with Matter(simulated, estate) as matter:
        await to_a_resolution(matter)
        assert await again(simulated, estate) > 20
        await to_the_evaluation(matter)
        assert await again(simulated, estate) > 60
        await overturned(matter)
        await as_decided(matter)
        before = await matter.facts("cases") + await matter.facts("meetings")
        for service in ONCE:
            await forgotten(simulated, service)
        await matter.settled()
        assert await matter.facts("cases") + await matter.facts("meetings") == before


# --- killed ----------------------------------------------------------------------------------


async def doomed(simulated: Simulated, service: str) -> None:
    """The service, which is going to die."""
    env = {k: v for k, v in simulated.databases[service].items() if k != "LINLI_OWNER_URL"}
    env |= simulated.common | key_files.of(simulated.running.home, service) | {
        "LINLI_HOST": "127.0.0.1", "LINLI_LEASE_S": str(LEASE_S), "PYTHONPATH": str(ROOT),
        "LINLI_PORT": str(urlsplit(simulated.addresses[service]).port),
    }  # fmt: skip
    argv = [sys.executable, "-m", "tests.faults.doomed", service, *DEATHS[service]]
    await asyncio.to_thread(simulated.running.ensure, service, argv, env=env)


async def test_a_service_that_dies_at_every_step_decides_each_thing_once(
    simulated: Simulated, estate: str
) -> None:
    """Checked by a command's id that is new each time: what was sent and not noted is asked for
    twice, and this fails."""
    for service in DEATHS:
        await doomed(simulated, service)
    try:
        async with Matter(simulated, estate) as matter:
            await to_a_resolution(matter)
            await to_the_evaluation(matter)
            await overturned(matter)
            await as_decided(matter)
    finally:
        await simulated.start(*DEATHS)
    for service, deaths in DEATHS.items():
        said = simulated.running.log(service).read_text().splitlines()
        assert [line for line in said if line.startswith("died ")] == [f"died {d}" for d in deaths]


# --- down ------------------------------------------------------------------------------------


async def test_an_hour_without_the_other_service_delays_and_decides_each_thing_once(
    simulated: Simulated, estate: str
) -> None:
    """Went red where a reader that starts again reads on from the topic's end: nobody ever hears of
    the referral."""
    hour = timedelta(hours=1)
    async with Matter(simulated, estate) as matter:
        await matter.opened(2)
        async with simulated.down("meetings"):
            await matter.refer()
            await matter.later(hour)
            assert not await matter.facts("meetings")
        await matter.settled()
        (proposed,) = await matter.facts("meetings", "TopicProposed")
        (referred,) = await matter.facts("cases", "CaseReferredToDeliberation")
        assert proposed.recorded_at - referred.recorded_at == hour
        await matter.link()
        await to_the_decision(matter)
        await to_the_work(matter)
        async with simulated.down("cases"):
            await matter.verified(1)
            await matter.evaluated()
            await matter.later(hour)
        await matter.settled()
        (evaluated, *_) = await matter.facts("meetings", "ResolutionEvaluated")
        resolved = await matter.facts("cases", "CaseResolved")
        assert {fact.recorded_at - evaluated.recorded_at for fact in resolved} == {hour}
        await overturned(matter)
        await as_decided(matter)
