"""The event store: load a stream, decide, append; each command once, whoever repeats it."""

import asyncio
import json
import random
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Generic, TypeAlias, TypeVar, cast
from uuid import UUID

from asyncpg import Pool, Record
from uuid_utils.compat import uuid7

from linli_shared.append import MAX_EVENT_BYTES, Answer, Append, NewEvent
from linli_shared.asked import Asked, Outcome, first_answer, permitted
from linli_shared.clock import Clock, now
from linli_shared.decider import Decider, Rejected
from linli_shared.messages import Command, Event
from linli_shared.queues import Queues
from linli_shared.seal import Plain, Seal
from linli_shared.tenancy import reading
from linli_shared.writer import Writer

C = TypeVar("C", bound=Command)
S = TypeVar("S")
E = TypeVar("E", bound=Event)

_LOAD = "select estate, version, type, data, correlation from es.load($1, $2)"
_DONE = """select stream, version, shard, position, request, type, data, meta
             from es.done($1, $2)"""
_NUMBER = "select es.number($1, $2)"
_ATTEMPTS: Final = 10
_PATIENCE_S: Final = 10


@dataclass(frozen=True, slots=True)
class Loaded(Generic[S]):
    """A stream folded: version 0 where there is none. `correlation` is that of its beginning."""

    estate: str
    state: S
    version: int = 0
    correlation: UUID | None = None


class Moved(Exception):
    """Somebody else appended to the stream, or to a guarded one: decide again."""


class Reader:
    """What a command may look up before it is decided. Other streams it reads are guarded: if one
    moves before the append, everything is looked up and decided again."""

    def __init__(self, store: "EventStore", estate: str, now: datetime) -> None:
        self._store, self.pool, self.estate, self.now = store, store.pool, estate, now
        self.guards: dict[str, int] = {}
        self.numbers: dict[str, int] = {}

    async def load(self, decider: Decider[C, S, E], key: UUID) -> S:
        """The state of another stream of the estate; the initial one where there is none."""
        loaded = await self._store.load(decider, [self.estate], key)
        self.guards[decider.stream(key)] = loaded.version
        return loaded.state

    async def number(self, name: str) -> int:
        """The next number of a series of the estate; one that is not used leaves a gap."""
        number = cast("int", await self.pool.fetchval(_NUMBER, self.estate, name))
        self.numbers[name] = number
        return number

    async def rows(self, sql: str, *args: object) -> list[Record]:
        """Rows of this service's own views, as far as they have read."""
        async with reading(self.pool, [self.estate]) as db:
            return await db.fetch(sql, *args)

    async def texts(self, texts: Iterable[str]) -> Mapping[str, str]:
        """What texts of those rows say that may be sealed."""
        return await self._store.seal.texts([self.estate], texts)


Learn: TypeAlias = Callable[[Reader, C], Awaitable[C]]


@dataclass(frozen=True, slots=True)
class _Task(Generic[C, S, E]):
    decider: Decider[C, S, E]
    key: UUID
    command: C
    asked: Asked
    learn: Learn[C] | None


