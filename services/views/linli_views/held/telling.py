"""What of a fact is told to somebody who asks what is held on a person. Pure.

A closed world: what is not known to be the person's own, or nobody's, is not told. So a field that
a service will invent tomorrow leaks nothing of others, whatever it holds.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, TypeAlias
from uuid import UUID

from linli_sealed.token import OF_PERSON, Forged, Owner, Token, is_sealed
from linli_shared.kafka import Fact, Headers
from pydantic import BaseModel, ValidationError

from linli_views.facts import Read
from linli_views.sentences import sentence, told
from linli_views.story import TOLD

CARE: Final = "care"
BY: Final = "by_id"
ACTOR: Final = "meta.actor"
"""Beside the fact: who sent the command that it came of, where the fact does not say so."""
MODELS: Final[Mapping[str, type[Read]]] = {model.wire: model for model in TOLD}
"""Whatever a history has a sentence for."""
SEEN_BY: Final = frozenset(
    {
        "by_id", "chair_id", "co_signer_ids", "elder_id", "invited_ids", "mediator_id", "owner_id",
        "parties.person_id", "person_id", "proxy_id", "reporter_id", "visitor_id", "voter_id",
    }
)  # fmt: skip
"""Whoever one of these fields names sees the thing itself, and so its sentences. Not in it: whom a
complaint is about."""
_TIME: Final = re.compile(
    r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d))?", re.ASCII
)
_INDEX: Final = re.compile(r"\.\d+(?=\.|$)", re.ASCII)
_ID: Final = re.compile(r"_?ids?$")
Value: TypeAlias = bool | int | float | str
Leaf: TypeAlias = tuple[str, Any]


class Text(BaseModel):
    """What was written of the person. `state`: `read`; `erased`, its key was destroyed; `withheld`,
    it cannot be read here and now; or `not_told`, it is for the person alone."""

    field: str
    state: str
    text: str


class Held(BaseModel):
    """A fact that names the person. `fields` are those that hold their id; `values` numbers, yes
    and no, and times; the sentence is null where the reader may not see what it is of, or there is
    none. `position` is its place among its service's facts of the estate's shard."""

    recorded_at: datetime
    occurred_at: datetime
    estate: str
    service: str
    event: str
    event_id: UUID
    stream: str | None
    position: int
    fields: list[str]
    text_zh: str | None
    text_en: str | None
    texts: list[Text]
    values: dict[str, Value]


@dataclass(frozen=True, slots=True)
class Naming:
    """A fact and what of it is the person's: `sealed` are tokens by field, still closed."""

    fact: Fact
    fields: tuple[str, ...]
    values: Mapping[str, Value] = field(default_factory=dict)
    sealed: Mapping[str, str] = field(default_factory=dict)
    moved: frozenset[str] = frozenset()
    """Fields where a text stands that was sealed for another place: it is never opened."""


def naming(fact: Fact, headers: Headers, person: str) -> Naming | None:
    """None where it does not name `person`; every fact is asked, so bytes are looked at first: an
    id has nothing that JSON would write otherwise."""
    meta = dict(headers).get("ce_commandmeta") or b""
    if f'"{person}"'.encode() not in meta and not any(m in fact.data for m in _marks(person)):
        return None
    named: list[str] = []
    tokens: dict[str, str] = {}
    values: dict[str, Value] = {}
    moved = set()
    for path, leaf in _leaves(_json(fact.data), person):
        if is_sealed(leaf):
            if (own := _own(leaf, fact.estate, person)) is not None:
                tokens[path] = leaf
                if (own.event, own.field) != (fact.id, path):
                    moved.add(path)
        elif isinstance(leaf, str) and _is(leaf, person):
            named.append(path)
        elif (value := _value(path, leaf)) is not None:
            values[path] = value
    if BY not in named and _acted(meta) == person:
        named.append(ACTOR)
    if not named and not tokens:
        return None
    return Naming(fact, tuple(named), values, tokens, frozenset(moved))


@lru_cache(16)
def _marks(person: str) -> tuple[bytes, ...]:
    """As whom a field names, as the owner of a key, and of what is sealed, of any generation."""
    return tuple(mark.encode() for mark in (f'"{person}"', f':{person}"', *_owning(person)))


def _owning(person: str) -> tuple[str, str]:
    return f":{person}/", f":{person}~"


def _acted(meta: bytes) -> Any:
    said = _json(meta)
    return said.get("actor") if isinstance(said, dict) else None


def _json(data: bytes) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):  # no relay of ours wrote it
        return None


def _leaves(value: Any, person: str, path: str = "") -> Iterator[Leaf]:
    """Each value and where it stands. Of a list, what names the person: the rest is others'."""
    above = f"{path}." if path else ""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves(inner, person, f"{above}{name}")
    elif isinstance(value, list):
        for n, inner in enumerate(value):
            if any(_theirs(leaf, person) for _, leaf in _leaves(inner, person)):
                yield from _leaves(inner, person, f"{above}{n}")
    else:
        yield path, value


def _theirs(leaf: Any, person: str) -> bool:
    if not isinstance(leaf, str):
        return False
    return _is(leaf, person) or (is_sealed(leaf) and any(m in leaf for m in _owning(person)))


def _is(text: str, person: str) -> bool:
    """Their id, or as the owner of a key."""
    return text == person or text in {f"{kind}:{person}" for kind in OF_PERSON}


def _own(token: str, estate: str, person: str) -> Token | None:
    """Where it is sealed under a key of the person's; never a matter's."""
    try:
        found = Token.parse(token)
    except Forged:
        return None
    own = {Owner(estate, f"{kind}:{person}") for kind in OF_PERSON}
    return found if found.owner in own else None


def closest(token: str) -> bool:
    """How an elder was found: for whom it is about and nobody else, whatever their reason."""
    return f"/{CARE}:" in token


def _value(path: str, leaf: Any) -> Value | None:
    """A number, yes or no, a time; never a text, which may be of others."""
    if path == "occurred_at":  # it is told already
        return None
    if isinstance(leaf, bool | int | float):
        return leaf
    timed = isinstance(leaf, str) and _TIME.fullmatch(leaf) and not _ID.search(path)
    return leaf if timed else None


def held(found: Naming, texts: list[Text], *, whole: bool) -> Held:
    """`whole`: the reader sees all of the estate."""
    fact = found.fact
    zh, en = _sentence(found) if whole or _sees(found) else (None, None)
    return Held(
        recorded_at=fact.recorded_at,
        occurred_at=fact.occurred_at,
        estate=fact.estate,
        service=fact.source.rpartition("/")[2],
        event=fact.kind,
        event_id=fact.id,
        stream=_stream(found),
        position=fact.position,
        fields=list(found.fields),
        text_zh=zh,
        text_en=en,
        texts=texts,
        values=dict(found.values),
    )


def _sees(found: Naming) -> bool:
    return any(_INDEX.sub("", path) in SEEN_BY for path in found.fields)


def _sentence(found: Naming) -> tuple[str | None, str | None]:
    if (model := MODELS.get(found.fact.kind)) is None:
        return None, None
    try:
        event = model.model_validate_json(found.fact.data, context=found.fact)
    except ValidationError:
        return None, None
    return sentence(event.name, dict(told(event)))


def _stream(found: Naming) -> str | None:
    """An id that is made of another's (UUID version 5: an address, a credential) tells who that is
    to whoever can guess ids. So such a stream is told where it is the person's own."""
    stream = found.fact.stream
    try:
        derived = UUID(stream[-36:]).version == 5
    except ValueError:
        return None
    return None if derived and "person_id" not in found.fields else stream
