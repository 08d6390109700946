"""Commands through the store: decided once, refused as stored, looked up under guards."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from linli_shared.asked import Asked
from linli_shared.decider import Decider, Hold, Rejected, Release, Reservation
from linli_shared.messages import SYSTEM, Command, Event, UnknownKind
from linli_shared.store import EventStore, Reader
from linli_shared.writer import Writer

from shared.tests.conftest import Urls


class DoorOpened(Event, kind="linli.test.DoorOpened.v1"):
    door: UUID
    next_to: int | None = None
    label: str = ""


class DoorClosed(Event, kind="linli.test.DoorClosed.v1"):
    door: UUID


class DoorJoined(Event, kind="linli.test.DoorJoined.v1"):
    """From then on, its events that say so are of a chain."""

    chain_id: UUID


class DoorRattled(Event, kind="linli.test.DoorRattled.v1"):
    """An attempt that is a fact: the command is refused, the event stays."""

    door: UUID


class OpenDoor(Command, by=["keeper"]):
    estate_id: str = "e1"
    label: str = ""
    _neighbour: int | None = None


class CloseDoor(Command, by=["keeper", SYSTEM]):
    pass


class JoinDoor(Command, by=["keeper"]):
    chain_id: UUID


class Rattle(Command, by=["keeper", "guest"]):
    pass


class Nothing(Command, by=["keeper"]):
    pass


@dataclass(frozen=True, slots=True)
class Door:
    opened: int = 0
    closed: bool = False


def decide(command: Command, door: Door) -> Sequence[Event]:
    match command:
        case OpenDoor():
            near = command._neighbour
            return [
                DoorOpened(
                    door=command.key, next_to=near, label=command.label, occurred_at=command.at
                )
            ]
        case CloseDoor() if door.closed:
            raise Rejected("CLOSED")
        case CloseDoor():
            return [DoorClosed(door=command.key, occurred_at=command.at)]
        case JoinDoor():
            knocked = DoorRattled(door=command.key, occurred_at=command.at)
            return [knocked, DoorJoined(chain_id=command.chain_id, occurred_at=command.at)]
        case Rattle():
            rattled = DoorRattled(door=command.key, occurred_at=command.at)
            raise Rejected("LOCKED", events=[rattled], door=str(command.key))
        case _:
            return []


def evolve(door: Door, event: Event) -> Door:
    match event:
        case DoorOpened():
            return replace(door, opened=door.opened + 1)
        case DoorClosed():
            return replace(door, closed=True)
        case _:
            return door


def reserve(door: Door, event: Event) -> Sequence[Reservation]:
    match event:
        case DoorOpened() if event.label:
            return [Hold("label", event.label)]
        case DoorClosed():
            return [Release("label")]
        case _:
            return []


def taken(kind: str, holder: str) -> Rejected:
    return Rejected("LABEL_TAKEN", by=holder)


DOORS: Decider[Any, Door, Any] = Decider("door", Door(), decide, evolve, reserve, taken)


def asked(*roles: str, command: UUID | None = None, request: int = 1, **more: Any) -> Asked:
    held = frozenset(roles or ["keeper"])
    return Asked(
        "li", {"e1": held, "e2": held}, command or uuid4(), UUID(int=request), uuid4(), **more
    )


@pytest.fixture
async def store(urls: Urls, writer: Writer) -> AsyncIterator[EventStore]:
    async with asyncpg.create_pool(urls["LINLI_APP_URL"], min_size=1, max_size=4) as pool:
        yield EventStore(pool, writer)


async def count(urls: Urls) -> int:
    relay = await asyncpg.connect(urls["LINLI_RELAY_URL"])
    try:
        return int(await relay.fetchval("select count(*) from es.event"))
    finally:
        await relay.close()


async def opened(store: EventStore, estate: str = "e1", label: str = "") -> UUID:
    return (await store.create(DOORS, OpenDoor(label=label), asked(), estate)).key


async def test_an_attempt_that_is_a_fact_is_stored_and_refused_each_time_it_is_repeated(
    store: EventStore, urls: Urls
) -> None:
    door, once = await opened(store), asked()
    for _ in range(3):
        with pytest.raises(Rejected) as refused:
            await store.act(DOORS, door, Rattle(), once)
        assert (refused.value.code, refused.value.params) == ("LOCKED", {"door": str(door)})
    assert await count(urls) == 2


async def test_a_taken_reservation_is_the_rules_rejection_with_its_holder(
    store: EventStore,
) -> None:
    door = await opened(store, label="front")
    with pytest.raises(Rejected) as refused:
        await opened(store, label="front")
    assert (refused.value.code, refused.value.params) == ("LABEL_TAKEN", {"by": str(door)})
    await store.act(DOORS, door, CloseDoor(), asked())
    await opened(store, label="front")


async def test_what_a_command_looked_up_is_looked_up_again_when_it_moved(
    store: EventStore,
) -> None:
    door, seen = await opened(store), []

    async def learn(reader: Reader, command: OpenDoor) -> OpenDoor:
        neighbour: Door = await reader.load(DOORS, door)
        seen.append(neighbour.opened)
        if len(seen) == 1:  # somebody else is quicker
            await store.act(DOORS, door, OpenDoor(), asked())
        return command.learned(neighbour=neighbour.opened)

    outcome = await store.create(DOORS, OpenDoor(), asked(), "e1", learn)
    assert seen == [1, 2]
    assert outcome.events[0].next_to == 2  # type: ignore[attr-defined]


async def test_a_stream_that_never_rests_is_refused_as_contention(store: EventStore) -> None:
    door = await opened(store)

    async def learn(reader: Reader, command: OpenDoor) -> OpenDoor:
        await reader.load(DOORS, door)
        await store.act(DOORS, door, OpenDoor(), asked())
        return command

    with pytest.raises(Rejected, match="CONTENTION"):
        await store.create(DOORS, OpenDoor(), asked(), "e1", learn)


async def test_a_command_with_nothing_to_do_writes_nothing(store: EventStore, urls: Urls) -> None:
    door = await opened(store)
    outcome = await store.act(DOORS, door, Nothing(), asked())
    assert (outcome.version, outcome.events, outcome.at) == (1, (), None)
    assert await count(urls) == 1


async def test_events_of_a_stream_keep_the_correlation_it_began_with(
    store: EventStore, urls: Urls
) -> None:
    first = asked(causation=uuid4())
    door = (await store.create(DOORS, OpenDoor(), first, "e1")).key
    await store.act(DOORS, door, CloseDoor(), asked())
    rows = await correlated(urls)
    assert [r["correlation"] for r in rows] == [first.correlation] * 2
    assert [r["causation"] for r in rows] == [first.causation, None]


async def test_what_is_of_a_chain_has_its_correlation_and_what_is_not_the_streams_own(
    store: EventStore, urls: Urls
) -> None:
    """All that one command does is of one chain: what its last event says."""
    first, chain = asked(), uuid4()
    door = (await store.create(DOORS, OpenDoor(), first, "e1")).key
    await store.act(DOORS, door, JoinDoor(chain_id=chain), asked())
    await store.act(DOORS, door, CloseDoor(), asked())
    own = first.correlation
    assert [r["correlation"] for r in await correlated(urls)] == [own, chain, chain, own]


async def correlated(urls: Urls) -> list[asyncpg.Record]:
    relay = await asyncpg.connect(urls["LINLI_RELAY_URL"])
    rows: list[asyncpg.Record] = await relay.fetch("select * from es.event order by position")
    await relay.close()
    return rows


@pytest.mark.parametrize(
    ("command", "how", "code"),
    [
        (CloseDoor(), asked("guest"), "ROLE_NOT_PERMITTED"),
        (CloseDoor(), asked(if_match=7), "STREAM_VERSION_CONFLICT"),
        (
            CloseDoor(occurred_at=datetime.now(UTC) + timedelta(days=1)),  # collected long before
            asked(),
            "OCCURRED_IN_FUTURE",
        ),
        (OpenDoor(label="x" * 300_000), asked(), "EVENT_TOO_LARGE"),
    ],
)
async def test_what_holds_for_every_command_is_refused_with_its_code(
    store: EventStore, urls: Urls, command: Command, how: Asked, code: str
) -> None:
    door = await opened(store)
    with pytest.raises(Rejected, match=code):
        await store.act(DOORS, door, command, how)
    assert await count(urls) == 1


async def test_who_may_not_is_told_who_of_people_may(store: EventStore) -> None:
    """Nobody can become Linli itself. Went red where `system` was among them."""
    door = await opened(store)
    with pytest.raises(Rejected, match="ROLE_NOT_PERMITTED") as refused:
        await store.act(DOORS, door, CloseDoor(), asked("guest"))
    assert refused.value.params == {"roles": ["keeper"]}


async def test_a_door_of_a_foreign_estate_is_not_found(store: EventStore) -> None:
    door = await opened(store)
    stranger = replace(asked(), estates={"e2": frozenset(["keeper"])})
    with pytest.raises(Rejected, match="NOT_FOUND"):
        await store.act(DOORS, door, CloseDoor(), stranger)
    with pytest.raises(Rejected, match="NOT_FOUND"):
        await store.create(DOORS, OpenDoor(), stranger, "e1")
    with pytest.raises(Rejected, match="NOT_FOUND"):
        await store.act(DOORS, uuid4(), CloseDoor(), asked())


async def test_numbers_are_each_given_once(store: EventStore) -> None:
    given: list[int] = []

    async def learn(reader: Reader, command: OpenDoor) -> OpenDoor:
        given.append(await reader.number("door"))
        return command

    jobs = (store.create(DOORS, OpenDoor(), asked(), "e1", learn) for _ in range(20))
    await asyncio.gather(*jobs)
    assert sorted(given) == list(range(1, 21))


async def test_an_event_newer_than_the_code_stops_its_stream_and_no_other(
    store: EventStore,
) -> None:
    door, other = await opened(store), await opened(store)
    await store.act(DOORS, door, CloseDoor(), asked())
    known = Event.known.pop(DoorClosed.kind)
    try:
        with pytest.raises(UnknownKind):
            await store.act(DOORS, door, CloseDoor(), asked())
        await store.act(DOORS, other, OpenDoor(), asked())
    finally:
        Event.known[DoorClosed.kind] = known


async def test_fields_that_a_newer_writer_added_are_ignored() -> None:
    fields = {"door": str(UUID(int=1)), "occurred_at": "2026-01-01T00:00:00Z", "colour": "red"}
    written = json.dumps(fields)
    assert Event.parse(DoorClosed.kind, written) == DoorClosed(
        door=UUID(int=1), occurred_at=datetime(2026, 1, 1, tzinfo=UTC)
    )


def test_a_kind_belongs_to_one_event() -> None:
    with pytest.raises(TypeError, match="already taken"):

        class Again(Event, kind="linli.test.DoorClosed.v1"):
            pass


def test_a_command_learns_only_what_it_has_a_place_for() -> None:
    with pytest.raises(TypeError, match="_colour"):
        OpenDoor().learned(colour="red")


def test_no_body_sets_what_linli_stamps() -> None:
    with pytest.raises(ValueError, match="Extra inputs"):
        OpenDoor.model_validate({"_actor": {"id": "boss"}})
    with pytest.raises(ValueError, match="Extra inputs"):
        OpenDoor.model_validate({"now": "2026-01-01T00:00:00Z"})


def test_a_reservation_without_a_rule_for_its_refusal_is_a_programming_error() -> None:
    plain: Decider[Any, Door, Any] = Decider("door", Door(), decide, evolve)
    with pytest.raises(LookupError):
        plain.taken("label", "x")
    assert (
        plain.reservations(Door(), [DoorClosed(door=uuid4(), occurred_at=datetime.now(UTC))]) == []
    )
