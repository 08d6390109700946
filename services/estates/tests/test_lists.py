"""Lists that are brought in: CSV and workbooks of all kinds become the same units, and what is
wrong is said by line and column. Nothing that is sent breaks the reader."""

import csv
import io
import random
import tempfile
import tracemalloc
import zipfile
from collections.abc import Iterator, Sequence
from typing import IO, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from linli_estates.imports import terms
from linli_estates.imports.homes import Home, Survey
from linli_estates.imports.terms import FAULTS, Fault, Unreadable, letter
from linli_estates.imports.worker import rows
from linli_estates.units.terms import Tenure

from services.estates.tests.a_list import HEADS, ROWS, as_csv, as_xlsx, changed


def read(file: IO[bytes]) -> Iterator[Home | Fault]:
    """As the worker does."""
    try:
        yield from Survey().homes(rows(file))
    except Unreadable as error:
        yield Fault(error.line, "", error.code)


def found(raw: bytes) -> list[Home | Fault]:
    return list(read(io.BytesIO(raw)))


def faults(raw: bytes) -> list[tuple[int, str, str]]:
    """All that is wrong."""
    return [(f.line, f.field, f.code) for f in found(raw) if isinstance(f, Fault)]


WHOLE = found(as_csv())


def test_a_list_becomes_units_with_owners_and_residents() -> None:
    first, second, third = WHOLE
    assert isinstance(first, Home)
    assert isinstance(second, Home)
    assert isinstance(third, Home)
    assert (first.line, first.last, first.unit.area_m2) == (2, 3, 895_000)
    assert first.owners == [("li", 5_000), ("wu", 5_000)]
    assert [e.lives_as for _, e in first.entries] == [Tenure.OWNER, Tenure.FAMILY]
    assert (second.owners, second.entries[0][1].household_no) == ([], 2)
    assert (third.unit.unit_id, third.unit.person_id) == ("4-1-101", None)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_whatever_it_is_written_in_it_says_the_same(encoding: str) -> None:
    assert found(as_csv(encoding=encoding)) == WHOLE


def test_a_workbook_says_the_same() -> None:
    assert found(as_xlsx()) == WHOLE
    assert found(as_xlsx(target="/xl/worksheets/sheet1.xml")) == WHOLE


def test_columns_go_by_their_english_names_too_and_in_any_order() -> None:
    names = [column.value for column in terms.Column]
    assert found(as_csv(heads=names)) == WHOLE
    assert found(as_csv([row[::-1] for row in ROWS], heads=names[::-1])) == WHOLE


def test_a_number_in_a_workbook_is_what_was_typed() -> None:
    """Of 89.54 a spreadsheet stores 89.540000000000006. Checked by taking what is stored."""
    body = as_xlsx(changed(3, area_m2="89.540000000000006"))
    *_, last = found(body)
    assert isinstance(last, Home)
    assert last.unit.area_m2 == 895_400


def test_empty_rows_and_empty_cells_say_nothing() -> None:
    assert found(as_csv([*ROWS[:2], [""] * 10, *ROWS[2:]]))[0] == WHOLE[0]
    assert not faults(as_csv([*ROWS, [], [" "] * 3]))


