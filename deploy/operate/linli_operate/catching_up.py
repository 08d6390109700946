"""A store that was put back to an earlier time gets from the topic what it has lost."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from asyncpg import NotNullViolationError
from linli_shared.append import Append, arguments
from linli_shared.cluster import Cluster
from linli_shared.decider import Decider
from linli_shared.kafka import SHARDS, WATERMARKS, shard_of
from linli_shared.messages import Event
from linli_shared.postgres import Db
from linli_shared.seal import Plain, Seal
from linli_shared.watermarks import mark

from .screen import Trouble
from .whole import Published, Verdict, messages

_LOCKS: Final = "select pg_advisory_xact_lock(1702, shard) from generate_series(0, 15) shard"
_LAST: Final = "select coalesce(max(position), 0) from es.event where shard = $1"
_SETTING: Final = "select set_config($1, $2, true)"
_INSERT: Final = """
insert into es.event (shard, position, estate, stream, version, command, ordinal, request, type,
                      data, meta, id, correlation, causation, occurred_at, recorded_at)
overriding system value
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)"""
_BEFORE: Final = """
select type, data from es.event
 where estate = $1 and stream = $2 and version < $3 order by version"""
_HOLD: Final = "select es.hold($1, $2, $3)"
_REMIND: Final = "select es.remind($1, $2, $3)"
_NUMBER: Final = """
insert into es.counter as c (estate, name, value) values ($1, $2, $3)
    on conflict (estate, name) do update set value = greatest(c.value, excluded.value)"""
_SEQUENCE: Final = """
select setval('es.event_position_seq', greatest(last_value, $1)) from es.event_position_seq"""
_CURSOR: Final = "update es.relay set position = $2, chain = $3, chained = $2 where shard = $1"
_MARK: Final = """
insert into es.mark as m (shard, at) values ($1, $2)
    on conflict (shard) do update set at = greatest(m.at, excluded.at)"""


@dataclass(slots=True)
class CaughtUp:
    """`bare` are facts of before the topic said which command wrote them: a client that repeats
    such a command is not recognised."""

    facts: int = 0
    commands: int = 0
    bare: int = 0


@dataclass(slots=True)
class CatchUp:
    """Does again what the lost calls of `es.append` did, in their order, so that reservations,
    timers and numbers come out as they were. All in one transaction: a relay sees a store that
    lacks what Kafka has, or one that lacks nothing."""

    db: Db  # of the owner's login
    deciders: Sequence[Decider[Any, Any, Any]]
    seal: Seal = field(default_factory=Plain)
    done: CaughtUp = field(default_factory=CaughtUp)
    _states: dict[tuple[str, str], Any] = field(default_factory=dict)

    async def run(self, verdicts: Iterable[Verdict], marks: Mapping[int, datetime]) -> CaughtUp:
        lost = {v.shard: v.lost for v in verdicts if v.lost}
        async with self.db.transaction():
            await self.db.execute(_LOCKS)
            for shard, tail in lost.items():
                await self._still_lost(shard, tail)
            # Positions are given away under the locks of what a command reserves: in their order
            # two commands that wanted the same meet as they met then.
            tails = sorted((p for tail in lost.values() for p in tail), key=_position)
            for (estate, _), facts in groupby(tails, key=_command):
                await self._again(estate, list(facts))
            for shard, tail in lost.items():
                await self.db.execute(_CURSOR, shard, tail[-1].fact.position, tail[-1].head)
            for shard, at in marks.items():
                await self.db.execute(_MARK, shard, at)
            if tails:
                await self.db.execute(_SEQUENCE, tails[-1].fact.position)
        return self.done

    async def _still_lost(self, shard: int, tail: Sequence[Published]) -> None:
        await self.db.execute(_SETTING, "linli.shard", str(shard))
        last = await self.db.fetchval(_LAST, shard)
        await self.db.execute(_SETTING, "linli.shard", "")
        if last > tail[0].fact.prev:
            raise Trouble(f"Shard {shard} was written to meanwhile: nothing was changed.")

    async def _again(self, estate: str, facts: Sequence[Published]) -> None:
        """One command's facts, and what they reserve and set."""
        await self.db.execute(_SETTING, "linli.estate", estate)
        rows = [_row(p) for p in facts]
        await self.db.executemany(_INSERT, rows)
        first = facts[0].fact
        decider = next((d for d in self.deciders if d.category == first.stream[:-37]), None)
        if decider is None:
            raise Trouble(f"The code that is installed here knows no {first.stream[:-37]!r}.")
        state = await self._state(decider, estate, first.stream, first.version)
        stored = [(p.fact.kind, p.value.decode()) for p in facts]
        if decider.reserves_texts:
            stored = await self.seal.read(estate, stored)
        events = [Event.parse(*one) for one in stored]
        await self._reserve(
            estate,
            Append(
                estate, first.stream, first.version - 1, first.id, first.id, "{}",
                first.correlation, [], holds=decider.reservations(state, events),
                reminders=decider.reminders(state, events),
            ),
        )  # fmt: skip
        self._states[estate, first.stream] = decider.fold(events, state)
        for name, number in json.loads(rows[0][10]).get("numbers", {}).items():
            await self.db.execute(_NUMBER, estate, name, number)
        self.done.facts += len(facts)
        self.done.commands += 1
        self.done.bare += sum("ce_commandid" not in dict(p.headers) for p in facts)

    async def _reserve(self, estate: str, append: Append) -> None:
        scopes, *columns = arguments([append])
        (holds,), (reminders,) = columns[10], columns[11]
        await self.db.execute(_SETTING, "linli.scopes", _array(scopes))
        try:
            if holds:
                await self.db.execute(_HOLD, estate, append.stream, holds)
            if reminders:
                await self.db.execute(_REMIND, estate, append.stream, reminders)
        except NotNullViolationError:
            raise Trouble(f"{append.stream} held what another stream holds now.") from None

    async def _state(
        self, decider: Decider[Any, Any, Any], estate: str, stream: str, version: int
    ) -> Any:
        if (estate, stream) not in self._states:
            rows = await self.db.fetch(_BEFORE, estate, stream, version)
            events = (Event.parse(row["type"], row["data"]) for row in rows)
            self._states[estate, stream] = decider.fold(events)
        return self._states[estate, stream]


