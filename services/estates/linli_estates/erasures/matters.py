"""This service's own copy of what nobody can be erased in the middle of. What that is, is data:
`matters.toml`."""

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from importlib.resources import files
from typing import Any, Final, TypeAlias
from uuid import UUID

from linli_shared.kafka import Fact
from linli_shared.store import Reader
from linli_shared.tenancy import reading
from linli_shared.view import Fold, View
from linli_shared.viewset import NotLive, ViewSet
from linli_shared.watermarks import complete_at
from pydantic import BaseModel, ConfigDict, TypeAdapter, create_model

from linli_estates.companies.commands import key_of as company_of
from linli_estates.companies.domain import COMPANIES
from linli_estates.erasures.commands import ApproveErasure
from linli_estates.erasures.domain import ERASURES, Erasure

STALE: Final = timedelta(minutes=1)
"""A copy that may lack more than that is not relied on: the keys cannot be had back."""
_AMONG: Final = """
select distinct matter from {table} where estate = any ($1) and person_ids ? $2"""


class Rule(BaseModel):
    """Of one kind of matter; by a fact's type, the fields that name who is in it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    topic: str
    key: tuple[str, ...]
    joins: Mapping[str, tuple[str, ...]]
    leaves: Mapping[str, tuple[str, ...]] = {}
    ends: tuple[str, ...] = ()


Rules: TypeAlias = Mapping[str, Rule]
Of: TypeAlias = Callable[[BaseModel], tuple[str, str]]
RULES: Final[Rules] = TypeAdapter(dict[str, Rule]).validate_python(
    tomllib.loads(files(__package__).joinpath("matters.toml").read_text("utf-8"))
)
TOPICS: Final = tuple(sorted({rule.topic for rule in RULES.values()}))


@dataclass(frozen=True, slots=True)
class OpenMatter:
    """`matter` is its kind, `subject` which one it is."""

    estate: str
    matter: str
    subject: str
    person_ids: tuple[str, ...]


class _Read(BaseModel):
    """A fact of a matter: its key, and what else it says."""

    model_config = ConfigDict(frozen=True, extra="allow")


def open_matters(rules: Rules) -> View[OpenMatter]:
    """The view of what is open, by these rules."""
    view = View("open_matter", row=OpenMatter, key=["matter", "subject"])
    for matter, rule in rules.items():
        parts: Any = dict.fromkeys(rule.key, (UUID, ...))
        model = create_model(matter, __base__=_Read, **parts)
        for kind in (*rule.joins, *rule.leaves, *rule.ends):
            of = partial(_key, matter, rule.key)
            fold = _fold(of, rule.joins.get(kind, ()), rule.leaves.get(kind, ()))
            view.on(kind, model, keys=partial(_keys, of))(fold)
    return view


def _key(matter: str, fields: Sequence[str], event: BaseModel) -> tuple[str, str]:
    return matter, "/".join(str(getattr(event, field)) for field in fields)


def _keys(of: Of, event: BaseModel) -> list[tuple[str, str]]:
    return [of(event)]


def _fold(of: Of, joining: Sequence[str], leaving: Sequence[str]) -> Fold:
    """Of one type of facts: one without either ends the matter."""

    def folded(row: OpenMatter | None, event: _Read, fact: Fact) -> Any:
        told = event.model_extra or {}
        there = {*(row.person_ids if row else ()), *_named(told, joining)}
        people = tuple(sorted(there - {*_named(told, leaving)}))
        if not people or not (joining or leaving):
            return None  # also of one that nobody was in
        if row:
            return replace(row, person_ids=people)
        return OpenMatter(fact.estate, *of(event), people)

    return folded


def _named(told: Mapping[str, Any], fields: Sequence[str]) -> Iterator[str]:
    """Who stands in these fields; one that is not there, or null, names nobody."""
    for field in fields:
        name, _, within = field.partition(".")
        value = told.get(name)
        if within:
            yield from (person for item in value or () for person in _named(item, [within]))
        elif value is not None:
            yield value


OPEN: Final = open_matters(RULES)
MATTERS: Final = ViewSet("matters", 2, topics=TOPICS, members=[OPEN])


async def with_matters(reader: Reader, command: ApproveErasure) -> ApproveErasure:
    """The company's estates, and what the person is in the middle of in any of them."""
    company = await reader.load(COMPANIES, company_of(reader.estate))
    erasure = await reader.load(ERASURES, command.key)
    estates = sorted(company.estates) if company else []
    matters = await _matters(reader, estates, erasure) if erasure else frozenset()
    return command.learned(estates=estates, matters=matters)


async def _matters(
    reader: Reader, estates: Sequence[str], erasure: Erasure
) -> AbstractSet[str] | None:
    """None where what was there when it was asked may be lacking, or more than STALE."""
    try:
        number = await MATTERS.live(reader.pool)
    except NotLive:
        return None
    async with reading(reader.pool, estates) as db:
        for estate in estates:
            at = await complete_at(db, f"{MATTERS.name}.{number}", TOPICS, estate)
            if at is None or at < max(erasure.asked_at, reader.now - STALE):
                return None
        assert OPEN.rows
        found = await db.fetch(
            _AMONG.format(table=OPEN.rows.of(number)), estates, erasure.person_id
        )
    return {row["matter"] for row in found}