@pytest.mark.parametrize(
    ("row", "cells", "expected"),
    [
        (0, {"area_m2": "-1"}, [(2, "area_m2", "VALUE_INVALID")]),
        (0, {"area_m2": "89.12345"}, [(2, "area_m2", "VALUE_INVALID")]),
        (0, {"area_m2": "", "unit_no": "?"}, [
            (2, "area_m2", "VALUE_REQUIRED"), (2, "unit_no", "VALUE_INVALID"),
        ]),
        (0, {"share": "101%"}, [(2, "share", "VALUE_INVALID")]),
        (0, {"share": "40%"}, [(2, "share", "SHARES_NOT_WHOLE")]),
        (0, {"share": "half"}, [(2, "share", "VALUE_INVALID")]),
        (0, {"share": "33.333%"}, [(2, "share", "VALUE_INVALID")]),
        (0, {"lives_as": "猫"}, [(2, "lives_as", "VALUE_INVALID")]),
        (0, {"phone": "打电话"}, [(2, "phone", "VALUE_INVALID")]),
        (1, {"area_m2": "90"}, [(3, "unit_id", "UNIT_DIFFERS")]),
        (1, {"person_id": "li", "full_name": "李秀英"}, [
            (3, "person_id", "PERSON_TWICE"), (3, "person_id", "RESIDENT_TWICE"),
        ]),
        (2, {"full_name": ""}, [(4, "full_name", "VALUE_REQUIRED")]),
        (2, {"person_id": ""}, [(4, "person_id", "VALUE_REQUIRED")]),
        (2, {"person_id": "li", "full_name": "李秀英"}, [(4, "person_id", "RESIDENT_TWICE")]),
        (2, {"person_id": "li", "lives_as": ""}, [(4, "full_name", "PERSON_DIFFERS")]),
        (3, {"building_id": "3", "unit_no": "2-1102"}, [(5, "unit_no", "NUMBER_TWICE")]),
        (3, {"unit_id": "3-2-1102"}, [(5, "unit_id", "UNIT_TWICE")]),
        (3, {"unit_no": "=A1"}, [(5, "unit_no", "FORMULA")]),
        (3, {"unit_no": "x" * 6000}, [(5, "unit_no", "CELL_TOO_LONG")]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_by_line_and_column(row: int, cells: Any, expected: Any) -> None:
    """In a workbook as in CSV, but for a formula, which is none there until it is marked as one."""
    assert sorted(faults(as_csv(changed(row, **cells)))) == sorted(expected)
    if expected[0][2] != "FORMULA":
        assert sorted(faults(as_xlsx(changed(row, **cells)))) == sorted(expected)


def test_every_fault_is_found_not_only_the_first() -> None:
    many = [["3", f"u{n}", f"n{n}", "nothing"] + [""] * 6 for n in range(1000)]
    assert faults(as_csv(many)) == [(n + 2, "area_m2", "VALUE_INVALID") for n in range(1000)]


@pytest.mark.parametrize(
    ("heads", "expected"),
    [
        (HEADS[1:], [(1, "building_id", "COLUMN_MISSING")]),
        ((*HEADS, "备注"), [(1, "K", "COLUMN_UNKNOWN")]),
        ((*HEADS, "姓名"), [(1, "full_name", "COLUMN_TWICE")]),
    ],
)
def test_the_first_row_says_which_column_is_which(heads: Sequence[str], expected: Any) -> None:
    assert faults(as_csv(heads=heads)) == expected


def test_a_list_of_nothing_is_a_fault() -> None:
    for raw in (as_csv([]), as_csv([[""] * 10])):
        assert faults(raw) == [(0, "", "FILE_EMPTY")]


def test_formulas_and_merged_cells_of_a_workbook_are_told_where_they_are() -> None:
    """Checked by reading on over `f` and `mergeCell`: the list is then taken."""
    merged = as_xlsx(tail='<mergeCells><mergeCell ref="B3:C4"/></mergeCells>')
    assert faults(merged) == [(3, "unit_id", "MERGED_CELLS")]
    with zipfile.ZipFile(io.BytesIO(as_xlsx())) as book:
        body = book.read("xl/worksheets/sheet1.xml").decode()
        texts = book.read("xl/sharedStrings.xml").decode()
    body = body.replace('<c r="D2"><v>', '<c r="D2"><f>SUM(A1:A9)</f><v>')
    calculated = as_xlsx(body=body, **{"xl/sharedStrings.xml": texts})
    assert faults(calculated) == [(2, "area_m2", "FORMULA")]


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"\xff\xfe\x00\xd8", "ENCODING_UNKNOWN"),
        (b'"open', "ROW_UNREADABLE"),
        (b"PK\x03\x04", "FILE_UNREADABLE"),
        (as_xlsx()[:-40], "FILE_UNREADABLE"),
        (as_xlsx(body="<worksheet>"), "FILE_UNREADABLE"),
        (as_xlsx(body='<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'), "FILE_UNREADABLE"),
        (as_xlsx(body='<x><row r="x"/></x>'), "FILE_UNREADABLE"),
        (as_xlsx(body='<x><row r="2"/><row r="1"/></x>'), "FILE_UNREADABLE"),
        (as_xlsx(body='<x><row><c t="s"><v>7</v></c></row></x>'), "FILE_UNREADABLE"),
        (as_xlsx(body='<x><mergeCell ref="?"/></x>'), "FILE_UNREADABLE"),
        (as_xlsx(**{"xl/workbook.xml": "<workbook/>"}), "FILE_UNREADABLE"),
        (as_xlsx(**{"xl/workbook.xml": ""}), "FILE_UNREADABLE"),
    ],
)
def test_what_cannot_be_read_is_refused(raw: bytes, code: str) -> None:
    assert [f[2] for f in faults(raw)] == [code]


def test_a_workbook_that_unpacks_to_too_much_is_not_unpacked() -> None:
    """257 MB of blanks in a quarter of a MB. Checked without the sum: it takes seconds."""
    bomb = as_xlsx(body=" " * (terms.MAX_UNPACKED + 1))
    assert len(bomb) < 400_000
    assert faults(bomb) == [(0, "", "FILE_TOO_LARGE")]
    many = as_xlsx(**{f"x{n}": "" for n in range(2_001)})
    assert faults(many) == [(0, "", "FILE_TOO_LARGE")]


def test_a_list_is_no_longer_than_it_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("linli_estates.imports.homes.MAX_ROWS", 3)
    assert faults(as_csv())[-1] == (5, "", "TOO_MANY_ROWS")