@dataclass(slots=True)
class EventStore:
    """What a service's HTTP side and processes write through. `learns`: what the commands of a
    decider look up, by its category, whoever sends them: timers and processes bring no `learn`."""

    pool: Pool
    writer: Writer
    clock: Clock = now
    seal: Seal = field(default_factory=Plain)
    learns: Mapping[str, Learn[Any]] = field(default_factory=dict)
    _queues: Queues = field(default_factory=lambda: Queues(_PATIENCE_S))

    async def load(self, decider: Decider[C, S, E], estates: Sequence[str], key: UUID) -> Loaded[S]:
        """The stream's state in the one of `estates` that has it. Raises UnknownKind."""
        rows = await self.pool.fetch(_LOAD, list(estates), decider.stream(key))
        if not rows:
            return Loaded("", decider.initial)
        first, last, stored = rows[0], rows[-1], [(row["type"], row["data"]) for row in rows]
        if decider.opened:
            stored = await self.seal.read(last["estate"], stored)
        events = (cast("E", Event.parse(*one)) for one in stored)
        return Loaded(last["estate"], decider.fold(events), last["version"], first["correlation"])

    async def create(
        self,
        decider: Decider[C, S, E],
        command: C,
        asked: Asked,
        estate: str,
        learn: Learn[C] | None = None,
    ) -> Outcome:
        """Begin a stream in `estate`."""
        await self._may_begin(asked, estate)
        begun = Loaded(estate, decider.initial)
        return await self._settle(_Task(decider, uuid7(), command, asked, learn), begun)

    async def act(
        self,
        decider: Decider[C, S, E],
        key: UUID,
        command: C,
        asked: Asked,
        learn: Learn[C] | None = None,
    ) -> Outcome:
        """Carry out `command` on a stream of one of the caller's estates."""
        # Those who want one stream wait here, in order, instead of racing for its version.
        async with self._queues.turn(decider.stream(key)):
            return await self._settle(_Task(decider, key, command, asked, learn))

    async def reach(
        self, decider: Decider[C, S, E], key: UUID, command: C, asked: Asked, estate: str,
        learn: Learn[C] | None = None,
    ) -> Outcome:  # fmt: skip
        """As `act`, but a stream that is not there yet begins in `estate`: for those who know its
        key before it is there."""
        await self._may_begin(asked, estate)
        async with self._queues.turn(decider.stream(key)):
            begun = Loaded(estate, decider.initial)
            return await self._settle(_Task(decider, key, command, asked, learn), None, begun)

    async def _may_begin(self, asked: Asked, estate: str) -> None:
        if estate not in asked.estates:
            raise Rejected("NOT_FOUND")
        if elsewhere := [e for e in asked.estates if e != estate]:
            # An id is unique within an estate; a client's key is, wherever it sends it.
            await self._first(asked, elsewhere)

    async def _settle(
        self, task: _Task[C, S, E], begun: Loaded[S] | None = None, absent: Loaded[S] | None = None
    ) -> Outcome:
        """`begun` is what is known not to be there; `absent` what stands for it if it is not."""
        for attempt in range(_ATTEMPTS):
            loaded = begun or await self.load(task.decider, list(task.asked.estates), task.key)
            if not loaded.estate and absent:
                loaded = absent
            if not loaded.estate:
                raise Rejected("NOT_FOUND")
            try:
                return await self._once(task, loaded)
            except Moved:
                await asyncio.sleep(random.uniform(0, 0.005 * 2**attempt))
        raise Rejected("CONTENTION")

    async def _once(self, task: _Task[C, S, E], loaded: Loaded[S]) -> Outcome:
        reader = Reader(self, loaded.estate, await self.clock())
        refusal: Rejected | None = None
        try:
            events = await self._decided(task, loaded, reader)
        except Rejected as rejected:
            refusal, events = rejected, cast("Sequence[E]", rejected.events)
        # Decided anew, a command that was carried out is refused, or finds nothing to do.
        again = refusal or not events
        if again and (first := await self._first(task.asked, [loaded.estate])):
            return first
        if not events:
            if refusal:
                raise refusal
            return Outcome(task.key, loaded.version)
        written = await self.seal.written(loaded.estate, events)
        append = _append(task, loaded, events, written, reader, refusal)
        outcome = await self._answered(task, append, events, await self.writer.append(append))
        if refusal:
            raise refusal
        return outcome

    async def _decided(
        self, task: _Task[C, S, E], loaded: Loaded[S], reader: Reader
    ) -> Sequence[E]:
        command = permitted(
            task.command, task.key, task.asked, loaded.estate, loaded.version, reader.now
        )
        for learn in (self.learns.get(task.decider.category), task.learn):
            if learn:
                command = await learn(reader, command)
        return task.decider.decide(command, loaded.state)

    async def _answered(
        self, task: _Task[C, S, E], append: Append, events: Sequence[E], answer: Answer
    ) -> Outcome:
        match answer.outcome:
            case "appended":
                at = (answer.shard, cast("int", answer.position))
                return Outcome(task.key, answer.version, tuple(events), at)
            case "repeated" | "reused":
                return cast("Outcome", await self._first(task.asked, [append.estate]))
            case "conflict":
                raise Moved
            case "taken":
                holder = cast("str", answer.holder).removeprefix(f"{task.decider.category}-")
                raise task.decider.taken(cast("str", answer.held_kind), holder)

    async def _first(self, asked: Asked, estates: Sequence[str]) -> Outcome | None:
        """The first answer to this command, if it was carried out in one of `estates`."""
        rows = await self.pool.fetch(_DONE, list(estates), asked.command)
        return first_answer(rows, asked.request) if rows else None


def _append(
    task: _Task[C, S, E], loaded: Loaded[S], events: Sequence[E], written: Sequence[NewEvent],
    reader: Reader, refusal: Rejected | None,
) -> Append:  # fmt: skip
    roles = task.asked.estates[loaded.estate]
    meta: dict[str, object] = {"actor": task.asked.actor, "roles": sorted(roles)}
    if reader.numbers:  # a store that lost its last facts learns from here what was given away
        meta["numbers"] = reader.numbers
    if refusal:
        meta["refused"] = {"code": refusal.code, "params": refusal.params}
    if any(len(e.data.encode()) > MAX_EVENT_BYTES for e in written):
        raise Rejected("EVENT_TOO_LARGE", limit_bytes=MAX_EVENT_BYTES)
    return Append(
        estate=loaded.estate, stream=task.decider.stream(task.key), expected=loaded.version,
        command=task.asked.command, request=task.asked.request, causation=task.asked.causation,
        correlation=events[-1].chain or loaded.correlation or task.asked.correlation,
        meta=json.dumps(meta, default=str), events=written, guards=reader.guards,
        holds=task.decider.reservations(loaded.state, events),
        reminders=task.decider.reminders(loaded.state, events),
    )  # fmt: skip
