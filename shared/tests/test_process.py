"""Processes: what a fact makes another stream do, once, through repeats and kills."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

import asyncpg
import pytest
from linli_local.testing import Stack
from linli_shared.consumer import Projector
from linli_shared.decider import Decider, Rejected
from linli_shared.ending import ended
from linli_shared.kafka import Fact, create_topics
from linli_shared.messages import SYSTEM, Command, Event
from linli_shared.process import Do, Process, Stepper, inputs
from linli_shared.refusals import Refusal, refusals
from linli_shared.store import EventStore
from linli_shared.viewset import ViewSet
from linli_shared.writer import Writer
from pydantic import BaseModel

from shared.tests.broker import Raw, until, write
from shared.tests.conftest import Urls
from shared.tests.things import ESTATE, SHARD, Opened, made, wire

NAMESPACE = UUID(int=9)


class BellHung(Event, kind="linli.test.BellHung.v1"):
    title: str


class BellRung(Event, kind="linli.test.BellRung.v1"):
    pass


class StepRefused(Refusal, Event, kind="linli.test.StepRefused.v1"):
    pass


class HangBell(Command, by=[SYSTEM]):
    title: str


class RingBell(Command, by=[SYSTEM]):
    pass


@dataclass(frozen=True, slots=True)
class Bell:
    hung: bool = False


def decide(command: Command, bell: Bell) -> Sequence[Event]:
    match command:
        case HangBell() if command.title == "cracked":
            raise Rejected("CRACKED", **{"in": "two"})
        case HangBell():
            return [BellHung(title=command.title, occurred_at=command.at)]
        case _ if not bell.hung:
            raise Rejected("NOT_FOUND")
        case _:
            return [BellRung(occurred_at=command.at)]


BELLS: Decider[Any, Bell, Any] = Decider("bell", Bell(), decide, lambda bell, event: Bell(True))
REFUSALS = refusals(StepRefused)
HANGING, RINGING = Process("hanging"), Process("ringing")


def bell_of(thing: str) -> UUID:
    return uuid5(NAMESPACE, thing)


class Titled(BaseModel):
    thing: str
    title: str


@HANGING.on("linli.test.Opened.v1", Opened)
def hang(event: Opened, fact: Fact) -> Iterable[Do]:
    yield Do(BELLS, bell_of(event.thing), HangBell(title=event.title), "hang")
    yield Do(BELLS, bell_of(event.thing), RingBell(), "ring")


@RINGING.on("linli.test.Opened.v1", Titled)
def ring(event: Titled, fact: Fact) -> Iterable[Do]:
    if event.title == "loud":
        yield Do(BELLS, bell_of(event.thing), RingBell(), "again")
    if event.title == "all":
        for other in "abc":
            yield Do(BELLS, bell_of(other), HangBell(title="plain"), "each")


@dataclass
class Rig:
    stack: Stack
    topic: str
    views: ViewSet
    pool: asyncpg.Pool
    stepper: Stepper

    async def told(self, *facts: Fact) -> None:
        """Facts on the topic, read by the processes."""
        raw = [Raw(SHARD, fact.data, wire(fact, self.topic), b"k") for fact in facts]
        await write(self.stack.kafka, self.topic, raw)
        (build,) = await self.views.builds(self.pool)
        reader = asyncio.create_task(Projector(self.pool, self.stack.kafka, build, "one").run())
        last = max(fact.position for fact in facts)

        async def read() -> bool:
            at = "select position from view.progress where views = $1 and shard = $2"
            return bool(await self.pool.fetchval(at, build.id, SHARD) == last)

        await until(read, 120)
        await ended(reader)

    async def steps(self) -> list[tuple[str, bool, str | None]]:
        rows = await self.pool.fetch(
            "select process || ' ' || step, done, refused from view.process_step_1"
            " order by recorded_at, event_id, process, step"
        )
        return [tuple(row) for row in rows]

    async def events(self, what: str, like: str = "%") -> list[Any]:
        async with self.stepper.store.pool.acquire() as db, db.transaction():
            await db.execute("select set_config('linli.estate', $1, true)", ESTATE)
            sql = f"select {what} from es.event where type like $1 order by position"
            return [tuple(row) for row in await db.fetch(sql, like)]

    async def version(self, thing: str) -> int:
        return (await self.stepper.store.load(BELLS, [ESTATE], bell_of(thing))).version


@pytest.fixture
async def rig(
    stack: Stack, topic: str, make_database: Callable[..., Awaitable[Urls]]
) -> AsyncIterator[Rig]:
    views = inputs([HANGING, RINGING], [topic])
    urls = await make_database(views=[views])
    await create_topics(stack.kafka, [topic])
    writer = Writer(lambda: asyncpg.connect(urls["LINLI_APP_URL"]))
    writing = asyncio.create_task(writer.run())
    async with (
        asyncpg.create_pool(urls["LINLI_APP_URL"], min_size=1, max_size=3) as app,
        asyncpg.create_pool(urls["LINLI_VIEW_URL"], min_size=1, max_size=3) as pool,
    ):
        stepper = Stepper(pool, EventStore(app, writer), [BELLS, REFUSALS], "one", asyncio.Event())
        yield Rig(stack, topic, views, pool, stepper)
        await ended(writing)


def opened(position: int, thing: str, title: str = "plain") -> Fact:
    body = f'{{"thing": "{thing}", "title": "{title}"}}'
    return made(position, "Opened", thing, data=body)


async def test_a_fact_makes_its_commands_each_once_in_order(rig: Rig) -> None:
    await rig.told(opened(1, "a"), opened(2, "b", "loud"))
    assert await rig.stepper.deliver() == 5
    assert await rig.stepper.deliver() == 0
    assert (await rig.version("a"), await rig.version("b")) == (2, 3)
    assert {(done, refused) for _, done, refused in await rig.steps()} == {(True, None)}


async def test_a_fact_makes_each_of_several_streams_do_the_same_step(rig: Rig) -> None:
    await rig.told(opened(1, "a", "all"))
    assert await rig.stepper.deliver() == 5
    assert await rig.stepper.deliver() == 0
    assert [await rig.version(thing) for thing in "abc"] == [3, 1, 1]


async def test_a_fact_that_comes_again_changes_nothing(rig: Rig) -> None:
    first = opened(1, "a")
    await rig.told(first)
    await rig.stepper.deliver()
    await rig.told(first, first, opened(2, "b"))
    assert await rig.stepper.deliver() == 2
    assert await rig.version("a") == 2


async def test_a_kill_between_the_command_and_its_note_sends_it_again_without_effect(
    rig: Rig,
) -> None:
    await rig.told(opened(1, "a"))
    for row in await rig.pool.fetch("select * from view.process_step_1"):
        await rig.stepper._send(row)  # and killed before it wrote down that it was answered
    assert await rig.version("a") == 2
    assert await rig.stepper.deliver() == 2
    assert await rig.version("a") == 2


async def test_a_refusal_is_written_down_and_what_follows_goes_on(rig: Rig) -> None:
    await rig.told(opened(1, "a", "cracked"), opened(2, "b"))
    assert await rig.stepper.deliver() == 4
    assert [(step, refused) for step, _, refused in await rig.steps()] == [
        ("hanging hang", 'CRACKED {"in": "two"}'), ("hanging ring", "NOT_FOUND {}"),
        ("hanging hang", None), ("hanging ring", None),
    ]  # fmt: skip


async def test_a_refusal_is_an_event_that_says_what_was_refused_and_for_which_fact(
    rig: Rig,
) -> None:
    fact = opened(1, "a", "cracked")
    await rig.told(fact)
    await rig.stepper.deliver()
    told = await rig.events("data, correlation, causation", "%StepRefused.v1")
    assert {tuple(of) for _, *of in told} == {(fact.correlation, fact.id)}
    said = [StepRefused.model_validate_json(data) for data, *_ in told]
    assert [refusal.model_dump(exclude={"occurred_at"}) for refusal in said] == [
        {
            "process": "hanging", "step": step, "target": f"bell-{bell_of('a')}", "code": code,
            "params": params, "fact_id": fact.id, "fact_stream": fact.stream,
        }
        for step, code, params in (("hang", "CRACKED", {"in": "two"}), ("ring", "NOT_FOUND", {}))
    ]  # fmt: skip


async def test_a_kill_at_a_refusal_tells_it_once_and_never_asks_again(rig: Rig) -> None:
    """Checked by asking though the refusal was noted: the bell hangs after all, and this fails."""
    await rig.told(opened(1, "a", "cracked"))
    (hang,) = await rig.pool.fetch("select * from view.process_step_1 where step = 'hang'")
    await rig.stepper._note(hang, "CRACKED", done=False)  # and killed before it was told
    whole = HangBell(title="whole").model_dump_json()  # would be taken by now
    await rig.pool.execute("update view.process_step_1 set body = $1 where step = 'hang'", whole)
    await rig.stepper.deliver()
    await rig.stepper._tell(hang, "CRACKED")  # killed after it was told, before that was noted
    assert await rig.version("a") == 0
    assert len(await rig.events("id", "%StepRefused.v1")) == 2


async def test_commands_carry_the_chain_and_the_fact_that_caused_them(rig: Rig) -> None:
    fact = opened(1, "a")
    await rig.told(fact)
    await rig.stepper.deliver()
    rows = await rig.events("correlation, causation, meta")
    assert {(row[0], row[1]) for row in rows} == {(fact.correlation, fact.id)}
    assert all("system:hanging" in row[2] for row in rows)


async def test_while_the_store_is_away_steps_wait_and_are_then_sent(rig: Rig) -> None:
    await rig.told(opened(1, "a"))
    working, rig.stepper.store.writer = rig.stepper.store.writer, Writer(_nowhere, patience_s=0.2)
    assert await rig.stepper.deliver() == 0
    rig.stepper.store.writer = working
    running = asyncio.create_task(rig.stepper.run())

    async def sent() -> bool:
        return await rig.version("a") == 2

    await until(sent)
    await ended(running)


async def _nowhere() -> Any:
    raise OSError
