"""Processes: what a fact of one stream makes another stream do, also across services.

    REFERRED = Process("problem_to_topic")

    @REFERRED.on("linli.cases.CaseReferredToDeliberation.v1", Referred)
    def propose(event: Referred, fact: Fact) -> Iterable[Do]:
        yield Do(TOPICS, event.topic_id, ProposeTopic(…), step="propose")

The inputs come first: what to do is written down in the transaction that reads the fact, and sent
as a command afterwards, under an id made of event, process, target and step. So each is carried out
once, through redelivery and kills; a target's refusal is written down beside it. Processes are not
views: nothing rebuilds them, and a new version of one never decides an old fact again.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, TypeVar
from uuid import UUID

import structlog
from asyncpg import Pool, Record
from pydantic import BaseModel

from linli_shared.agent import system_asks
from linli_shared.append import Overloaded, Unavailable
from linli_shared.decider import Decider, Rejected
from linli_shared.kafka import Fact
from linli_shared.leases import Leases, alone
from linli_shared.messages import Command, UnknownKind
from linli_shared.store import EventStore
from linli_shared.view import View
from linli_shared.viewset import ViewSet

M = TypeVar("M", bound=BaseModel)
_TABLE: Final = "view.process_step_1"  # never built again, so it keeps its number
_DUE: Final = f"""
select estate, event_id, process, step, target, key, command, body, correlation from {_TABLE}
 where not done order by recorded_at, event_id, process, step, key limit 200"""
_DONE: Final = f"""
update {_TABLE} set done = true, refused = $7
 where (estate, event_id, process, step, target, key) = ($1, $2, $3, $4, $5, $6)"""
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Do:
    """A command for a stream of this service, which may begin with it. `step` tells it from the
    others that the same fact asks of the same stream."""

    decider: Decider[Any, Any, Any]
    key: UUID
    command: Command
    step: str


@dataclass(frozen=True, slots=True)
class Step:
    """What is to be done, and whether it was. `refused` is the code of the target's refusal."""

    estate: str
    event_id: UUID
    process: str
    step: str
    target: str  # the decider's category
    key: UUID
    command: str
    body: str
    correlation: UUID
    recorded_at: datetime
    done: bool = False
    refused: str | None = None


class Process:
    """`name` is part of every command's id: it never changes."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.reactions: list[tuple[str, type[BaseModel], Callable[[Any, Fact], Iterable[Do]]]] = []

    def on(
        self, kind: str, model: type[M]
    ) -> Callable[[Callable[[M, Fact], Iterable[Do]]], Callable[[M, Fact], Iterable[Do]]]:
        def register(
            react: Callable[[M, Fact], Iterable[Do]],
        ) -> Callable[[M, Fact], Iterable[Do]]:
            self.reactions.append((kind, model, react))
            return react

        return register

    def steps(
        self, react: Callable[[Any, Fact], Iterable[Do]], event: Any, fact: Fact
    ) -> list[Step]:
        return [
            Step(
                fact.estate, fact.id, self.name, do.step, do.decider.category, do.key,
                do.command.name(), do.command.model_dump_json(exclude_unset=True),
                fact.correlation, fact.recorded_at,
            )
            for do in react(event, fact)
        ]  # fmt: skip


def inputs(processes: Sequence[Process], topics: Sequence[str]) -> ViewSet:
    """The set that writes down what the processes of a service are to do."""
    view: View[Any] = View(
        "process_step",
        lines=Step,
        line_key=["event_id", "process", "step", "target", "key"],
        line_indexes=["done, recorded_at"],
    )
    found: dict[str, list[tuple[Process, type[BaseModel], Any]]] = {}
    for process in processes:
        for kind, model, react in process.reactions:
            found.setdefault(kind, []).append((process, model, react))
    for kind, reactions in found.items():
        _register(view, kind, reactions)
    return ViewSet("processes", 1, topics, [view])


def _register(
    view: View[Any], kind: str, reactions: Sequence[tuple[Process, type[BaseModel], Any]]
) -> None:
    """A fact that several processes react to is parsed by the first one's model and, where theirs
    differ, again by each."""

    class Raw(BaseModel, extra="allow"):
        pass

    single = reactions[0][1] if len(reactions) == 1 else Raw

    @view.on(kind, single)
    def written(event: BaseModel, fact: Fact) -> list[Step]:
        steps: list[Step] = []
        for process, model, react in reactions:
            read = event if model is single else model.model_validate_json(fact.data)
            steps += process.steps(react, read, fact)
        return steps


@dataclass(slots=True)
class Stepper:
    """Sends what was written down. One process of a service does, by a lease."""

    pool: Pool  # of the projector's login, which wrote the steps
    store: EventStore
    deciders: Sequence[Decider[Any, Any, Any]]
    owner: str
    wake: asyncio.Event  # facts have been read
    lease_s: float = 5
    poll_s: float = 1
    _by_category: Mapping[str, Decider[Any, Any, Any]] = field(init=False)
    _leases: Leases = field(init=False)

    def __post_init__(self) -> None:
        self._by_category = {decider.category: decider for decider in self.deciders}
        self._leases = Leases(self.pool, "processes", [0], self.owner, lease_s=self.lease_s)

    async def run(self) -> None:
        await alone(self._leases, self.deliver, self.wake, self.poll_s)

    async def deliver(self) -> int:
        """Send what is to be done, in the order it was written down; how much was answered."""
        answered = 0
        for row in await self.pool.fetch(_DUE):
            try:
                refused = await self._send(row)
            except (Overloaded, Unavailable, UnknownKind) as error:
                log.warning("step_waits", process=row["process"], error=repr(error))
                break  # in order: what follows may need it
            await self.pool.execute(
                _DONE, row["estate"], row["event_id"], row["process"], row["step"],
                row["target"], row["key"], refused,
            )  # fmt: skip
            answered += 1
        return answered

    async def _send(self, row: Record) -> str | None:
        decider, key = self._by_category[row["target"]], row["key"]
        asked = system_asks(
            row["process"], row["estate"], row["event_id"], decider.stream(key), row["step"],
            correlation=row["correlation"], causation=row["event_id"],
        )  # fmt: skip
        command = Command.known[row["command"]].model_validate_json(row["body"])
        try:
            await self.store.reach(decider, key, command, asked, row["estate"])
        except Rejected as refused:
            if refused.code == "CONTENTION":
                raise Overloaded from None
            log.warning("step_refused", process=row["process"], step=row["step"], code=refused.code)
            return refused.code
        return None
