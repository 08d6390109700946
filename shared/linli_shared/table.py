"""The table of a dataclass: columns from its types, one statement a batch by `unnest`."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime
from functools import cached_property
from types import NoneType
from typing import Any, Final, TypeAlias, get_args, get_origin, get_type_hints
from uuid import UUID

from asyncpg import Record

Key: TypeAlias = tuple[Any, ...]

# datetime before date, bool before int: the first that fits.
_TYPES: Final[Sequence[tuple[type, str]]] = [
    (str, "text"),
    (bool, "boolean"),
    (int, "bigint"),
    (float, "double precision"),
    (datetime, "timestamptz"),
    (date, "date"),
    (UUID, "uuid"),
]
# Made once. What no text can hold comes out as it is: the database refuses it, and it is parked.
_ENCODED: Final = json.JSONEncoder(default=str, ensure_ascii=False).encode


class Table:
    """`row` is a frozen dataclass; its first field is `estate`, and so the key's. A field of type
    `tuple[…, ...]` is stored as JSON: of what JSON has, and of tuples of that."""

    def __init__(
        self, name: str, row: type[Any], key: Sequence[str], indexes: Sequence[str]
    ) -> None:
        self.name, self.row, self.indexes = name, row, indexes
        self.key = ("estate", *key)
        if fields(row)[0].name != "estate":
            raise TypeError(f"the first field of {row.__name__} is not estate")

    def of(self, number: int) -> str:
        """The table of a build."""
        return f"view.{self.name}_{number}"

    @cached_property
    def columns(self) -> Mapping[str, str]:
        hints = get_type_hints(self.row)
        return {f.name: _sql_type(hints[f.name]) for f in fields(self.row)}

    @cached_property
    def _json(self) -> frozenset[str]:
        return frozenset(name for name, kind in self.columns.items() if kind == "jsonb")

    def create(self, number: int) -> str:
        table, nullable = self.of(number), _nullable(self.row)
        columns = ", ".join(
            f"{name} {kind}{'' if name in nullable else ' not null'}"
            for name, kind in self.columns.items()
        )
        indexes = "".join(f"create index on {table} ({columns});" for columns in self.indexes)
        return f"""
            create table {table} ({columns}, primary key ({", ".join(self.key)}));
            {indexes}
            alter table {table} enable row level security;
            alter table {table} force row level security;
            create policy tenant on {table} for select to linli_app using (estate = any (
                (select nullif(current_setting('linli.estates', true), '')::text[])::text[]));
            create policy writer on {table} to linli_view using (true);
            grant select on {table} to linli_app;
            grant select, insert, update, delete on {table} to linli_view"""

    def load(self, number: int) -> str:
        return (
            f"select {', '.join(self.columns)} from {self.of(number)}"
            f" join {self._keys()} using ({', '.join(self.key)})"
        )

    def save(self, number: int) -> str:
        rest = [c for c in self.columns if c not in self.key]
        sets = ", ".join(f"{c} = excluded.{c}" for c in rest)
        return self._insert(number) + (f"do update set {sets}" if rest else "do nothing")

    def add(self, number: int) -> str:
        return self._insert(number) + "do nothing"

    def delete(self, number: int) -> str:
        same = " and ".join(f"t.{k} = k.{k}" for k in self.key)
        return f"delete from {self.of(number)} t using {self._keys()} where {same}"

    def _insert(self, number: int) -> str:
        values = ", ".join(f"${i}::{kind}[]" for i, kind in enumerate(self.columns.values(), 1))
        return (
            f"insert into {self.of(number)} ({', '.join(self.columns)})"
            f" select * from unnest({values}) on conflict ({', '.join(self.key)}) "
        )

    def _keys(self) -> str:
        keys = ", ".join(f"${i}::{self.columns[k]}[]" for i, k in enumerate(self.key, 1))
        return f"unnest({keys}) as k ({', '.join(self.key)})"

    def values(self, rows: Sequence[Any]) -> list[list[Any]]:
        """Columns of rows, as the statements take them."""
        return [
            [_dumped(getattr(row, name)) for row in rows]
            if name in self._json
            else [getattr(row, name) for row in rows]
            for name in self.columns
        ]

    def parse(self, record: Record) -> Any:
        """The row of a record that `load` found."""
        read: Callable[[str], Any] = lambda name: (  # noqa: E731
            _loaded(record[name]) if name in self._json else record[name]
        )
        return self.row(*(read(name) for name in self.columns))


def _dumped(value: Any) -> str | None:
    return None if value is None else _ENCODED(value)


def _loaded(text: str | None) -> Any:
    return None if text is None else _tuples(json.loads(text))


def _tuples(value: Any) -> Any:
    return tuple(map(_tuples, value)) if isinstance(value, list) else value


def _sql_type(hint: Any) -> str:
    if get_origin(hint) is tuple:
        return "jsonb"
    kinds = [a for a in get_args(hint) if a is not NoneType] or [hint]
    if get_origin(kinds[0]) is tuple:
        return "jsonb"
    return next(sql for kind, sql in _TYPES if issubclass(kinds[0], kind))


def _nullable(row: type[Any]) -> set[str]:
    return {name for name, hint in get_type_hints(row).items() if NoneType in get_args(hint)}
