"""A small domain for the kernel's own tests: things that are opened, noted and closed."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from linli_shared.fold import Record, parse
from linli_shared.kafka import Fact, headers, shard_of, source_of
from linli_shared.view import Change, View
from linli_shared.viewset import ViewSet
from pydantic import BaseModel

AT = datetime(2026, 1, 1, 12, tzinfo=UTC)
ESTATE = "xx"
SHARD = shard_of(ESTATE)


class Thing(BaseModel):
    thing: str


class Opened(Thing):
    title: str


class Noted(Thing):
    note: str


@dataclass(frozen=True, slots=True)
class Line:
    estate: str
    thing: str
    title: str
    notes: int
    last: str | None
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """How many events of a stream were applied, and how often one came out of order."""

    estate: str
    thing: str
    count: int
    last: int
    disorder: int


@dataclass(frozen=True, slots=True)
class Written:
    estate: str
    id: UUID
    thing: str
    kind: str
    recorded_at: datetime


BOARD = View("board", row=Line, key=["thing"], indexes=["estate, title"])
LEDGER = View("ledger", row=Count, key=["thing"], lines=Written, line_key=["id"])


@BOARD.on("linli.test.Opened.v1", Opened)
def opened(line: Line | None, event: Opened, fact: Fact) -> Line:
    if line:
        raise ValueError(f"{event.thing} was opened before")
    return Line(fact.estate, event.thing, event.title, 0, None, ())


@BOARD.on("linli.test.Noted.v1", Noted)
def noted(line: Line | None, event: Noted, fact: Fact) -> Line:
    if line is None:
        raise ValueError(f"{event.thing} was never opened")
    tags = (*line.tags, event.note)[-3:]
    return replace(line, notes=line.notes + 1, last=event.note, tags=tags)


@BOARD.on("linli.test.Closed.v1", Thing)
def closed(line: Line | None, event: Thing, fact: Fact) -> None:
    return None


@LEDGER.on("linli.test.Opened.v1", Thing)
@LEDGER.on("linli.test.Noted.v1", Thing)
@LEDGER.on("linli.test.Closed.v1", Thing)
def counted(row: Count | None, event: Thing, fact: Fact) -> Change:
    row = row or Count(fact.estate, event.thing, 0, 0, 0)
    wrong = int(fact.version != row.last + 1)
    row = replace(row, count=row.count + 1, last=fact.version, disorder=row.disorder + wrong)
    line = Written(fact.estate, fact.id, event.thing, fact.kind, fact.recorded_at)
    return Change({(event.thing,): row}, [line])


def things(*topics: str) -> ViewSet:
    return ViewSet("things", 1, topics, [BOARD, LEDGER])


def made(
    position: int,
    kind: str = "Noted",
    thing: str = "a",
    *,
    prev: int | None = None,
    version: int = 1,
    estate: str = ESTATE,
    data: str | None = None,
) -> Fact:
    """The fact at a position; the one before it has the position before."""
    body = {"thing": thing, "title": "piano", "note": f"n{position}"}
    return Fact(
        position, position - 1 if prev is None else prev, estate, f"thing-{thing}", version,
        f"linli.test.{kind}.v1", uuid4(), "linli/test", uuid4(), AT,
        AT + timedelta(seconds=position), (data or json.dumps(body)).encode(),
    )  # fmt: skip


def record(
    fact: Fact, offset: int | None = None, views: Sequence[View[Any]] = (BOARD, LEDGER)
) -> Record:
    """As it was read; the offset is the position less one where not given."""
    at = fact.position - 1 if offset is None else offset
    return Record(
        "linli.test", shard_of(fact.estate), at, fact, b"key", fact.data, wire(fact),
        parse(views, fact),
    )  # fmt: skip


def wire(fact: Fact, topic: str = "linli.test") -> list[tuple[str, bytes]]:
    """The record's headers, as a relay writes them."""
    row = {
        "id": fact.id, "type": fact.kind, "stream": fact.stream, "occurred_at": fact.occurred_at,
        "recorded_at": fact.recorded_at, "position": fact.position, "estate": fact.estate,
        "version": fact.version, "correlation": fact.correlation, "causation": None,
        "command": fact.id, "ordinal": 1, "request": UUID(int=1), "meta": "{}",
    }  # fmt: skip
    return headers(source_of(topic), row, fact.prev)