async def promised(servers: Cluster, topic: str) -> dict[int, datetime]:
    """The last watermark of each shard that Kafka still has: nothing may be recorded before it."""
    found: dict[int, datetime] = {}
    for shard in range(SHARDS):
        async for message in messages(servers, WATERMARKS, shard):
            if (one := mark(message)) and one.topic == topic:
                found[shard] = max(one.at, found.get(shard, one.at))
    return found


def _position(published: Published) -> int:
    return published.fact.position


def _command(published: Published) -> tuple[str, UUID]:
    return published.fact.estate, UUID(_said(published, "ce_commandid", str(published.fact.id)))


def _said(published: Published, name: str, otherwise: str) -> str:
    return dict(published.headers).get(name, otherwise.encode()).decode()


def _row(published: Published) -> tuple[Any, ...]:
    """The event's row as it was."""
    one = published.fact
    causation = _said(published, "ce_causationid", "")
    return (
        shard_of(one.estate), one.position, one.estate, one.stream, one.version,
        _command(published)[1], int(_said(published, "ce_commandpart", "1")),
        UUID(_said(published, "ce_commandrequest", str(one.id))), one.kind,
        published.value.decode(), _said(published, "ce_commandmeta", "{}"), one.id,
        one.correlation, UUID(causation) if causation else None, one.occurred_at, one.recorded_at,
    )  # fmt: skip


def _array(texts: Iterable[object]) -> str:
    """As PostgreSQL writes an array of text."""
    quoted = (str(t).replace("\\", "\\\\").replace('"', '\\"') for t in texts)
    return "{" + ",".join(f'"{text}"' for text in quoted) + "}"
