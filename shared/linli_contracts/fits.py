"""Whether whatever one schema tells is taken by another: the one question behind every check."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Final

from linli_contracts.schemas import LIMITS, NEW_WORDS, Schema

_AT_LEAST: Final = frozenset({"minLength", "minimum", "exclusiveMinimum", "minItems"})
_AT_MOST: Final = frozenset({"maxLength", "maximum", "exclusiveMaximum", "maxItems"})


class Rule(Enum):
    TYPE = auto()
    FORMAT = auto()
    WORDS = auto()
    LIMIT = auto()
    WANTED = auto()  # the taker needs it, the teller may leave it out
    NEVER = auto()  # the taker would read it, the teller has no such field
    UNKNOWN = auto()  # the taker refuses it, the teller writes it
    CLOSED = auto()  # the taker refuses what a later teller adds


@dataclass(frozen=True, slots=True)
class Misfit:
    """`where` is a path such as `parties[].side`; empty for the whole."""

    where: str
    rule: Rule
    why: str


def misfits(told: Schema, takes: Schema, where: str = "") -> list[Misfit]:
    """Why a value that `told` allows may not be taken by `takes`. None: every one is.

    Both as `schemas` makes them: no references, choices as `anyOf`, words as `enum`, or as
    `x-extensible-enum` where others may come.
    """
    found: list[Misfit] = []
    for one in _choices(told):
        tries = [
            (_same_type(one, other), list(_of(one, other, where))) for other in _choices(takes)
        ]
        if all(why for _, why in tries):
            near = sorted((why for same, why in tries if same), key=len)
            other_type = f"{_name(one)} is told, {_name(takes)} is taken"
            found += near[0] if near else [Misfit(where, Rule.TYPE, other_type)]
    return found


def _choices(schema: Schema) -> list[Schema]:
    if "anyOf" in schema:
        return [choice for part in schema["anyOf"] for choice in _choices(part)]
    if isinstance(kinds := schema.get("type"), list):
        return [{**schema, "type": kind} for kind in kinds]
    return [schema]


def _name(schema: Schema) -> str:
    return " or ".join(sorted({str(one.get("type", "anything")) for one in _choices(schema)}))


def _same_type(told: Schema, takes: Schema) -> bool:
    kinds = (told.get("type"), takes.get("type"))
    return kinds[1] is None or kinds[0] == kinds[1] or kinds == ("integer", "number")


def _of(told: Schema, takes: Schema, where: str) -> Iterator[Misfit]:
    """Of one choice against another."""
    if not _same_type(told, takes):
        yield Misfit(where, Rule.TYPE, f"{_name(told)} is told, {_name(takes)} is taken")
        return
    if (wanted := takes.get("format")) and told.get("format") != wanted:
        had = told.get("format", "any text")
        yield Misfit(where, Rule.FORMAT, f"{had} is told, {wanted} is taken")
    yield from _words(told, takes, where)
    yield from _limits(told, takes, where)
    match takes.get("type"):
        case "object":
            yield from _fields(told, takes, where)
        case "array":
            yield from _items(told, takes, where)


def _words(told: Schema, takes: Schema, where: str) -> Iterator[Misfit]:
    if "enum" not in takes:
        return
    only = f"only {', '.join(map(repr, takes['enum']))} are taken"
    if "enum" not in told:
        words = "these and later others" if NEW_WORDS in told else "others"
        yield Misfit(where, Rule.WORDS, f"{only}, {words} are told")
    elif more := [word for word in told["enum"] if word not in takes["enum"]]:
        yield Misfit(where, Rule.WORDS, f"{only}, {', '.join(map(repr, more))} are told too")


def _limits(told: Schema, takes: Schema, where: str) -> Iterator[Misfit]:
    for limit in sorted(LIMITS & takes.keys()):
        asked, kept = takes[limit], told.get(limit)
        if kept is None:
            fits = False
        elif limit in _AT_LEAST:
            fits = kept >= asked
        elif limit in _AT_MOST:
            fits = kept <= asked
        else:
            fits = kept == asked
        if not fits:
            yield Misfit(where, Rule.LIMIT, f"{limit} {asked} is taken, {kept or 'none'} is told")


def _fields(told: Schema, takes: Schema, where: str) -> Iterator[Misfit]:
    has, wants = told.get("properties", {}), takes.get("properties", {})
    always, needs = told.get("required", ()), takes.get("required", ())
    for name, part in wants.items():
        at = f"{where}.{name}" if where else name
        if name in has:
            if name in needs and name not in always:
                yield Misfit(at, Rule.WANTED, "it may be left out, and is needed")
            yield from misfits(has[name], part, at)
        elif name in needs:
            yield Misfit(at, Rule.WANTED, "there is no such field, and it is needed")
        else:
            yield Misfit(at, Rule.NEVER, "there is no such field")
    rest = takes.get("additionalProperties", True)
    for name in has.keys() - wants.keys():
        at = f"{where}.{name}" if where else name
        if rest is False:
            yield Misfit(at, Rule.UNKNOWN, "it is told, and refused")
        elif isinstance(rest, dict):
            yield from misfits(has[name], rest, at)
    more: Any = told.get("additionalProperties", True)
    if rest is False and more is not False:
        yield Misfit(where, Rule.CLOSED, "fields that are added later are refused")
    elif isinstance(rest, dict) and more is not False:
        yield from misfits(more if isinstance(more, dict) else {}, rest, f"{where}{{}}")


def _items(told: Schema, takes: Schema, where: str) -> Iterator[Misfit]:
    has, wants = told.get("prefixItems", []), takes.get("prefixItems", [])
    if len(has) < len(wants):
        yield Misfit(where, Rule.TYPE, f"{len(wants)} items are needed, {len(has)} are told")
    for number, (one, other) in enumerate(zip(has, wants, strict=False)):
        yield from misfits(one, other, f"{where}[{number}]")
    for extra in [*has[len(wants) :], told.get("items", {})]:
        if "items" in takes:
            yield from misfits(extra, takes["items"], f"{where}[]")