def test_cells_in_the_last_corner_cost_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """50 MB of rows with a cell each in the last column and nothing else, of which so many are read
    as may be. Checked by padding rows up to their last cell: it takes twenty times as much."""
    monkeypatch.setattr("linli_estates.imports.homes.MAX_ROWS", 2_000)
    row = '<row r="{n}"><c r="XFD{n}" t="str"><v>x</v></c></row>'
    wide = "".join(row.format(n=n) for n in range(2, 1_000_000))
    head = "".join(f'<c t="inlineStr"><is><t>{name}</t></is></c>' for name in HEADS)
    body = f'<x><row r="1">{head}</row>{wide}<row r="1048576"/></x>'
    assert len(body) > 50_000_000
    raw = as_xlsx(body=body)
    del wide, body
    (*told, last), peak = weighed(io.BytesIO(raw))
    assert told == [(n, "BM", "COLUMN_TOO_FAR") for n in range(2, 2_002)]
    assert last == (2_002, "", "TOO_MANY_ROWS")
    assert peak < 2_000_000


def weighed(file: IO[bytes]) -> tuple[list[Any], int]:
    """What is told, and the most memory that it took, without the file."""
    tracemalloc.start()
    told = [(one.line, one.field, one.code) for one in read(file) if isinstance(one, Fault)]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return told, peak


def test_a_row_is_no_wider_than_it_may_be_and_a_workbook_has_so_many_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert faults(as_csv([*ROWS, ["x"] * 65])) == [(6, "BM", "COLUMN_TOO_FAR")]
    monkeypatch.setattr("linli_estates.imports.xlsx_rows._TEXTS", 3)
    assert faults(as_xlsx()) == [(0, "", "FILE_TOO_LARGE")]


def test_a_workbook_without_shared_words_and_one_with_an_error_are_read() -> None:
    head = "".join(f'<c t="inlineStr"><is><t>{name}</t></is></c>' for name in HEADS[:4])
    cells = '<c t="str"><v>3</v></c><c t="str"><v>u1</v></c><c t="str"><v>n1</v></c>{area}'
    body, shared = f"<x><row>{head}</row><row>{cells}</row></x>", "xl/sharedStrings.xml"
    (home,) = found(as_xlsx(body=body.format(area="<c><v>60</v></c>"), without=shared))
    assert isinstance(home, Home)
    broken = as_xlsx(body=body.format(area='<c t="e"><v>#REF!</v></c>'), without=shared)
    assert faults(broken) == [(2, "area_m2", "VALUE_INVALID")]


def test_what_a_list_takes_of_memory_is_a_fraction_of_it() -> None:
    """Of what was seen its hash. Checked by keeping the homes: ten times as much."""
    with tempfile.TemporaryFile() as file:
        text = io.TextIOWrapper(file, "utf-8", newline="")
        out = csv.writer(text)
        out.writerow(HEADS)
        for n in range(10_000):
            out.writerow(["3", f"u{n}", f"n{n}", "89.5", f"p{n}", "李秀英", "", "100%", "业主", ""])
        text.detach()
        told, peak = weighed(file)
    assert told == []
    assert peak < 5_000_000


def test_a_column_is_called_as_a_spreadsheet_does() -> None:
    assert [letter(n) for n in (0, 25, 26, 63)] == ["A", "Z", "AA", "BL"]
    assert all(zh and en for zh, en in FAULTS.values())


_SOUND = (as_csv(), as_csv(encoding="gb18030"), as_xlsx())


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
def test_whatever_bytes_come_a_list_is_read_or_refused(raw: bytes) -> None:
    for one in found(raw):
        assert isinstance(one, Home) or one.code in FAULTS


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(_SOUND), st.integers(0, 2**32), st.integers(1, 20))
def test_a_damaged_list_is_read_or_refused(raw: bytes, seed: int, hits: int) -> None:
    chance, broken = random.Random(seed), bytearray(raw)
    for _ in range(hits):
        broken[chance.randrange(len(broken))] = chance.randrange(256)
    for one in found(bytes(broken)):
        assert isinstance(one, Home) or one.code in FAULTS


_TAGS = st.sampled_from(
    ["<row>", "</row>", '<row r="9">', "<c>", "</c>", '<c t="s">', '<c t="e">', '<c r="A9">',
     '<c r="ZZZ1">', "<v>", "</v>", "1", "-1", "1e999", "nan", "<f>", "</f>", "<is>", "</is>",
     "<t>", "</t>", '<mergeCell ref="A1:B2"/>', "楼栋", "&amp;", "<sheetData/>"]
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.lists(_TAGS, max_size=30))
def test_whatever_is_in_a_sheet_it_is_read_or_refused(tags: list[str]) -> None:
    for body in ("".join(tags), f"<x>{''.join(tags)}</x>"):
        for one in found(as_xlsx(body=body)):
            assert isinstance(one, Home) or one.code in FAULTS
