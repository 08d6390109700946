"""Old versions of events: streams that begin with them go on, and what their readers must do."""

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from linli_contracts.catalogue import Publisher
from linli_contracts.promises import Promise, breaches
from linli_contracts.schemas import untold, written
from linli_contracts.versions import gaps, history
from linli_shared.append import Append, NewEvent
from linli_shared.asked import Asked
from linli_shared.decider import Decider
from linli_shared.fold import fold, parse
from linli_shared.kafka import Fact
from linli_shared.messages import Command, Event
from linli_shared.store import EventStore
from linli_shared.view import View
from linli_shared.writer import Writer
from pydantic import BaseModel

from shared.tests.conftest import AT, Urls
from shared.tests.things import made, record


class LampLitV1(Event, kind="linli.lamps.LampLit.v1"):
    """Power was what somebody wrote: `60 W`."""

    power: str

    def upcast(self) -> Event:
        watts = int(self.power.removesuffix(" W"))
        return LampLitV2(occurred_at=self.occurred_at, watts=watts)


class LampLitV2(Event, kind="linli.lamps.LampLit.v2"):
    watts: int

    def upcast(self) -> Event:
        return LampLit(occurred_at=self.occurred_at, milliwatts=self.watts * 1000, room="?")


class LampLit(Event, kind="linli.lamps.LampLit.v3"):
    milliwatts: int
    room: str


class LightLamp(Command, by=["keeper"]):
    milliwatts: int


class LightOld(Command, by=["keeper"]):
    pass


@dataclass(frozen=True, slots=True)
class Lamp:
    lit: tuple[int, ...] = ()


def decide(command: Command, lamp: Lamp) -> Sequence[Event]:
    match command:
        case LightLamp():
            sum_of_all = sum(lamp.lit) + command.milliwatts
            return [LampLit(milliwatts=sum_of_all, room="hall", occurred_at=command.at)]
        case _:
            return [LampLitV1(power="1 W", occurred_at=command.at)]


def evolve(lamp: Lamp, event: Event) -> Lamp:
    assert isinstance(event, LampLit), "rules know the newest version alone"
    return replace(lamp, lit=(*lamp.lit, event.milliwatts))


LAMPS: Decider[Any, Lamp, Any] = Decider("lamp", Lamp(), decide, evolve)


def asked(command: UUID | None = None) -> Asked:
    return Asked("li", {"e1": frozenset(["keeper"])}, command or uuid4(), UUID(int=1), uuid4())


@pytest.fixture
async def store(urls: Urls, writer: Writer) -> AsyncIterator[EventStore]:
    async with asyncpg.create_pool(urls["LINLI_APP_URL"], min_size=1, max_size=4) as pool:
        yield EventStore(pool, writer)


async def written_long_ago(writer: Writer, lamp: UUID, command: UUID) -> None:
    """As a process did that knew no later version."""
    facts = ('"power": "60 W"', '"watts": 40')
    old = [
        NewEvent(uuid4(), f"linli.lamps.LampLit.v{n}", f'{{"occurred_at": "{AT}", {fact}}}', AT)
        for n, fact in enumerate(facts, 1)
    ]
    await writer.append(Append("e1", f"lamp-{lamp}", 0, command, UUID(int=1), "{}", uuid4(), old))


async def test_a_stream_that_begins_with_old_versions_is_loaded_decided_and_goes_on_in_the_newest(
    store: EventStore, writer: Writer, urls: Urls
) -> None:
    """Went red without the loop in `Event.parse`: `evolve` met the old class."""
    lamp = uuid4()
    await written_long_ago(writer, lamp, uuid4())
    assert (await store.load(LAMPS, ["e1"], lamp)).state == Lamp((60_000, 40_000))
    await store.act(LAMPS, lamp, LightLamp(milliwatts=5), asked())
    assert (await store.load(LAMPS, ["e1"], lamp)).state.lit == (60_000, 40_000, 100_005)
    db = await asyncpg.connect(urls["LINLI_RELAY_URL"])
    rows = await db.fetch("select type, data from es.event order by position")
    await db.close()
    assert [row["type"].rpartition(".")[2] for row in rows] == ["v1", "v2", "v3"]
    assert json.loads(rows[0]["data"])["power"] == "60 W"  # what is stored is never rewritten


async def test_a_command_that_wrote_an_old_version_is_answered_with_the_newest(
    store: EventStore, writer: Writer
) -> None:
    lamp, command = uuid4(), uuid4()
    await written_long_ago(writer, lamp, command)
    outcome = await store.act(LAMPS, lamp, LightLamp(milliwatts=5), asked(command))
    assert outcome.version == 2
    assert [type(event) for event in outcome.events] == [LampLit, LampLit]


