"""Lists of units as they are brought in: the same rows as CSV and as a workbook."""

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from typing import Final
from xml.sax.saxutils import escape

from linli_estates.imports.terms import Column

HEADS: Final = (
    "楼栋", "房屋编号", "房号", "专有面积",
    "人员编号", "姓名", "电话", "产权份额", "居住身份", "户号",
)  # fmt: skip
ROWS: Final[Sequence[Sequence[str]]] = (
    ("3", "3-2-1102", "2-1102", "89.5", "li", "李秀英", "13900000000", "50%", "业主", "1"),
    ("3", "3-2-1102", "2-1102", "89.5", "wu", "吴用", "", "5000", "家属", ""),
    ("3", "3-2-1103", "2-1103", "120.25", "sun", "孙尚香", "", "", "租户", "2"),
    ("4", "4-1-101", "1-101", "60", "", "", "", "", "", ""),
)


def changed(row: int, **cells: str) -> list[list[str]]:
    """The rows, and in one of them other cells, by their English names."""
    names = [column.value for column in Column]
    made = [list(one) for one in ROWS]
    for name, text in cells.items():
        made[row][names.index(name)] = text
    return made


def as_csv(
    rows: Iterable[Sequence[str]] = ROWS, heads: Sequence[str] = HEADS, encoding: str = "utf-8"
) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([heads, *rows])
    return text.getvalue().encode(encoding)


_TYPES: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_BOOK: Final = f"""<?xml version="1.0" encoding="UTF-8"?>
<workbook xmlns="{_TYPES}"
 xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>
<sheet name="房屋" sheetId="1" r:id="rId7"/><sheet name="x" sheetId="2" r:id="rId8"/>
</sheets></workbook>"""
_RELATIONS: Final = """<?xml version="1.0"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="rId8" Type="t" Target="worksheets/sheet9.xml"/>
<Relationship Id="rId7" Type="t" Target="{target}"/></Relationships>"""


def letters(n: int) -> str:
    name = ""
    while n >= 0:
        name, n = chr(65 + n % 26) + name, n // 26 - 1
    return name


def cell(line: int, n: int, text: str, texts: list[str]) -> str:
    """A number as a number, what is written as a shared string."""
    place = f"{letters(n)}{line}"
    if text.replace(".", "", 1).isdigit() and n == 3:
        return f'<c r="{place}"><v>{text}</v></c>'
    texts.append(text)
    return f'<c r="{place}" t="s"><v>{len(texts) - 1}</v></c>'


def sheet(rows: Iterable[Sequence[str]], texts: list[str], tail: str = "") -> str:
    lines = "".join(
        f'<row r="{line}">'
        + "".join(cell(line, n, text, texts) for n, text in enumerate(row) if text)
        + "</row>"
        for line, row in enumerate(rows, 1)
    )
    return f'<worksheet xmlns="{_TYPES}"><sheetData>{lines}</sheetData>{tail}</worksheet>'


def as_xlsx(
    rows: Iterable[Sequence[str]] = ROWS, tail: str = "", target: str = "worksheets/sheet1.xml",
    body: str | None = None, without: str = "", **parts: str,
) -> bytes:  # fmt: skip
    """`tail` comes after the rows; `body` instead of the sheet; `parts` instead of others;
    `without` one."""
    texts: list[str] = []
    made = body if body is not None else sheet([HEADS, *rows], texts, tail)
    shared = "".join(f"<si><t>{escape(text)}</t><rPh><t>pin</t></rPh></si>" for text in texts)
    files = {
        "xl/workbook.xml": _BOOK,
        "xl/_rels/workbook.xml.rels": _RELATIONS.format(target=target),
        "xl/sharedStrings.xml": f'<sst xmlns="{_TYPES}">{shared}</sst>',
        "xl/worksheets/sheet1.xml": made,
    } | parts
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as book:
        for name, text in files.items():
            if name != without:
                book.writestr(name, text)
    return file.getvalue()
