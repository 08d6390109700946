"""Processes: what a fact of one stream makes another stream do, also across services.

    REFERRED = Process("problem_to_topic")

    @REFERRED.on("linli.cases.CaseReferredToDeliberation.v1", Referred)
    def propose(event: Referred, fact: Fact) -> Iterable[Do]:
        yield Do(TOPICS, event.topic_id, ProposeTopic(…), step="propose")

The inputs come first: what to do is written down in the transaction that reads the fact, and sent
as a command afterwards, under an id made of event, process, target and step. So each is carried out
once, through redelivery and kills; a target's refusal is an event of the service. Processes are not
views: nothing rebuilds them, and a new version of one never decides an old fact again.
"""

import asyncio
import json
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
from linli_shared.asked import Asked
from linli_shared.decider import Decider, Rejected
from linli_shared.kafka import Fact
from linli_shared.leases import Leases, alone
from linli_shared.logs import brief
from linli_shared.messages import Command, UnknownKind
from linli_shared.refusals import CATEGORY, RecordRefusal
from linli_shared.store import EventStore
from linli_shared.view import View
from linli_shared.viewset import ViewSet

M = TypeVar("M", bound=BaseModel)
_TABLE: Final = "view.process_step_1"  # never built again, so it keeps its number
_DUE: Final = f"""
select * from {_TABLE}
 where not done order by recorded_at, event_id, process, step, key limit 200"""
_NOTE: Final = f"""
update {_TABLE} set refused = $7, done = $8
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
    """What is to be done, and whether it was. `refused` is the code of the target's refusal and,
    as JSON, its params; `origin` the stream of the fact."""

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
    origin: str = ""


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
                fact.correlation, fact.recorded_at, origin=fact.stream,
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
                if refused := row["refused"] or await self._send(row):
                    await self._note(row, refused, done=False)  # never asked again after this
                    await self._tell(row, refused)
            except (Overloaded, Unavailable, UnknownKind) as error:
                log.warning("step_waits", process=row["process"], error=brief(error))
                break  # in order: what follows may need it
            await self._note(row, refused, done=True)
            answered += 1
        return answered

    async def _note(self, row: Record, refused: str | None, *, done: bool) -> None:
        await self.pool.execute(
            _NOTE, row["estate"], row["event_id"], row["process"], row["step"], row["target"],
            row["key"], refused, done,
        )  # fmt: skip

    async def _tell(self, row: Record, refused: str) -> None:
        """An event that is the service's own, so that people and other services hear of it."""
        asked = self._asks(row, "refused")
        target = self._by_category[row["target"]].stream(row["key"])
        code, _, params = refused.partition(" ")
        refusal = RecordRefusal(
            process=row["process"], step=row["step"], target=target, code=code,
            params=json.loads(params or "{}"), fact_id=row["event_id"], fact_stream=row["origin"],
        )  # fmt: skip
        refusals = self._by_category[CATEGORY]
        await self.store.reach(refusals, asked.command, refusal, asked, row["estate"])

    def _asks(self, row: Record, *what: str) -> Asked:
        stream = self._by_category[row["target"]].stream(row["key"])
        return system_asks(
            row["process"], row["estate"], row["event_id"], stream, row["step"], *what,
            correlation=row["correlation"], causation=row["event_id"],
        )  # fmt: skip

    async def _send(self, row: Record) -> str | None:
        decider, key, asked = self._by_category[row["target"]], row["key"], self._asks(row)
        command = Command.known[row["command"]].model_validate_json(row["body"])
        try:
            await self.store.reach(decider, key, command, asked, row["estate"])
        except Rejected as refused:
            if refused.code == "CONTENTION":
                raise Overloaded from None
            log.warning("step_refused", process=row["process"], step=row["step"], code=refused.code)
            return f"{refused.code} {json.dumps(refused.params, default=str)}"
        return None