async def test_an_old_version_is_never_written_again(store: EventStore, writer: Writer) -> None:
    lamp = uuid4()
    await written_long_ago(writer, lamp, uuid4())
    with pytest.raises(TypeError, match=r"LampLit\.v1 is written no more"):
        await store.act(LAMPS, lamp, LightOld(), asked())
    assert (await store.load(LAMPS, ["e1"], lamp)).version == 2


# --- readers -----------------------------------------------------------------------------------


class ReadV1(BaseModel):
    power: str


class ReadV3(BaseModel):
    milliwatts: int


@dataclass(frozen=True, slots=True)
class Light:
    estate: str
    watts: float


def lights(*, newest: bool) -> View[Any]:
    view: View[Any] = View("light", lines=Light, line_key=["watts"])

    @view.on("linli.lamps.LampLit.v1", ReadV1)
    def in_v1(event: ReadV1, fact: Fact) -> list[Light]:
        return [Light(fact.estate, float(event.power.removesuffix(" W")))]

    if newest:

        @view.on("linli.lamps.LampLit.v3", ReadV3)
        def in_v3(event: ReadV3, fact: Fact) -> list[Light]:
            return [Light(fact.estate, event.milliwatts / 1000)]

    return view


def test_a_reader_keeps_its_fold_of_the_old_version_and_adds_one_for_the_new() -> None:
    """Facts stay in the topic as they were written, so a reader needs both, with a narrow model of
    each; one that has not learned the new one yet parks its streams, and they are retried later."""
    old = replace(made(1), kind="linli.lamps.LampLit.v1", data=b'{"power": "60 W"}')
    new = replace(made(2), kind="linli.lamps.LampLit.v3", data=b'{"milliwatts": 500, "room": "?"}')
    for newest, lines, parked in ((False, [60.0], 1), (True, [60.0, 0.5], 0)):
        view = lights(newest=newest)
        folded = fold(view, [replace(record(f), events=parse([view], f)) for f in (old, new)], {})
        assert [line.watts for line in folded.lines] == lines
        assert len(folded.parked) == parked


# --- contracts ---------------------------------------------------------------------------------


class Typo(Event, kind="linli.lamps.Typo.v1"):
    pass


class TypoV2(Event, kind="linli.lamps.Typo.v2"):
    def upcast(self) -> Event:
        return LampLit(occurred_at=self.occurred_at, milliwatts=0, room="")


class Lost(Event, kind="linli.lamps.Lost.v2"):
    pass


GOLDEN = {"power": "60 W", "watts": 60, "occurred_at": "2020-01-01T00:00:00Z"}


def publisher(*models: type[Event]) -> Publisher:
    events = {model.kind: model for model in models}
    return Publisher(None, events, dict.fromkeys(events, GOLDEN))  # type: ignore[arg-type]


def test_versions_that_lead_to_the_newest_one_by_one_are_whole() -> None:
    lamps = publisher(LampLitV1, LampLitV2, LampLit)
    assert list(gaps(lamps)) == []
    assert history(lamps) == {"linli.lamps.LampLit.v1", "linli.lamps.LampLit.v2"}


def test_a_version_that_leads_nowhere_is_found() -> None:
    assert list(gaps(publisher(Typo, TypoV2))) == [
        "linli.lamps.Typo.v1 does not say what it means as linli.lamps.Typo.v2: "
        "let it override upcast().",
        "linli.lamps.Typo.v2 becomes linli.lamps.LampLit.v3, and not linli.lamps.Typo.v3.",
    ]
    assert list(gaps(publisher(Lost))) == [
        "linli.lamps.Lost.v2 has no linli.lamps.Lost.v1 before it: its class is gone."
    ]


def test_nothing_may_change_about_a_version_that_is_history() -> None:
    """Not even a field with a default, which a living type may get."""
    before = {"linli.lamps.LampLit.v1": Promise(untold(written(LampLitV1)), ())}
    same = {"linli.lamps.LampLit.v1": written(LampLitV1)}
    assert breaches(before, same, {"linli.lamps.LampLit.v1"}) == []
    assert breaches({}, same, {"linli.lamps.LampLit.v1"}) == []

    class More(LampLitV1, kind="linli.lamps.More.v1"):
        late: str = ""

    changed = {"linli.lamps.LampLit.v1": written(More)}
    assert breaches(before, changed) == []
    (said,) = breaches(before, changed, {"linli.lamps.LampLit.v1"})
    assert said.startswith("linli.lamps.LampLit.v1 is history")
