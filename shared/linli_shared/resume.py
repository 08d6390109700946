"""Where a relay is in a shard: its row, which is compared with Kafka and the store at first."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import structlog
from asyncpg import Pool, Record

from linli_shared.chain import BEGIN, chained
from linli_shared.cluster import Cluster
from linli_shared.tail import Last, last_facts

INCARNATION: Final = "select es.incarnation()"
_STORED: Final = """
select r.shard, r.position, case when r.chained = r.position then r.chain end as chain,
       (select e.id from es.event e where e.shard = r.shard and e.position = l.position) as id
  from unnest($1::smallint[], $2::bigint[]) as l (shard, position) join es.relay r using (shard)"""
_COMPARED: Final = """
update es.relay set incarnation = $2 where shard = any ($1) and incarnation is distinct from $2"""
# The lease's row is locked, so that nobody takes the shard between the check and the write.
_ADVANCE: Final = """
with mine as (
    select l.shard, h.position, h.chain
      from unnest($1::smallint[], $2::bigint[], $3::bigint[], $4::bytea[])
           as h (shard, epoch, position, chain)
      join lease.lease l on l.work = 'relay' and l.shard = h.shard and l.epoch = h.epoch
       for share of l)
update es.relay r set position = mine.position, chain = mine.chain, chained = mine.position
  from mine where r.shard = mine.shard
returning r.shard"""
log = structlog.get_logger()


class KafkaAhead(Exception):
    """Kafka has facts that the store has lost, or others: nothing may be published over them."""


@dataclass(slots=True)
class Held:
    """A leased shard: Kafka has all up to `position`, where the chain is at `chain`; its partition
    ends at `end`, or later. Up to `plain` records are sent again as they were: without a hash."""

    shard: int
    epoch: int
    position: int
    chain: bytes = BEGIN
    plain: int = 0
    end: int = 0
    flight: "asyncio.Task[tuple[int, bytes]] | None" = None
    dirty: bool = False  # acknowledged, not yet saved

    @property
    def row(self) -> tuple[int, int, int, bytes | None]:
        known = self.position >= self.plain
        return self.shard, self.epoch, self.position, self.chain if known else None


async def resume(
    pool: Pool, servers: Cluster, topic: str, epochs: Mapping[int, int], incarnation: str
) -> dict[int, Held]:
    """The shards of `epochs`, compared; their appends may go on. Raises KafkaAhead. `incarnation`
    is what it was before: whoever puts the store back meanwhile has it compared again."""
    last = await last_facts(servers, topic, list(epochs))
    rows = await pool.fetch(_STORED, list(last), [one.position for one in last.values()])
    held = {row["shard"]: _resumed(row, last[row["shard"]]) for row in rows}
    for one in held.values():
        one.epoch = epochs[one.shard]
    await pool.execute(_COMPARED, list(held), incarnation)
    return held


def _resumed(row: Record, last: Last) -> Held:
    """Kafka behind the cursor has lost its tail, or all: send it again. Ahead of it: a relay was
    killed before it could save (readers leave repeats out), or the store has lost what Kafka has.
    """
    shard, cursor, said = row["shard"], row["position"], chained(last.headers)
    if last.fact and row["id"] != last.fact.id:
        raise KafkaAhead(f"shard {shard}: {last.fact.id} at {last.position} is not in the store")
    if last.position < cursor:
        log.warning("kafka_behind", shard=shard, cursor=cursor, kafka=last.position)
        return Held(shard, 0, last.position, said, end=last.end, dirty=True)
    if last.position == cursor:
        if row["chain"] not in (None, said):
            raise KafkaAhead(f"shard {shard}: the record at {cursor} was published otherwise")
        return Held(shard, 0, cursor, said, end=last.end)
    if row["chain"] is None and (cursor or said == BEGIN):  # an older version's relay was at it
        return Held(shard, 0, cursor, said, plain=last.position, end=last.end)
    return Held(shard, 0, cursor, row["chain"] or BEGIN, end=last.end)


async def save(pool: Pool, held: Sequence[Held]) -> set[int]:
    """How far Kafka has all; the shards that are still ours."""
    rows = await pool.fetch(_ADVANCE, *map(list, zip(*(h.row for h in held), strict=True)))
    return {row["shard"] for row in rows}
