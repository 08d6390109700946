"""What the relay writes, and where it goes on from."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from linli_shared.append import Append
from linli_shared.chain import BEGIN, chained, link, record
from linli_shared.ending import ended
from linli_shared.kafka import abandon, create_topics, shard_of, source_of, start_producer
from linli_shared.relay import Relay
from linli_shared.resume import Held
from linli_shared.tail import last_facts
from linli_shared.writer import Writer
from prometheus_client import REGISTRY

from shared.tests.broker import Raw, positions, read, recreate, until, write
from shared.tests.conftest import AT, Urls, append
from shared.tests.things import ESTATE, SHARD, made, wire

Start = Callable[..., "Running"]


class Running:
    """A relay at work, and what has come of it."""

    def __init__(self, relay: Relay, servers: str) -> None:
        self.relay, self.servers = relay, servers
        self.task = asyncio.create_task(relay.run())

    async def ready(self) -> None:
        async def is_ready() -> bool:
            return self.relay.ready

        await until(is_ready)

    async def done(self) -> None:
        """Once Kafka has acknowledged all that is stored, and the rows know."""
        sql = """select not exists (select from es.event e join es.relay r using (shard)
                                     where e.position > r.position)"""

        async def all_of_it() -> bool:
            return bool(await self.relay.pool.fetchval(sql))

        await until(all_of_it)

    async def stop(self) -> None:
        await ended(self.task)


@pytest.fixture
async def start(urls: Urls, stack: Any, topic: str) -> AsyncIterator[Start]:
    made: list[Running] = []
    async with asyncpg.create_pool(urls["LINLI_RELAY_URL"], min_size=1, max_size=4) as pool:

        def one(owner: str = "me", batch: int = 500) -> Running:
            relay = Relay(
                pool, stack.kafka, topic, owner, asyncio.Event(), lease_s=3, poll_s=0.05,
                batch=batch,
            )  # fmt: skip
            made.append(Running(relay, stack.kafka))
            return made[-1]

        yield one
        for running in made:
            await running.stop()


async def appended(writer: Writer, *appends: Append) -> None:
    for one in await asyncio.gather(*(writer.append(a) for a in appends)):
        assert one.outcome == "appended"


def streams(count: int, events: int = 3, begin: int = 0) -> Sequence[Append]:
    return [append(f"e{n}", f"thing-{n}", events=events) for n in range(begin, begin + count)]


def whole(found: dict[int, list[tuple[int, int]]]) -> int:
    """How many records; asserts that each follows the one before it in its partition."""
    for chain in found.values():
        assert [prev for prev, _ in chain] == [0, *(at for _, at in chain)][: len(chain)]
    return sum(map(len, found.values()))


_PUT_BACK = "update es.relay set position = $1, chain = $2, chained = $3 where shard = $4"


def bytes_of(records: dict[int, list[Any]]) -> dict[int, list[Any]]:
    return {n: [(r.key, r.value, r.headers) for r in found] for n, found in records.items()}


def chained_well(records: Sequence[Any]) -> bool:
    """As a subscriber takes them, each once. Asserts that a repeat is the same record again."""
    head, taken = BEGIN, dict[bytes, Any]()
    for r in records:
        said = dict(r.headers)
        if (first := taken.setdefault(said["ce_sequence"], r)) is not r:
            assert (r.key, r.value, r.headers) == (first.key, first.value, first.headers)
            continue
        head = link(head, r.key, r.value, r.headers) if "ce_chain" in said else BEGIN
        if chained(r.headers) != head:
            return False
    return True


async def test_records_are_cloudevents_in_the_shards_order_and_name_their_predecessor(
    writer: Writer, start: Start, stack: Any, topic: str, urls: Urls
) -> None:
    one = append(stream="first", data='{"thing":  "1", "a": "湘"}', events=2)
    await appended(writer, one, *streams(40))
    relay = start()
    await relay.done()
    assert whole(await positions(stack.kafka, topic)) == 122
    records = await read(stack.kafka, topic)
    mine = [r for r in records[shard_of("e1")] if dict(r.headers)["ce_subject"] == b"first"]
    h = {name: value.decode() for name, value in mine[0].headers}
    assert (mine[0].key, mine[0].value) == (b"first", one.events[0].data.encode())  # the bytes
    assert (h["ce_specversion"], h["ce_id"]) == ("1.0", str(one.events[0].id))
    assert (h["ce_source"], h["ce_type"]) == ("linli/test", "linli.test.Done.v1")
    assert (h["ce_estateid"], h["ce_streamversion"]) == ("e1", "1")
    assert datetime.fromisoformat(h["ce_time"]) == AT
    assert UUID(h["ce_correlationid"]) == UUID(int=7)
    assert h["content-type"] == "application/json"
    assert len(h["ce_sequence"]) == len(h["ce_prevsequence"]) == 19
    stored = await relay.relay.pool.fetch("select id, shard, recorded_at from es.event")
    at = {str(row["id"]): (row["shard"], row["recorded_at"]) for row in stored}
    for shard, batch in records.items():
        for r in batch:
            assert at.pop(dict(r.headers)["ce_id"].decode())[0] == shard
    assert not at


async def test_small_batches_change_nothing(
    writer: Writer, start: Start, stack: Any, topic: str
) -> None:
    await appended(writer, *streams(30, events=7))
    await start(batch=4).done()
    assert whole(await positions(stack.kafka, topic)) == 210


async def test_a_wake_up_publishes_at_once(
    writer: Writer, start: Start, stack: Any, topic: str
) -> None:
    running = start()
    await running.ready()
    running.relay.poll_s = 60
    running.relay.wake.set()
    await asyncio.sleep(0.1)  # it now waits for its minute
    await appended(writer, *streams(1))
    running.relay.wake.set()
    await running.done()


async def test_two_relays_share_the_shards_and_send_everything_once(
    writer: Writer, start: Start, stack: Any, topic: str
) -> None:
    one, two = start("one"), start("two")
    for n in range(20):
        await appended(writer, *streams(20, begin=20 * n, events=1))
    await one.done()

    async def shared() -> bool:
        return len(one.relay._held) == len(two.relay._held) == 8

    await until(shared)
    await appended(writer, *streams(50, begin=400, events=1))
    await one.done()
    assert whole(await positions(stack.kafka, topic)) == 450


async def test_a_relay_that_stops_lets_another_go_on_at_once(
    writer: Writer, start: Start, stack: Any, topic: str
) -> None:
    one = start("one")
    await appended(writer, *streams(10))
    await one.done()
    await one.stop()
    await appended(writer, *streams(10, begin=10))
    await start("two").done()
    assert whole(await positions(stack.kafka, topic)) == 60


async def test_a_former_owner_does_not_save_over_its_successor(start: Start, urls: Urls) -> None:
    """Went red with the epoch taken out of the advance."""
    running = start("new")
    await running.ready()

    async def leased() -> bool:
        return len(running.relay._held) == 16

    await until(leased)
    relay = running.relay
    late = Relay(relay.pool, relay.servers, relay.topic, "old", asyncio.Event())
    epoch = relay._held[5].epoch
    late._held = {5: Held(5, epoch - 1, 77, dirty=True), 6: Held(6, epoch, 88, dirty=True)}
    late._held[6].epoch = relay._held[6].epoch
    await late._advance()
    rows = await relay.pool.fetch("select shard, position from es.relay where position > 0")
    assert [tuple(row) for row in rows] == [(6, 88)]
    assert set(late._held) == {6}  # the shard that is another's is forgotten


async def test_what_kafka_has_lost_is_sent_again(
    writer: Writer, start: Start, stack: Any, topic: str
) -> None:
    """To the last byte."""
    one = start()
    await appended(writer, *streams(20))
    await one.done()
    await one.stop()
    before = bytes_of(await read(stack.kafka, topic))
    await recreate(stack.kafka, topic)
    two = start()
    await two.ready()

    async def again() -> bool:
        return sum(map(len, (await positions(stack.kafka, topic)).values())) == 60

    await until(again)
    assert whole(await positions(stack.kafka, topic)) == 60
    assert bytes_of(await read(stack.kafka, topic)) == before


async def test_each_record_says_a_hash_over_itself_and_all_before_it(
    writer: Writer, start: Start, stack: Any, topic: str
) -> None:
    """Through the hands of three relays, the second of which forgets that it has sent anything.
    Went red with the chain left out of `_STORED`."""
    for n, batch in enumerate((3, 500, 7)):
        running = start(f"relay {n}", batch)
        pool = running.relay.pool
        before = await pool.fetch("select position, chain, chained, shard from es.relay")
        await appended(writer, *streams(10, begin=10 * n))
        await running.done()
        await running.stop()
        if n == 1:
            await pool.executemany(_PUT_BACK, [tuple(row) for row in before])
    records = await read(stack.kafka, topic)
    assert sum(map(len, records.values())) == 120
    for chain in records.values():
        assert chained_well(chain)


@pytest.mark.parametrize("saved", [0, 2, 5])
async def test_records_of_before_there_was_a_chain_stay_as_they_are_and_it_begins_behind_them(
    writer: Writer, start: Start, stack: Any, topic: str, urls: Urls, saved: int
) -> None:
    """An older version's relay had published five, saved `saved` of them, and was killed. Went red
    with `plain` always 0: what was sent again had hashes, from another beginning."""
    await create_topics(stack.kafka, [topic])
    await appended(writer, *(append(ESTATE, f"thing-{n}") for n in range(8)))
    db = await asyncpg.connect(urls["LINLI_RELAY_URL"])
    rows = await db.fetch("select * from es.event order by position")
    old, prev = list[Raw](), 0
    for row in rows[:5]:
        key, value, made, _ = record(source_of(topic), row, prev, None)
        old.append(Raw(SHARD, value, made, key))
        prev = row["position"]
    await write(stack.kafka, topic, old)
    at = rows[saved - 1]["position"] if saved else 0
    await db.execute("update es.relay set position = $1 where shard = $2", at, SHARD)
    await db.close()
    await start("new").done()
    found = (await read(stack.kafka, topic))[SHARD]
    assert len(found) == 8 + 5 - saved
    assert chained_well(found)
    assert ["ce_chain" in dict(r.headers) for r in found] == [False] * (10 - saved) + [True] * 3


async def test_a_topic_that_is_made_anew_under_the_relay_gets_everything_again(
    writer: Writer, start: Start, stack: Any, topic: str
) -> None:
    """Went red without the look at the offset that Kafka answers: the new topic held only what
    came after it was made, for ever, and no view could be built from it. A shard with nothing
    new to tell gets everything too."""
    running = start()
    quiet = next(f"q{n}" for n in range(99) if shard_of(f"q{n}") != shard_of("e1"))
    await appended(writer, *(append(stream=f"thing-{n}") for n in range(20)), append(quiet))
    await running.done()
    await recreate(stack.kafka, topic)
    await appended(writer, *(append(stream=f"more-{n}") for n in range(5)))

    async def whole_again() -> bool:
        found, seen = await positions(stack.kafka, topic), dict.fromkeys(range(16), 0)
        for shard, chain in found.items():
            at = 0  # as a reader from the start would apply them
            for prev, position in chain:
                seen[shard] += prev == at
                at = position if prev == at else at
        return (seen[shard_of("e1")], seen[shard_of(quiet)]) == (25, 1)

    await until(whole_again, 120)


async def test_a_topic_that_is_made_anew_is_noticed_though_there_is_nothing_to_publish(
    writer: Writer, start: Start, stack: Any, topic: str
) -> None:
    """Went red without the look at the ends beside the watermarks: it stayed empty."""
    running = start()
    running.relay.mark_s = 0.2
    await appended(writer, *streams(20))
    await running.done()
    await recreate(stack.kafka, topic)

    async def again() -> bool:
        return sum(map(len, (await positions(stack.kafka, topic)).values())) == 60

    await until(again)


async def test_records_that_are_none_of_ours_do_not_stop_the_relay(
    writer: Writer, start: Start, stack: Any, topic: str
) -> None:
    """Went red when the last record was taken for one of ours: a forged position is ahead of the
    store, so nothing more was published; one without a position ended the process."""
    one = start()
    await appended(writer, *(append(ESTATE, f"thing-{n}") for n in range(5)))
    await one.done()
    await one.stop()
    forged = made(10**9, estate="elsewhere")
    foreign = [Raw(SHARD, b"hello", []), Raw(SHARD, b"{}", wire(forged, topic))]
    await write(stack.kafka, topic, foreign * 30)
    found = await last_facts(stack.kafka, topic, range(16))
    assert found[SHARD].end == 65
    assert 0 < found[SHARD].position < 10**9
    assert found[(SHARD + 1) % 16].position == 0
    await appended(writer, *(append(ESTATE, f"more-{n}") for n in range(5)))
    await start("two").done()
    records = (await read(stack.kafka, topic))[SHARD]
    ours = [r for r in records if dict(r.headers).get("ce_estateid") == ESTATE.encode()]
    assert len(ours) == 10


async def test_nothing_is_published_over_facts_that_the_store_has_lost(
    writer: Writer, start: Start, stack: Any, topic: str
) -> None:
    """The store was put back to an earlier time: what is in Kafka and not in it would be lost. Its
    position may have been given away again, too."""
    await create_topics(stack.kafka, [topic])
    ahead = made(10**6, estate=ESTATE)
    await write(stack.kafka, topic, [Raw(SHARD, b"{}", wire(ahead, topic))])
    await appended(writer, append(ESTATE))
    running = start()
    await asyncio.sleep(1.5)
    assert not running.relay.ready
    assert len((await read(stack.kafka, topic))[SHARD]) == 1


async def test_an_abandoned_producer_sends_nothing_more_and_leaves_no_task(
    stack: Any, topic: str
) -> None:
    """It reaches into aiokafka, which is pinned exactly for that."""
    await create_topics(stack.kafka, [topic])
    before = asyncio.all_tasks()
    producer = await start_producer(stack.kafka)
    batch = producer.create_batch()
    batch.append(key=b"k", value=json.dumps({}).encode(), timestamp=None, headers=[])
    batch.close()
    sent = await producer.send_batch(batch, topic, partition=0)
    await abandon(producer)
    assert asyncio.all_tasks() == before
    await asyncio.sleep(0.3)
    found = len((await read(stack.kafka, topic))[0])
    assert found == int(sent.done() and not sent.cancelled())


async def test_the_lag_is_told_by_the_clock_that_the_facts_were_recorded_by(
    start: Start, writer: Writer
) -> None:
    """Went red with the machine's clock: in simulated time the lag was months."""

    async def in_an_hour() -> datetime:
        return datetime.now(UTC) + timedelta(hours=1)

    running = start()
    running.relay.clock = in_an_hour
    await appended(writer, append())
    await running.done()
    told = REGISTRY.get_sample_value("linli_relay_lag_seconds")
    assert told == pytest.approx(3600, abs=60)
