"""The words of a list that is brought in, and of what may be wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final

MAX_BYTES: Final = 64 * 1024 * 1024
MAX_UNPACKED: Final = 256 * 1024 * 1024  # of a workbook
MAX_ROWS: Final = 300_000
MAX_FAULTS: Final = 100_000
MAX_COLUMNS: Final = 64
MAX_CELL: Final = 5_000  # characters


class Column(StrEnum):
    BUILDING_ID = "building_id"
    UNIT_ID = "unit_id"
    UNIT_NO = "unit_no"
    AREA_M2 = "area_m2"
    PERSON_ID = "person_id"
    FULL_NAME = "full_name"
    PHONE = "phone"
    SHARE = "share"
    LIVES_AS = "lives_as"
    HOUSEHOLD_NO = "household_no"


REQUIRED: Final = (Column.BUILDING_ID, Column.UNIT_ID, Column.UNIT_NO, Column.AREA_M2)
CALLED: Final[Mapping[str, Column]] = MappingProxyType(
    {
        "楼栋": Column.BUILDING_ID,
        "房屋编号": Column.UNIT_ID,
        "房号": Column.UNIT_NO,
        "专有面积": Column.AREA_M2,
        "人员编号": Column.PERSON_ID,
        "姓名": Column.FULL_NAME,
        "电话": Column.PHONE,
        "产权份额": Column.SHARE,
        "居住身份": Column.LIVES_AS,
        "户号": Column.HOUSEHOLD_NO,
    }
    | {column.value: column for column in Column}
)
"""What a column may be headed by."""

FAULTS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "FILE_UNREADABLE": ("无法读取文件，请另存为 CSV 或 XLSX", "The file cannot be read"),
        "FILE_TOO_LARGE": ("文件解压后过大", "The file unpacks to too much"),
        "FILE_EMPTY": ("没有数据行", "There is no row of data"),
        "ENCODING_UNKNOWN": ("编码应为 UTF-8 或 GB18030", "It is neither UTF-8 nor GB18030"),
        "ROW_UNREADABLE": ("此行无法读取，请检查引号", "The row cannot be read: check its quotes"),
        "TOO_MANY_ROWS": ("行数过多，请分成几个文件", "There are too many rows: split the file"),
        "TOO_MANY_FAULTS": ("问题过多，未再列出", "There are more faults, which are not listed"),
        "CELL_TOO_LONG": ("单元格内容过长", "The cell holds too much"),
        "COLUMN_UNKNOWN": ("未知的列名", "No column is called that"),
        "COLUMN_TWICE": ("列名重复", "The column is there twice"),
        "COLUMN_MISSING": ("缺少此列", "The column is missing"),
        "COLUMN_TOO_FAR": ("列数过多", "There are too many columns"),
        "FORMULA": ("不接受公式，请粘贴为数值", "A formula: paste its value"),
        "MERGED_CELLS": ("不接受合并单元格", "Merged cells: split them"),
        "VALUE_REQUIRED": ("必填", "A value is needed"),
        "VALUE_INVALID": ("内容不符合要求", "This value is not possible here"),
        "UNIT_DIFFERS": ("与同一房屋的上一行不一致", "It differs from the row before, of one unit"),
        "UNIT_TWICE": ("此房屋在前面已出现", "The unit was in the list before"),
        "NUMBER_TWICE": ("此房号在该楼栋已出现", "The building has that number already"),
        "PERSON_TWICE": ("此人在该房屋已列出", "The person is listed for the unit already"),
        "PERSON_DIFFERS": ("同一人员编号的姓名不一致", "The person had another name before"),
        "RESIDENT_TWICE": ("此人已登记居住在另一房屋", "The person lives in another unit already"),
        "SHARES_NOT_WHOLE": ("产权份额合计应为 100%", "The shares of the unit are not 100 %"),
        "NOT_CARRIED_OUT": ("已有登记，未导入", "It is registered already, and was left out"),
    }
)
"""In zh and en."""


@dataclass(frozen=True, slots=True)
class Fault:
    line: int
    field: str
    """The column's name, or its letter; nothing where it is the row, or the file."""
    code: str


@dataclass(frozen=True, slots=True)
class Row:
    """`line` from 1, as in the file; cells by column, from 0; `bad`: cells that cannot be taken."""

    line: int
    cells: Mapping[int, str]
    bad: Mapping[int, str] = field(default_factory=dict)


class Unreadable(Exception):
    """From `line` on nothing can be read."""

    def __init__(self, code: str, line: int = 0) -> None:
        super().__init__(code)
        self.code, self.line = code, line


def letter(column: int) -> str:
    """As a spreadsheet calls it: A, B, …, AA."""
    name = ""
    while column >= 0:
        name, column = chr(65 + column % 26) + name, column // 26 - 1
    return name
