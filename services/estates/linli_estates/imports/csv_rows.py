"""Rows of a CSV file (RFC 4180) in UTF-8, with a byte order mark or without, or GB18030. It is
read in pieces."""

import codecs
import csv
import io
from collections.abc import Iterator
from typing import IO, Final

from linli_estates.imports.terms import MAX_CELL, MAX_COLUMNS, Row, Unreadable

_PIECE: Final = 64 * 1024
_ENCODINGS: Final = ("utf-8-sig", "gb18030")


def rows(file: IO[bytes]) -> Iterator[Row]:
    """Raises Unreadable."""
    encoding = _encoding(file)
    file.seek(0)
    text = io.TextIOWrapper(file, encoding, newline="")
    reader = csv.reader(text, strict=True)
    line = 0
    try:
        for cells in reader:
            yield _row(line + 1, cells)
            line = reader.line_num
    except csv.Error:
        raise Unreadable("ROW_UNREADABLE", line + 1) from None
    finally:
        if not file.closed:  # else nobody reads on
            text.detach()


def _row(line: int, cells: list[str]) -> Row:
    bad = {n: "FORMULA" for n, cell in enumerate(cells) if cell.lstrip().startswith("=")}
    bad |= {n: "CELL_TOO_LONG" for n, cell in enumerate(cells) if len(cell) > MAX_CELL}
    if len(cells) > MAX_COLUMNS:
        bad = {MAX_COLUMNS: "COLUMN_TOO_FAR"}
    return Row(line, {n: cell for n, cell in enumerate(cells) if n not in bad}, bad)


def _encoding(file: IO[bytes]) -> str:
    """The first that all of it is written in."""
    for encoding in _ENCODINGS:
        file.seek(0)
        decoder = codecs.getincrementaldecoder(encoding)("strict")
        try:
            while piece := file.read(_PIECE):
                decoder.decode(piece)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return encoding
    raise Unreadable("ENCODING_UNKNOWN")
