"""The pure part of projecting: which records count, and what they make of the rows."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from pydantic import BaseModel, ValidationError

from linli_shared.kafka import Fact, Headers
from linli_shared.table import Key
from linli_shared.view import FutureVersion, Handler, View

Stream: TypeAlias = tuple[str, str]  # estate, stream
Parsed: TypeAlias = "tuple[Handler, BaseModel] | Exception"


@dataclass(frozen=True, slots=True)
class Record:
    """A Kafka record of ours, and the event that each view that wants it made of it, or why it
    could not."""

    topic: str
    shard: int
    offset: int
    fact: Fact
    key: bytes | None
    value: bytes | None
    headers: Headers
    events: Mapping[str, Parsed]


def parse(views: Iterable[View[Any]], fact: Fact) -> dict[str, Parsed]:
    events: dict[str, Parsed] = {}
    models: dict[type[BaseModel], BaseModel | Exception] = {}
    for view in views:
        match view.handler(fact.kind):
            case None:
                continue
            case FutureVersion() as poison:
                events[view.name] = poison
            case handler:
                if handler.model not in models:
                    models[handler.model] = _validated(handler.model, fact)
                made = models[handler.model]
                events[view.name] = made if isinstance(made, Exception) else (handler, made)
    return events


def _validated(model: type[BaseModel], fact: Fact) -> BaseModel | Exception:
    try:
        return model.model_validate_json(fact.data, context=fact)
    except ValidationError as error:
        # Without the input: parked records are read by people, and what they hold may be personal.
        faults = error.errors(include_url=False, include_input=False, include_context=False)
        return ValueError("; ".join(f"{'.'.join(map(str, f['loc']))}: {f['msg']}" for f in faults))


@dataclass(frozen=True, slots=True)
class Progress:
    """The offset to read from, and the last position applied."""

    next: int
    position: int


@dataclass(frozen=True, slots=True)
class Admitted:
    records: Sequence[Record]
    progress: Progress
    missing: int | None  # the position a record wanted as its predecessor and did not find

    @property
    def recorded_at(self) -> datetime | None:
        return self.records[-1].fact.recorded_at if self.records else None


def admit(records: Sequence[Record], progress: Progress) -> Admitted:
    """Take the records that continue the shard's chain of positions.

    At or below the position reached: a repeat, from Kafka, a relay that resent or a zombie.
    Whose predecessor is not the position reached: something before it is missing. It is left out
    and `next` stays before it; a relay whose send failed starts again from its row, so the missing
    ones and this one come again, later in the log.
    """
    taken: list[Record] = []
    missing: int | None = None
    next_, position = progress.next, progress.position
    for record in records:
        fact = record.fact
        if fact.prev == position and fact.position > position:
            taken.append(record)
            position, next_ = fact.position, record.offset + 1
            missing = None
        elif fact.position > position:
            missing = fact.prev if missing is None else missing
        elif missing is None:
            next_ = max(next_, record.offset + 1)
    return Admitted(taken, Progress(max(next_, progress.next), position), missing)


@dataclass(slots=True)
class Folded:
    """What a batch makes of one view; a key without a row is to be deleted."""

    rows: dict[Key, Any] = field(default_factory=dict)
    lines: list[Any] = field(default_factory=list)
    parked: list[tuple[Record, str]] = field(default_factory=list)


def keys(view: View[Any], records: Iterable[Record]) -> list[Key]:
    """The keys of the rows a batch touches."""
    found: set[Key] = set()
    for record in records:
        match record.events.get(view.name):
            case (handler, event):
                with suppress(Exception):  # `fold` will meet it again, and park the record
                    found |= {(record.fact.estate, *key) for key in handler.keys(event)}
    return list(found)


def fold(
    view: View[Any],
    records: Iterable[Record],
    rows: Mapping[Key, Any],
    stopped: Iterable[Stream] = (),
    discarded: Iterable[tuple[int, int]] = (),
) -> Folded:
    """Apply records to rows. One that fails is parked with all that follow it in its stream;
    those an operator has discarded, by (shard, position), are passed over."""
    result, current = Folded(), dict(rows)
    waiting, without = set(stopped), set(discarded)
    for record in records:
        if (parsed := record.events.get(view.name)) is None:
            continue
        fact = record.fact
        if (record.shard, fact.position) in without:
            continue
        stream = (fact.estate, fact.stream)
        if stream in waiting:
            result.parked.append((record, BEHIND))
            continue
        try:
            if isinstance(parsed, Exception):
                raise parsed
            handler, event = parsed
            wanted = {key: current.get((fact.estate, *key)) for key in handler.keys(event)}
            change = handler.fold(wanted, event, fact)
        except Exception as error:  # a fold is pure: whatever it raises, it will raise again
            waiting.add(stream)
            result.parked.append((record, _said(error)))
        else:
            changed = {(fact.estate, *key): row for key, row in change.rows.items()}
            current |= changed
            result.rows |= changed
            result.lines += change.lines
    return result


def _said(error: Exception) -> str:
    """As PostgreSQL's text can hold it."""
    text = f"{type(error).__name__}: {error}"[:2000].replace("\0", "\\0")
    return text.encode(errors="backslashreplace").decode()


BEHIND = "an earlier record of its stream is parked"
