"""Whatever a service reads of another's facts, the other promises.

A view or a process takes a fact as a model of its own, with the few fields it needs. Each such
model must take everything that the producer's schema allows, else a lawful fact stops the reader.
"""

from collections import defaultdict
from typing import Any, Literal

import pytest
from linli_contracts.catalogue import Reading, publishers, readings, services
from linli_contracts.fits import misfits
from linli_contracts.schemas import Schema, relied_on, taken, written
from linli_shared.messages import Value
from pydantic import AwareDatetime, BaseModel, create_model

OWNER = {kind: p.service.name for p in publishers() for kind in p.events}
WRITERS = {kind: written(model) for p in publishers() for kind, model in p.events.items()}
READINGS = readings()


def faults(reading: Reading, writers: dict[str, Schema]) -> list[str]:
    """Why a reader cannot take what the producer may publish; for whoever wrote the reader.

    A service's own facts are held against its writer's schema, as both change in one release;
    another's against the open one.
    """
    if (writer := writers.get(reading.kind)) is None:
        return [f"{reading} reads {reading.kind}, which no service publishes"]
    own = reading.kind.split(".")[1] == reading.service
    told = writer if own else relied_on(writer)
    return [
        f"{reading} reads {reading.kind} as {reading.model.__module__}.{reading.model.__name__}"
        f"{f', field {m.where}' if m.where else ''}: {m.why}"
        for m in misfits(told, taken(reading.model))
    ]


def test_readers_are_found_by_themselves() -> None:
    assert {reading.service for reading in READINGS} >= {"cases", "views", "notifications"}
    assert len(READINGS) > 60


@pytest.mark.parametrize("service", sorted({reading.service for reading in READINGS}))
def test_a_reader_takes_all_that_the_producer_may_publish(service: str) -> None:
    found = [said for r in READINGS if r.service == service for said in faults(r, WRITERS)]
    assert not found, "\n" + "\n".join(found)


def test_a_process_of_a_service_can_be_found_and_so_be_checked() -> None:
    """One that is made inside a function would escape: it stands in a module under a name."""
    for service in services():
        known = {r.kind for r in READINGS if r.service == service.name}
        members = service.processes.members if service.processes else ()
        assert {kind for view in members for kind in view.handlers} <= known, service.name


def test_a_set_of_views_reads_the_topics_of_all_its_types() -> None:
    for service in services():
        for views in service.sets:
            kinds = {kind for view in views.members for kind in view.handlers}
            wanted = {f"linli.{kind.split('.')[1]}.v1" for kind in kinds}
            assert wanted <= set(views.topics), f"{views.name} of {service.name}"


def test_who_reads_a_type_reads_all_its_versions() -> None:
    """The old ones are in the topic for ever, and a view is built from its start; a newer one than
    it knows parks the stream."""
    read: dict[str, set[str]] = defaultdict(set)
    for reading in READINGS:
        read[str(reading)].add(reading.kind)
    for reader, kinds in read.items():
        bases = {kind.rpartition(".v")[0] for kind in kinds}
        wanted = {kind for kind in WRITERS if kind.rpartition(".v")[0] in bases}
        assert wanted <= kinds, f"{reader} leaves out {', '.join(sorted(wanted - kinds))}"


# --- what is found -----------------------------------------------------------------------------

Fields = dict[str, Any]


class Part(Value):
    side: str


class Told(Value):
    at: AwareDatetime
    word: Literal["x", "y"]
    n: int
    late: str | None = None
    parts: tuple[Part, ...]


class Odd(Value):
    side: int


def model(fields: Fields) -> type[BaseModel]:
    return create_model("Mine", __base__=Value, **fields)


def fault(mine: type[BaseModel], service: str = "others") -> str:
    reading = Reading(service, "the view board", "linli.cases.Told.v1", mine)
    return "; ".join(faults(reading, {"linli.cases.Told.v1": written(Told)}))


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"n": (int, ...), "word": (str, ...)},
        {"n": (float, ...), "late": (str | None, None), "at": (AwareDatetime, ...)},
        {"n": (int, 0), "at": (str, ...), "parts": (tuple[object, ...], ())},
    ],
)
def test_a_narrow_reader_that_asks_for_less_is_right(fields: Fields) -> None:
    assert fault(model(fields)) == ""


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"gone": (str, ...)}, "field gone: there is no such field, and it is needed"),
        ({"tpyo": (str, "")}, "field tpyo: there is no such field"),
        ({"n": (str, ...)}, "field n: integer is told, string is taken"),
        ({"late": (str, "")}, "field late: null is told, string is taken"),
        ({"late": (str | None, ...)}, "field late: it may be left out, and is needed"),
        ({"word": (Literal["x"], ...)}, "field word: only 'x' are taken, these and later others"),
        (
            {"parts": (tuple[Odd, ...], ...)},
            "field parts[].side: string is told, integer is taken",
        ),
    ],
)
def test_a_reader_that_asks_for_more_is_told_which_field_and_why(fields: Fields, said: str) -> None:
    begin = "the view board of others reads linli.cases.Told.v1 as "
    assert fault(model(fields)).startswith(begin)
    assert said in fault(model(fields))


def test_a_reader_that_refuses_new_fields_is_found() -> None:
    class Strict(BaseModel, extra="forbid"):
        n: int

    assert "fields that are added later are refused" in fault(Strict)


def test_a_reader_of_a_type_that_nobody_publishes_is_found() -> None:
    reading = Reading("others", "the view board", "linli.cases.Typo.v1", Part)
    assert faults(reading, {}) == [
        "the view board of others reads linli.cases.Typo.v1, which no service publishes"
    ]


def test_a_service_may_close_its_own_words() -> None:
    """Both sides are of one release. Which words it knows is checked all the same."""
    assert fault(model({"word": (Literal["x", "y", "z"], ...)}), "cases") == ""
    assert "'y' are told too" in fault(model({"word": (Literal["x"], ...)}), "cases")
