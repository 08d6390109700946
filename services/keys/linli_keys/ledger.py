"""The ledger of erasures: `PersonErased` on the topic of estates, which is kept for ever, so that a
key store put back from a backup destroys again what was destroyed after it.

The view and how far it was read are in the database of the keys and come back with it. Until it has
been read to the end of the topic, a database that was started or put back gives no key away.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

import structlog
from aiokafka.errors import KafkaError
from asyncpg import Pool
from linli_sealed.token import OF_PERSON
from linli_service.service import Task
from linli_service.settings import Settings
from linli_shared.cluster import Cluster
from linli_shared.kafka import SHARDS, Fact, create_topics
from linli_shared.logs import brief
from linli_shared.postgres import TRANSIENT
from linli_shared.store import EventStore
from linli_shared.tail import ends
from linli_shared.view import View
from linli_shared.viewset import NotLive, ViewSet
from pydantic import BaseModel, ConfigDict

TOPIC: Final = "linli.estates.v1"
_TO_DESTROY: Final = """
select distinct w.estate, kind || ':' || r.person_id as subject
  from {table} r
  cross join lateral (select r.estate union select jsonb_array_elements_text(r.estates)) w (estate)
  cross join unnest($1::text[]) as kind
 where not exists (select from keys.destroyed d
                    where (d.estate, d.subject) = (w.estate, kind || ':' || r.person_id))"""
_DESTROY: Final = "select keys.destroy($1, $2)"
_STATE: Final = "select keys.incarnation() as incarnation, keys.known() is not null as compared"
_READ: Final = "select shard, next from view.progress where views = $1 and topic = $2"
_PARKED: Final = "select exists (select from view.parked where views = $1 and view <> '')"
_COMPARE: Final = "select keys.compare($1)"
log = structlog.get_logger()


class PersonErased(BaseModel):
    """`estate_ids`: of the person's company when it was approved."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    person_id: str
    estate_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Erased:
    estate: str
    person_id: str
    estates: tuple[str, ...]


ERASED: Final = View("erased", row=Erased, key=["person_id"])
LEDGER: Final = ViewSet("ledger", 1, topics=[TOPIC], members=[ERASED])


@ERASED.on("linli.estates.PersonErased.v1", PersonErased)
def erased(row: Erased | None, event: PersonErased, fact: Fact) -> Erased:
    """Again, for estates that the company has had since."""
    known = row.estates if row else ()
    return Erased(fact.estate, event.person_id, tuple(sorted({*known, *event.estate_ids})))


def ledger(store: EventStore, pool: Pool, settings: Settings, owner: str) -> Task:
    """The part `ledger`: carries out what the view says. Any number may run."""
    return Ledger(pool, settings.cluster).run


@dataclass(slots=True)
class Ledger:
    pool: Pool
    servers: Cluster
    poll_s: float = 1
    _incarnation: str = ""
    _ends: Mapping[int, int] = field(default_factory=dict)
    _done: tuple[int, Mapping[int, int]] = (0, MappingProxyType({}))
    """The build, and how far it had been read, when all in it was last carried out."""

    async def run(self) -> None:
        while True:
            compared = False
            try:
                compared = await self.once()
            except (*TRANSIENT, KafkaError, NotLive, TimeoutError) as error:
                log.warning("ledger_waits", error=brief(error))
            await asyncio.sleep(self.poll_s if compared else self.poll_s / 5)

    async def once(self) -> bool:
        """Whether all who were erased are known."""
        assert ERASED.rows
        number = await LEDGER.live(self.pool)
        (state,) = await self.pool.fetch(_STATE)
        read = await self._read(number)  # first: what is read meanwhile is looked at next time
        if state["compared"] and (number, read) == self._done:
            return True
        whole = not state["compared"] and await self._whole(state["incarnation"], number, read)
        table = ERASED.rows.of(number)
        for row in await self.pool.fetch(_TO_DESTROY.format(table=table), list(OF_PERSON)):
            await self.pool.execute(_DESTROY, row["estate"], row["subject"])
            log.info("keys_destroyed", estate=row["estate"])
        self._done = (number, read)
        if whole:
            await self.pool.execute(_COMPARE, state["incarnation"])
            log.info("ledger_read")
        return bool(whole or state["compared"])

    async def _read(self, number: int) -> Mapping[int, int]:
        """By shard, the offset of the next record."""
        rows = await self.pool.fetch(_READ, f"{LEDGER.name}.{number}", TOPIC)
        return {row["shard"]: row["next"] for row in rows}

    async def _whole(self, incarnation: str, number: int, read: Mapping[int, int]) -> bool:
        """Whether all is in the view that was on the topic after the database was started."""
        if self._incarnation != incarnation:
            await create_topics(self.servers, [TOPIC])
            self._ends = await ends(self.servers, TOPIC, range(SHARDS))
            self._incarnation = incarnation
        views = f"{LEDGER.name}.{number}"
        if await self.pool.fetchval(_PARKED, views):
            log.error("ledger_parked", views=views)  # somebody may not be erased who has to be
            return False
        return all(read.get(shard, 0) >= end for shard, end in self._ends.items())
