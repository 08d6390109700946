"""Timers: set with the event, told once when due, silent when moved."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from linli_shared.append import arguments
from linli_shared.asked import Asked
from linli_shared.decider import Cancel, Decider, Reminder, Timer
from linli_shared.ending import ended
from linli_shared.messages import SYSTEM, Command, Event
from linli_shared.store import EventStore
from linli_shared.timers import Timers
from linli_shared.writer import Writer

from shared.tests.conftest import Urls, append

PAST, SOON = datetime(2020, 1, 1, tzinfo=UTC), timedelta(seconds=0.4)


class LampLit(Event, kind="linli.test.LampLit.v1"):
    until: datetime


class LampOut(Event, kind="linli.test.LampOut.v1"):
    due: datetime | None


class Light(Command, by=["keeper"]):
    until: datetime


class PutOut(Command, by=["keeper"]):
    pass


class BurnOut(Command, by=[SYSTEM]):
    due: datetime


@dataclass(frozen=True, slots=True)
class Lamp:
    until: datetime | None = None


def decide(command: Command, lamp: Lamp) -> Sequence[Event]:
    match command:
        case Light():
            return [LampLit(until=command.until, occurred_at=command.at)]
        case BurnOut() if lamp.until != command.due:
            return []
        case BurnOut():
            return [LampOut(due=command.due, occurred_at=command.at)]
        case _:
            return [LampOut(due=None, occurred_at=command.at)]


def evolve(lamp: Lamp, event: Event) -> Lamp:
    return replace(lamp, until=event.until if isinstance(event, LampLit) else None)


def remind(lamp: Lamp, event: Event) -> Sequence[Reminder]:
    return [Timer("out", event.until)] if isinstance(event, LampLit) else [Cancel()]


LAMPS: Decider[Any, Lamp, Any] = Decider(
    "lamp", Lamp(), decide, evolve, remind=remind, fired=lambda name, due: BurnOut(due=due)
)


def asked() -> Asked:
    return Asked("li", {"e1": frozenset(["keeper"])}, uuid4(), UUID(int=1), uuid4())


@pytest.fixture
async def store(urls: Urls, writer: Writer) -> AsyncIterator[EventStore]:
    async with asyncpg.create_pool(urls["LINLI_APP_URL"], min_size=1, max_size=4) as pool:
        yield EventStore(pool, writer)


@pytest.fixture
async def timers(urls: Urls, store: EventStore) -> AsyncIterator[Timers]:
    async with asyncpg.create_pool(urls["LINLI_RELAY_URL"], min_size=1, max_size=2) as pool:
        yield Timers(pool, store, [LAMPS], "one", poll_s=0.05)


async def lit(store: EventStore, until: datetime) -> UUID:
    return (await store.create(LAMPS, Light(until=until), asked(), "e1")).key


async def story(timers: Timers) -> list[str]:
    rows = await timers.pool.fetch("select type from es.event order by position")
    return [row["type"].split(".")[2] for row in rows]


async def left(timers: Timers) -> int:
    return int(await timers.pool.fetchval("select count(*) from es.timer"))


async def test_what_is_due_is_told_once(store: EventStore, timers: Timers) -> None:
    await lit(store, PAST)
    assert await timers.deliver() == 1
    assert await timers.deliver() == 0
    assert await story(timers) == ["LampLit", "LampOut"]
    assert await left(timers) == 0


async def test_told_again_after_a_kill_before_its_row_went_away_it_writes_nothing_more(
    store: EventStore, timers: Timers, urls: Urls
) -> None:
    lamp = await lit(store, PAST)
    row = await timers.pool.fetchrow("select * from es.timer")
    assert row is not None
    await timers.deliver()
    owner = await asyncpg.connect(urls["LINLI_OWNER_URL"])
    async with owner.transaction():
        await owner.execute("select set_config('linli.estate', 'e1', true)")
        await owner.execute("insert into es.timer values ($1, $2, $3, $4)", *row)
    await owner.close()
    assert await timers.deliver() == 1
    assert await story(timers) == ["LampLit", "LampOut"]
    assert (await store.load(LAMPS, ["e1"], lamp)).version == 2


async def test_what_is_not_due_waits(store: EventStore, timers: Timers) -> None:
    await lit(store, datetime.now(UTC) + timedelta(hours=1))
    assert await timers.deliver() == 0
    assert await left(timers) == 1


async def test_a_timer_that_was_moved_says_nothing_at_its_old_due(
    store: EventStore, timers: Timers
) -> None:
    lamp, later = await lit(store, PAST), datetime.now(UTC) + timedelta(hours=1)
    rows = await timers.pool.fetch("select estate, stream, name, due_at from es.timer")
    await store.act(LAMPS, lamp, Light(until=later), asked())
    assert await timers._answered(rows[0])  # read before it was moved, told after
    assert await story(timers) == ["LampLit", "LampLit"]
    assert await left(timers) == 1


async def test_a_cancelled_timer_is_gone(store: EventStore, timers: Timers) -> None:
    lamp = await lit(store, PAST)
    await store.act(LAMPS, lamp, PutOut(), asked())
    assert await left(timers) == 0
    assert await timers.deliver() == 0


async def test_of_two_processes_one_tells_and_the_other_takes_over(
    store: EventStore, timers: Timers, urls: Urls
) -> None:
    async with asyncpg.create_pool(urls["LINLI_RELAY_URL"], min_size=1, max_size=2) as pool:
        other = Timers(pool, store, [LAMPS], "two", poll_s=0.05)
        tasks = [asyncio.create_task(each.run()) for each in (timers, other)]
        for n in range(6):
            await lit(store, datetime.now(UTC) + SOON * n)
        await asyncio.sleep(0.5)
        holder = 0 if timers._leases.held else 1
        await ended(tasks[holder])
        for _ in range(400):
            if not await left(timers):
                break
            await asyncio.sleep(0.05)
        await ended(*tasks)
    assert sorted(await story(timers)) == ["LampLit"] * 6 + ["LampOut"] * 6


async def test_timers_of_all_estates_are_seen_by_their_worker_alone(
    store: EventStore, timers: Timers, urls: Urls
) -> None:
    await lit(store, PAST)
    app = await asyncpg.connect(urls["LINLI_APP_URL"])
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await app.fetchval("select count(*) from es.timer")
    await app.close()
    assert await left(timers) == 1


def test_cancelling_all_also_counts_for_what_the_same_command_has_set() -> None:
    soon, later = Timer("soon", PAST), Timer("later", PAST)
    assert told(soon, Cancel()) == {None: None}
    assert told(soon, Cancel(), later) == {None: None, "later": PAST.isoformat()}
    assert told(soon, later, Cancel("soon")) == {"soon": None, "later": PAST.isoformat()}


def told(*reminders: Reminder) -> dict[str | None, str | None]:
    """What the database is told of them."""
    one = replace(append(), reminders=reminders)
    (column,) = arguments([one])[12]
    return {row["name"]: row["due_at"] for row in json.loads(str(column))}
