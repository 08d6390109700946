"""What may change in an event, row by row of the table in `linli_contracts.compatible`."""

import re
from typing import Any, Literal

import pytest
from linli_contracts.compatible import broken
from linli_contracts.fits import misfits
from linli_contracts.promises import Promise, breaches
from linli_contracts.schemas import Schema, relied_on, untold, written
from linli_shared.messages import Value
from pydantic import AwareDatetime, BaseModel, Field, create_model

Fields = dict[str, Any]
OLD: Fields = {"a": (str, ...)}


def model(**fields: Any) -> type[BaseModel]:
    return create_model("Thing", __base__=Value, **fields)


def schema(fields: Fields) -> Schema:
    return untold(written(model(**fields)))


def a(kind: Any, default: Any = ...) -> Fields:
    return {"a": (kind, default)}


def deep(**fields: Any) -> Fields:
    return {"parts": (tuple[model(**fields), ...], ...)}  # type: ignore[misc]


# row of the table: (before, after, the fields that break)
ROWS: dict[str, list[tuple[Fields, Fields, set[str]]]] = {
    "a new field with a default, at any depth": [
        (OLD, OLD | {"b": (int, 0)}, set()),
        (OLD, OLD | {"b": (int | None, None)}, set()),
        (deep(a=(str, ...)), deep(a=(str, ...), b=(str, "")), set()),
    ],
    "a new field without a default": [
        (OLD, OLD | {"b": (int, ...)}, {"b"}),
        (deep(a=(str, ...)), deep(a=(str, ...), b=(str, ...)), {"parts[].b"}),
    ],
    "a field that is gone, or has another name": [
        (OLD | {"b": (int, ...)}, OLD, {"b"}),
        (OLD | {"b": (int, 0)}, OLD, {"b"}),
        (OLD, {"c": (str, ...)}, {"a", "c"}),
        (deep(a=(str, ...), b=(int, 0)), deep(a=(str, ...)), {"parts[].b"}),
    ],
    "a field that had no default gets one": [(OLD, a(str, ""), {"a"})],
    "a field that had a default loses it": [(a(str, ""), OLD, {"a"})],
    "another default": [
        (a(int, 1), a(int, 2), {"a"}),
        (a(tuple[str, ...], ()), a(tuple[str, ...], ("x",)), {"a"}),
    ],
    "another type or format, null where none was": [
        (a(int), a(str), {"a"}),
        (a(int), a(float), {"a"}),
        (a(AwareDatetime), a(str), {"a"}),
        (a(str), a(AwareDatetime), {"a"}),
        (a(str), a(str | None), {"a"}),
    ],
    "no null where there might be one": [(a(str | None), a(str), {"a"})],
    "one value becomes a list, or a list one value": [
        (a(str), a(tuple[str, ...]), {"a"}),
        (a(tuple[str, ...]), a(str), {"a"}),
    ],
    "a new word in a list of words": [
        (a(Literal["x"]), a(Literal["x", "y"]), set()),
        (a(tuple[Literal["x"], ...]), a(tuple[Literal["x", "y"], ...]), set()),
    ],
    "a word that is gone": [(a(Literal["x", "y"]), a(Literal["x"]), {"a"})],
    "words become free text": [(a(Literal["x", "y"]), a(str), set())],
    "free text becomes words": [(a(str), a(Literal["x", "y"]), {"a"})],
    "a limit widened or lifted": [
        (a(str, Field(max_length=5)), a(str, Field(max_length=9)), set()),
        (a(int, Field(ge=1, le=5)), a(int), set()),
    ],
    "a limit narrowed or set": [
        (a(str, Field(max_length=9)), a(str, Field(max_length=5)), {"a"}),
        (a(int), a(int, Field(ge=1)), {"a"}),
    ],
    "a description, the order of fields": [
        (
            {"a": (str, Field(description="one")), "b": (int, ...)},
            {"b": (int, ...), "a": (str, Field(description="another"))},
            set(),
        )
    ],
}
OF_TYPES = {"a new type, also `.v2` of an old one", "a type that is gone"}


@pytest.mark.parametrize(
    ("before", "after", "fields"),
    [pytest.param(*case, id=row) for row, cases in ROWS.items() for case in cases],
)
def test_a_change_breaks_the_promise_or_not_as_the_table_says(
    before: Fields, after: Fields, fields: set[str]
) -> None:
    assert broken(schema(before), schema(after)).keys() == fields


def test_the_table_in_the_docstring_is_the_one_that_is_tested() -> None:
    rows = dict(re.findall(r"^ *\| ([^|]+?) +\| (may be|breaks)\b", broken.__doc__ or "", re.M))
    assert rows.keys() == ROWS.keys() | OF_TYPES
    for row, cases in ROWS.items():
        assert {bool(fields) for *_, fields in cases} == {rows[row] == "breaks"}, row


def test_a_new_type_and_a_new_version_break_nothing() -> None:
    old = Promise(schema(OLD), ())
    assert not breaches({"x.v1": old}, {"x.v1": schema(OLD), "x.v2": schema(a(int))})


def test_a_type_that_is_gone_breaks_the_promise() -> None:
    (said,) = breaches({"x.v1": Promise(schema(OLD), ())}, {"x.v2": schema(OLD)})
    assert said == "x.v1 is gone, and its facts are stored."


def test_a_breach_says_type_field_and_reason() -> None:
    (said,) = breaches({"x.v1": Promise(schema(OLD), ())}, {"x.v1": schema(a(int))})
    assert said.startswith("x.v1, field a: facts are stored that do not fit: string is told")


def test_small_steps_add_up_to_no_breach() -> None:
    """What each step may do, all together may do: the promise of long ago holds as well."""
    steps: list[Fields] = [
        {"a": (Literal["x"], ...)},
        {"a": (Literal["x", "y"], ...), "b": (int, 0)},
        {"a": (Literal["x", "y", "z"], ...), "b": (int, 0), "c": (model(d=(str, "")), model()())},
        {"a": (str, ...), "b": (int, 0), "c": (model(d=(str, ""), e=(int, 1)), model()())},
    ]
    made = [schema(step) for step in steps]
    for later, now in enumerate(made):
        assert [broken(before, now) for before in made[: later + 1]] == [{}] * (later + 1)


def test_every_fact_of_a_writer_fits_its_reader() -> None:
    for cases in ROWS.values():
        for before, after, _ in cases:
            for one in (schema(before), schema(after)):
                assert not misfits(one, relied_on(one))


def test_a_type_that_contracts_cannot_tell_is_refused_when_they_are_made() -> None:
    class Tree(Value):
        children: "tuple[Tree, ...]"

    Tree.model_rebuild()
    with pytest.raises(TypeError, match="holds itself"):
        written(Tree)
