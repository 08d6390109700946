"""A service's store and its topic side by side, position by position."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from aiokafka import TopicPartition
from asyncpg import Pool, Record
from linli_shared.chain import BEGIN, CHAIN, chained, link, record
from linli_shared.cluster import Cluster
from linli_shared.kafka import Fact, Foreign, fact, source_of
from linli_shared.reading import read, reader

_ROWS: Final = """
select e.* from es.event e where e.shard = $1 and e.position > $2 order by e.position limit 1000"""
_CURSOR: Final = "select position from es.relay where shard = $1"


@dataclass(frozen=True, slots=True)
class Published:
    """A fact as the topic has it, and the hash that follows from all before it."""

    offset: int
    fact: Fact
    key: bytes
    value: bytes
    headers: Sequence[tuple[str, bytes]]
    head: bytes

    @property
    def broken(self) -> bool:
        return CHAIN in dict(self.headers) and chained(self.headers) != self.head


@dataclass(frozen=True, slots=True)
class Pair:
    """What store and topic have at a position. `prev` is the position before it in the store."""

    position: int
    prev: int
    row: Record | None
    published: Published | None


@dataclass(slots=True)
class Walk:
    """One shard, from its first fact to where the topic ended when the walk began. `cursor` is how
    far the relay knew then that Kafka has all; `foreign` counts what no relay of ours wrote, `hole`
    says what never came."""

    pool: Pool
    servers: Cluster
    topic: str
    shard: int
    cursor: int = 0
    foreign: int = 0
    hole: str = ""
    head: bytes = BEGIN

    async def pairs(self) -> AsyncIterator[Pair]:
        self.cursor = await self.pool.fetchval(_CURSOR, self.shard)
        topic, store = self._published(), self._stored()
        one, row, prev = await anext(topic, None), await anext(store, None), 0
        while one or row:
            at = min(x for x in (one and one.fact.position, row and row["position"]) if x)
            mine = row if row and row["position"] == at else None
            theirs = one if one and one.fact.position == at else None
            yield Pair(at, prev, mine, theirs)
            if mine:
                prev, row = at, await anext(store, None)
            if theirs:
                one = await anext(topic, None)

    async def _stored(self) -> AsyncIterator[Record]:
        after = 0
        while rows := await self.pool.fetch(_ROWS, self.shard, after):
            for row in rows:
                yield row
            after = rows[-1]["position"]

    async def _published(self) -> AsyncIterator[Published]:
        """As any subscriber takes them (docs/subscribe.md)."""
        reached = 0
        async for message in messages(self.servers, self.topic, self.shard):
            try:
                one = fact(self.topic, self.shard, message.headers, message.value)
            except Foreign:
                self.foreign += 1
                continue
            if one.position > reached == one.prev:
                said = CHAIN in dict(message.headers)
                key, value = message.key or b"", message.value or b""
                self.head = link(self.head, key, value, message.headers) if said else BEGIN
                reached, self.hole = one.position, ""
                yield Published(message.offset, one, key, value, message.headers, self.head)
            elif one.position > reached:
                self.hole = f"nothing between {reached} and {one.position}"


async def messages(servers: Cluster, topic: str, shard: int) -> AsyncIterator[Any]:
    """A partition's records, to where it ends now."""
    part = TopicPartition(topic, shard)
    async with reader(servers, [part]) as consumer:
        await consumer.seek_to_beginning(part)
        end = (await consumer.end_offsets([part]))[part]
        while await consumer.position(part) < end:
            for message in (await read(consumer, part, timeout_ms=500)).records.get(part, []):
                if message.offset < end:
                    yield message


@dataclass(slots=True)
class Verdict:
    """Of one shard. `unpublished` is what the relay has still to send; `foreign` are records that
    no relay wrote, which count for nobody."""

    shard: int
    facts: int = 0
    unpublished: int = 0
    foreign: int = 0
    lost: list[Published] = field(default_factory=list)  # by the store
    wrong: list[str] = field(default_factory=list)
    head: bytes = BEGIN

    @property
    def whole(self) -> bool:
        return not self.lost and not self.wrong


async def verify(pool: Pool, servers: Cluster, topic: str, shard: int) -> Verdict:
    """What differs. What the store has lost is in memory: it is the tail of a shard."""
    walk, found = Walk(pool, servers, topic, shard), Verdict(shard)
    async for pair in walk.pairs():
        found.facts += 1
        if pair.published and pair.published.broken:
            found.wrong.append(f"{pair.position}: the chain is broken in the topic")
        if pair.row and pair.published:
            if what := differing(topic, pair.row, pair.prev, pair.published):
                found.wrong.append(f"{pair.position}: {what} differ")
            elif found.lost:
                found.wrong.append(f"{pair.position}: the store has it, and lacks what was before")
        elif pair.published:
            found.lost.append(pair.published)
        elif found.lost:
            found.wrong.append(f"{pair.position}: only the store has it, after what it has lost")
        elif pair.position > walk.cursor:
            found.unpublished += 1
        else:
            found.wrong.append(f"{pair.position}: published, and not in the topic")
    if walk.hole:
        found.wrong.append(f"the topic has a hole: {walk.hole}")
    found.foreign, found.head = walk.foreign, walk.head
    return found


def differing(topic: str, row: Record, prev: int, published: Published) -> str:
    """Which parts of the record are other than what the row is published as. What an older
    version's relay did not send is not compared."""
    key, value, made, _ = record(source_of(topic), row, prev, None)
    said, wanted = dict(published.headers), dict(made)
    parts = {"key": published.key == key, "value": published.value == value}
    parts |= {n: said[n] == text for n, text in wanted.items() if n in said}
    return ", ".join(name for name, same in parts.items() if not same)
