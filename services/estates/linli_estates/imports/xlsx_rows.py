"""Rows of the first sheet of a workbook (ECMA-376, SpreadsheetML), read in pieces.

Why no library does it: docs/adr/0025.
"""

import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from struct import error as BadStruct
from typing import IO, Any, Final
from xml.parsers import expat

from linli_estates.imports.terms import (
    MAX_CELL,
    MAX_COLUMNS,
    MAX_ROWS,
    MAX_UNPACKED,
    Row,
    Unreadable,
)

_PIECE: Final = 64 * 1024
_ENTRIES: Final = 2_000
_LAST_LINE: Final = 1_048_576
_PLACE: Final = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_BROKEN: Final = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, expat.ExpatError, EOFError, KeyError,
    NotImplementedError, RuntimeError, BadStruct, UnicodeError, ValueError, OSError,
)  # fmt: skip
_TEXTS: Final = MAX_ROWS * 4  # shared strings


def rows(file: IO[bytes]) -> Iterator[Row]:
    """Raises Unreadable."""
    sheet: _Sheet | None = None
    try:
        with _opened(file) as book:
            name = _first_sheet(book)
            sheet = _Sheet(_shared(book))
            for _ in _parsed(book, name, sheet.start, sheet.end, sheet.text):
                yield from sheet.taken()
    except Unreadable:
        raise
    except _BROKEN:
        raise Unreadable("FILE_UNREADABLE", sheet.line if sheet else 0) from None


@contextmanager
def _opened(file: IO[bytes]) -> Iterator[zipfile.ZipFile]:
    """What it says that it unpacks to is as much as `zipfile` reads of it."""
    with zipfile.ZipFile(file) as book:
        parts = book.infolist()
        if len(parts) > _ENTRIES or sum(part.file_size for part in parts) > MAX_UNPACKED:
            raise Unreadable("FILE_TOO_LARGE")
        yield book


def _parsed(
    book: zipfile.ZipFile,
    name: str,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] = lambda name: None,
    text: Callable[[str], None] = lambda text: None,
) -> Iterator[None]:
    """A step a piece. A document type, and so an entity, is refused."""

    def refused(*_: Any) -> None:
        raise Unreadable("FILE_UNREADABLE")

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = refused
    parser.StartElementHandler = lambda name, said: start(name.rpartition(":")[2], said)
    parser.EndElementHandler = lambda name: end(name.rpartition(":")[2])
    parser.CharacterDataHandler = text
    with book.open(name) as stream:
        while piece := stream.read(_PIECE):
            parser.Parse(piece, False)
            yield
    parser.Parse(b"", True)
    yield


def _first_sheet(book: zipfile.ZipFile) -> str:
    sheets: list[str] = []
    targets: dict[str, str] = {}

    def sheet(name: str, said: dict[str, str]) -> None:
        if name == "sheet":
            sheets.extend(value for key, value in said.items() if key.rpartition(":")[2] == "id")

    def relation(name: str, said: dict[str, str]) -> None:
        if name == "Relationship":
            targets[said["Id"]] = said["Target"]

    for _ in _parsed(book, "xl/workbook.xml", sheet):
        pass
    for _ in _parsed(book, "xl/_rels/workbook.xml.rels", relation):
        pass
    if not sheets:
        raise Unreadable("FILE_UNREADABLE")
    target = targets[sheets[0]]
    return target[1:] if target.startswith("/") else f"xl/{target}"


def _shared(book: zipfile.ZipFile) -> list[str]:
    """The workbook's strings, without how they are to be pronounced."""
    found: list[str] = []
    said: list[str] = []
    state = {"t": False, "rPh": False}

    def start(name: str, _: dict[str, str]) -> None:
        if name in state:
            state[name] = True

    def end(name: str) -> None:
        if name in state:
            state[name] = False
        if name == "si":
            found.append("".join(said))
            said.clear()
            if len(found) > _TEXTS:
                raise Unreadable("FILE_TOO_LARGE")

    def text(more: str) -> None:
        if state["t"] and not state["rPh"] and sum(map(len, said)) <= MAX_CELL:
            said.append(more)

    if "xl/sharedStrings.xml" in book.namelist():
        for _ in _parsed(book, "xl/sharedStrings.xml", start, end, text):
            pass
    return found


class _Sheet:
    """What is being read. Rows without cells are left out."""

    def __init__(self, shared: list[str]) -> None:
        self.line = 0
        self._shared, self._rows = shared, list[Row]()
        self._cells: dict[int, str] = {}
        self._bad: dict[int, str] = {}
        self._column, self._type, self._said = -1, "n", list[str]()
        self._reads = False

    def taken(self) -> list[Row]:
        found, self._rows = self._rows, []
        return found

    def start(self, name: str, said: dict[str, str]) -> None:
        match name:
            case "row":
                self._begin(int(said.get("r", self.line + 1)))
            case "c":
                place = _PLACE.fullmatch(said["r"]) if "r" in said else None
                self._column = _number(place[1]) if place else self._column + 1
                self._type, self._said = said.get("t", "n"), []
            case "f":
                self._bad[self._spot] = "FORMULA"
            case "v" | "t":
                self._reads = True
            case "mergeCell":
                place = _PLACE.fullmatch(said["ref"].partition(":")[0])
                if place is None:
                    raise Unreadable("FILE_UNREADABLE", self.line)
                spot = min(_number(place[1]), MAX_COLUMNS)
                self._rows.append(Row(int(place[2]), {}, {spot: "MERGED_CELLS"}))

    def end(self, name: str) -> None:
        match name:
            case "v" | "t":
                self._reads = False
            case "c":
                self._put("".join(self._said))
            case "row" if self._cells or self._bad:
                self._rows.append(Row(self.line, self._cells, self._bad))

    def text(self, more: str) -> None:
        if self._reads and sum(map(len, self._said)) <= MAX_CELL:
            self._said.append(more)

    @property
    def _spot(self) -> int:
        return min(self._column, MAX_COLUMNS)

    def _begin(self, line: int) -> None:
        if not self.line < line <= _LAST_LINE:
            raise Unreadable("FILE_UNREADABLE", self.line)
        self.line, self._column, self._cells, self._bad = line, -1, {}, {}

    def _put(self, said: str) -> None:
        if not said or self._spot in self._bad:
            return
        if self._column >= MAX_COLUMNS:
            self._bad[MAX_COLUMNS] = "COLUMN_TOO_FAR"
        elif self._type == "e":  # what a spreadsheet could not compute
            self._bad[self._column] = "VALUE_INVALID"
        elif len(meant := self._meant(said)) > MAX_CELL:
            self._bad[self._column] = "CELL_TOO_LONG"
        else:
            self._cells[self._column] = meant

    def _meant(self, said: str) -> str:
        if self._type == "s":
            number = int(said)
            if not 0 <= number < len(self._shared):
                raise Unreadable("FILE_UNREADABLE", self.line)
            return self._shared[number]
        if self._type == "n":  # 17 digits are written of a number with 15
            number_ = float(said)
            return str(int(number_)) if number_.is_integer() else repr(number_)
        return said


def _number(letters: str) -> int:
    """Of a column, from 0."""
    number = 0
    for one in letters:
        number = number * 26 + ord(one) - 64
    return number - 1
