"""What a row says of a unit and of one person of it, or what is wrong with it."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Any, Final

from linli_shared.messages import Message
from linli_shared.text import Key, Line
from pydantic import BeforeValidator, ValidationError
from pydantic_core import PydanticCustomError

from linli_estates.imports.terms import CALLED, MAX_COLUMNS, REQUIRED, Column, Fault, Row, letter
from linli_estates.people.commands import Phone
from linli_estates.units.commands import AreaCm2, HouseholdNo, UnitNo
from linli_estates.units.terms import WHOLE_BP, Tenure

_NUMBER: Final = re.compile(r"[0-9]{1,9}(\.[0-9]{1,4})?")
_LIVES: Final[Mapping[str, Tenure]] = {
    "业主": Tenure.OWNER,
    "家属": Tenure.FAMILY,
    "租户": Tenure.TENANT,
    "其他": Tenure.OTHER,
}


def _whole(said: Any, times: int) -> int:
    """A decimal number, so many times: what is left must be whole."""
    if not isinstance(said, str) or not _NUMBER.fullmatch(said):
        raise PydanticCustomError("no_number", "must be a number")
    made = Decimal(said) * times
    if made != int(made):
        raise PydanticCustomError("too_exact", "has too many decimals")
    return int(made)


def _share(said: Any) -> int:
    """`50%`, or 5000 of 10,000 parts."""
    if isinstance(said, str) and said.endswith("%"):
        return _whole(said[:-1], WHOLE_BP // 100)
    return _whole(said, 1)


class Entry(Message):
    building_id: Key
    unit_id: Key
    unit_no: UnitNo
    area_m2: Annotated[AreaCm2, BeforeValidator(lambda said: _whole(said, 10_000))]
    """In square centimetres, once it is read."""
    person_id: Key | None = None
    full_name: Line | None = None
    phone: Phone | None = None
    share: Annotated[int, BeforeValidator(_share)] | None = None
    lives_as: Annotated[Tenure, BeforeValidator(lambda said: _LIVES.get(said, said))] | None = None
    household_no: Annotated[HouseholdNo, BeforeValidator(lambda said: _whole(said, 1))] = 1

    @property
    def unit(self) -> tuple[str, str, str, int]:
        """What all rows of a unit say alike."""
        return self.unit_id, self.building_id, self.unit_no, self.area_m2


Heads = Mapping[int, Column]


def heads(row: Row) -> tuple[Heads, list[Fault]]:
    """Which column is which, by the first row."""
    found: dict[int, Column] = {}
    faults = [Fault(row.line, letter(n), code) for n, code in row.bad.items()]
    for n, said in row.cells.items():
        if not (name := said.strip()):
            continue
        if (column := CALLED.get(name)) is None:
            faults.append(Fault(row.line, letter(n), "COLUMN_UNKNOWN"))
        elif column in found.values():
            faults.append(Fault(row.line, column, "COLUMN_TWICE"))
        else:
            found[n] = column
    there = set(found.values())
    faults += [
        Fault(row.line, column, "COLUMN_MISSING") for column in REQUIRED if column not in there
    ]
    return found, faults


def named(row: Row, heads: Heads) -> str:
    """The unit that a row is of, as it is written there."""
    return next(
        (text.strip() for n, text in row.cells.items() if heads.get(n) is Column.UNIT_ID), ""
    )


def entry(row: Row, heads: Heads) -> tuple[Entry | None, list[Fault]]:
    """None where something is wrong, or where there is nothing."""
    said = {heads[n]: text.strip() for n, text in row.cells.items() if n in heads}
    given = {column.value: text for column, text in said.items() if text}
    faults = [
        Fault(row.line, heads.get(n, letter(n)), code)
        for n, code in row.bad.items()
        if n in heads or n == MAX_COLUMNS
    ]
    if faults or not given:
        return None, faults
    try:
        made = Entry.model_validate(given)
    except ValidationError as error:
        return None, list(_faults(row.line, error))
    if wrong := list(_person(row.line, made)):
        return None, wrong
    return made, []


def _faults(line: int, error: ValidationError) -> Iterator[Fault]:
    named = dict[str, str]()
    for one in error.errors(include_url=False, include_input=False, include_context=False):
        code = "VALUE_REQUIRED" if one["type"] == "missing" else "VALUE_INVALID"
        named.setdefault(str(one["loc"][0]), code)
    return (Fault(line, field, code) for field, code in named.items())


def _person(line: int, made: Entry) -> Iterator[Fault]:
    """Whoever owns it or lives there is named, by an id and in words."""
    if made.person_id is None:
        if made.full_name or made.phone or made.share or made.lives_as:
            yield Fault(line, Column.PERSON_ID, "VALUE_REQUIRED")
        return
    if made.full_name is None:
        yield Fault(line, Column.FULL_NAME, "VALUE_REQUIRED")
    if made.share is not None and not 1 <= made.share <= WHOLE_BP:
        yield Fault(line, Column.SHARE, "VALUE_INVALID")
