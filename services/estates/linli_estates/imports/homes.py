"""The units of a list, each with its people: rows that follow one another and name one unit."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from linli_estates.imports.entries import Entry, Heads, entry, heads, named
from linli_estates.imports.terms import MAX_ROWS, Column, Fault, Row, Unreadable
from linli_estates.units.terms import WHOLE_BP


@dataclass(frozen=True, slots=True)
class Home:
    """`line` is that of its first row, `last` that of its last."""

    line: int
    last: int
    entries: tuple[tuple[int, Entry], ...]

    @property
    def unit(self) -> Entry:
        return self.entries[0][1]

    @property
    def owners(self) -> list[tuple[str, int]]:
        found = [(e.person_id, e.share) for _, e in self.entries]
        return [(person, share) for person, share in found if person and share]


@dataclass(slots=True)
class _Group:
    """Rows of one unit; `broken`: one of them could not be read."""

    unit: str
    entries: list[tuple[int, Entry]] = field(default_factory=list)
    broken: bool = False


@dataclass(slots=True)
class Survey:
    """Reads a list once. `rows`, `units`: how many so far. What was seen is kept by its hash: that
    much of the memory it takes grows with the list, and nothing else."""

    rows: int = 0
    units: int = 0
    _seen: dict[str, set[int]] = field(
        default_factory=lambda: {kind: set() for kind in ("unit", "number", "resident")}
    )
    _names: dict[int, int] = field(default_factory=dict)

    def homes(self, rows: Iterable[Row]) -> Iterator[Home | Fault]:
        """Each unit, and each fault, in the order of the list. A unit with a fault is left out."""
        known: Heads = {}
        group = _Group("")
        for row in self._counted(rows):
            if not known:
                known, wrong = heads(row)
                yield from wrong
                if wrong:
                    return
                continue
            made, wrong = entry(row, known)
            if made is None and not wrong:
                continue
            if (unit := named(row, known) or group.unit) != group.unit:
                yield from self._home(group)
                group = _Group(unit)
            yield from wrong
            if made is None:
                group.broken = True
            else:
                group.entries.append((row.line, made))
        yield from self._home(group)
        if not (self.units or group.broken):
            yield Fault(0, "", "FILE_EMPTY")

    def _counted(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Ends with a fault of the file itself by raising Unreadable, as its reader does."""
        for row in rows:
            self.rows += 1
            if self.rows > MAX_ROWS + 1:
                raise Unreadable("TOO_MANY_ROWS", row.line)
            yield row

    def _home(self, group: "_Group") -> Iterator[Home | Fault]:
        """Of one with a row that could not be read, nothing more is said."""
        if group.broken or not group.entries:
            self.units += group.broken
            return
        self.units += 1
        found = group.entries
        home = Home(found[0][0], found[-1][0], tuple(found))
        faults = [*self._unit(home), *self._people(home)]
        yield from faults
        if not faults:
            yield home

    def _unit(self, home: Home) -> Iterator[Fault]:
        unit = home.unit
        if self._again("unit", unit.unit_id):
            yield Fault(home.line, Column.UNIT_ID, "UNIT_TWICE")
        if self._again("number", f"{unit.building_id}|{unit.unit_no}"):
            yield Fault(home.line, Column.UNIT_NO, "NUMBER_TWICE")
        for line, one in home.entries[1:]:
            if one.unit != unit.unit:
                yield Fault(line, Column.UNIT_ID, "UNIT_DIFFERS")
        shares = [share for _, share in home.owners]
        if shares and sum(shares) != WHOLE_BP:
            yield Fault(home.line, Column.SHARE, "SHARES_NOT_WHOLE")

    def _people(self, home: Home) -> Iterator[Fault]:
        here = set[str]()
        for line, one in home.entries:
            if one.person_id is None:
                continue
            if one.person_id in here:
                yield Fault(line, Column.PERSON_ID, "PERSON_TWICE")
            here.add(one.person_id)
            name = hash(one.full_name)
            if self._names.setdefault(hash(one.person_id), name) != name:
                yield Fault(line, Column.FULL_NAME, "PERSON_DIFFERS")
            if one.lives_as and self._again("resident", one.person_id):
                yield Fault(line, Column.PERSON_ID, "RESIDENT_TWICE")

    def _again(self, kind: str, what: str) -> bool:
        key, seen = hash(what), self._seen[kind]
        if key in seen:
            return True
        seen.add(key)
        return False
