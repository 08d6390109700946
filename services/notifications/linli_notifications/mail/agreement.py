"""Whether store and Kafka know the same. A store that was put back to an earlier time has forgotten
what was sent since; Kafka has not. Until both agree again nothing is sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import structlog
from asyncpg import Pool, Record
from linli_shared.cluster import Cluster
from linli_shared.kafka import SHARDS, create_topics
from linli_shared.tail import last_facts

from linli_notifications.mail.queue import QUEUES, TOPIC

_RELAYED: Final = "select shard, position from es.relay"
_READ: Final = "select shard, position from view.progress where views = $1 and topic = $2"
log = structlog.get_logger()


@dataclass(slots=True)
class Agreement:
    """Holds once the relay and the queue's view are where Kafka was when it was first asked. (The
    relay publishes nothing while Kafka has what the store has not: docs/adr/0008.)"""

    pool: Pool
    servers: Cluster
    topic: str = TOPIC
    _wanted: Mapping[int, int] | None = None
    _holds: bool = False

    def forget(self) -> None:
        self._wanted, self._holds = None, False

    async def holds(self) -> bool:
        if self._holds:
            return True
        if self._wanted is None:
            await create_topics(self.servers, [self.topic])
            last = await last_facts(self.servers, self.topic, range(SHARDS))
            self._wanted = {shard: fact.position for shard, fact in last.items()}
        build = f"{QUEUES.name}.{await QUEUES.live(self.pool)}"
        relayed = _by_shard(await self.pool.fetch(_RELAYED))
        read = _by_shard(await self.pool.fetch(_READ, build, self.topic))
        behind = [
            shard
            for shard, position in self._wanted.items()
            if min(relayed.get(shard, 0), read.get(shard, 0)) < position
        ]
        self._holds = not behind
        if behind:
            log.warning("mail_paused", shards=behind, why="Kafka is ahead of the store")
        return self._holds


def _by_shard(rows: Sequence[Record]) -> dict[int, int]:
    return {row["shard"]: row["position"] for row in rows}
