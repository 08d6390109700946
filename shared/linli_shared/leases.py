"""Who does which shard: processes share the shards of a piece of work by leases in the database.

Each announces itself, so that each knows its fair share: it takes what is free below it and gives
back what is above. The leases of a process that dies end by themselves; one that stops gives its
own back. An epoch that grows with every change of owner lets a write fence off a former owner.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress

import structlog
from asyncpg import Pool

from linli_shared.logs import brief
from linli_shared.postgres import TRANSIENT

log = structlog.get_logger()

_ANNOUNCE = """
with me as (
    insert into lease.member (work, owner, seen_at) values ($1, $2, clock_timestamp())
        on conflict (work, owner) do update set seen_at = excluded.seen_at)
select count(*) from lease.member
 where work = $1 and owner <> $2 and seen_at > clock_timestamp() - $3 * interval '1 second'"""
_RENEW = """
update lease.lease l set until = clock_timestamp() + $4 * interval '1 second'
  from unnest($2::smallint[], $3::bigint[]) as h (shard, epoch)
 where l.work = $1 and l.shard = h.shard and l.epoch = h.epoch
returning l.shard"""
_TAKE = """
insert into lease.lease as l (work, shard, owner, until, epoch)
select $1, shard, $2, clock_timestamp() + $4 * interval '1 second', 1
  from unnest($3::smallint[]) as shard
    on conflict (work, shard) do update
   set owner = excluded.owner, until = excluded.until, epoch = l.epoch + 1
 where l.until < clock_timestamp() or l.owner = excluded.owner
returning shard, epoch"""
_FREE = """
select shard from unnest($3::smallint[]) as shard
 where not exists (select from lease.lease l
                    where l.work = $1 and l.shard = shard.shard
                      and l.until >= clock_timestamp() and l.owner <> $2)
 limit $4"""
_GIVE_BACK = """
update lease.lease l set until = '-infinity'
  from unnest($2::smallint[], $3::bigint[]) as h (shard, epoch)
 where l.work = $1 and l.shard = h.shard and l.epoch = h.epoch"""
_LEAVE = "delete from lease.member where work = $1 and owner = $2"


class Leases:
    """The leases of one process. `held` maps shards to epochs; refresh it at least each second."""

    def __init__(
        self, pool: Pool, work: str, shards: Sequence[int], owner: str, *, lease_s: float = 5
    ) -> None:
        self._pool, self.work, self._shards, self._owner = pool, work, shards, owner
        self._lease_s = lease_s
        self._refreshed = float("-inf")
        self.held: dict[int, int] = {}

    @property
    def due(self) -> bool:
        return time.monotonic() - self._refreshed > min(1.0, self._lease_s / 4)

    async def refresh(self, busy: Iterable[int] = ()) -> None:
        """Announce, renew, give back, take. Shards in `busy` are not given back."""
        self._refreshed = time.monotonic()
        others = await self._pool.fetchval(_ANNOUNCE, self.work, self._owner, self._lease_s)
        share = -(-len(self._shards) // (others + 1))
        if self.held:
            rows = await self._pool.fetch(_RENEW, self.work, *_columns(self.held), self._lease_s)
            kept = {row["shard"] for row in rows}
            self.held = {shard: epoch for shard, epoch in self.held.items() if shard in kept}
        surplus = [s for s in self.held if s not in set(busy)][: max(0, len(self.held) - share)]
        if surplus:
            await self.give_back({s: self.held.pop(s) for s in surplus})
        if (room := share - len(self.held)) > 0:
            wanted = [s for s in self._shards if s not in self.held]
            free = await self._pool.fetch(_FREE, self.work, self._owner, wanted, room)
            if shards := [row["shard"] for row in free]:
                taken = await self._pool.fetch(_TAKE, self.work, self._owner, shards, self._lease_s)
                self.held |= {row["shard"]: row["epoch"] for row in taken}

    async def give_back(self, leases: Mapping[int, int]) -> None:
        await self._pool.execute(_GIVE_BACK, self.work, *_columns(leases), timeout=2)

    async def leave(self) -> None:
        """Give everything back, so that others need not wait for the end of the leases. Where the
        database does not answer they end by themselves."""
        held, self.held = self.held, {}
        self._refreshed = float("-inf")
        try:
            if held:
                await self.give_back(held)
            await self._pool.execute(_LEAVE, self.work, self._owner, timeout=2)
        except TRANSIENT as error:
            log.warning(
                "leases_not_given_back", work=self.work, owner=self._owner, error=brief(error)
            )


async def alone(
    leases: Leases, deliver: Callable[[], Awaitable[int]], wake: asyncio.Event, poll_s: float
) -> None:
    """Deliver while the lease is held, again at once as long as there was something, and else when
    woken or after a while; the others stand by. Of one shard: one process of a service does it."""
    try:
        while True:
            try:
                if leases.due:
                    await leases.refresh()
                if leases.held and await deliver():
                    continue
            except TRANSIENT as error:
                log.warning("delivery_retries", work=leases.work, error=brief(error))
            with suppress(TimeoutError):
                async with asyncio.timeout(poll_s):
                    await wake.wait()
            wake.clear()
    finally:
        await leases.leave()


def _columns(leases: Mapping[int, int]) -> tuple[list[int], list[int]]:
    return list(leases.keys()), list(leases.values())
