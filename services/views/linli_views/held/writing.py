"""What is held on a person, as a JSON document or a CSV table; line by line, as it is found."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Protocol

from pydantic import BaseModel

from linli_views.held.telling import Held


class Left(BaseModel):
    """What is not in the answer, and why."""

    what: str
    why_zh: str
    why_en: str


NOT_INCLUDED: Final = (
    Left(
        what="texts_of_matters",
        why_zh="调解、会议和办事中的文字涉及多人，一人不得单独取得；可依法向相关机构申请查阅。",
        why_en="What is written in mediation, at meetings and of actions is about several people"
        " and not one person's to take; ask whoever ran it.",
    ),
    Left(
        what="others",
        why_zh="他人的编号和文字不告知，包括谁提出了与您有关的诉求。",
        why_en="Ids and words of others are not told: not even who made a complaint about you.",
    ),
    Left(
        what="copies",
        why_zh="看板、收件箱和统计由以上事实算出，不含其他内容。",
        why_en="Boards, inboxes and figures are made of these facts and hold nothing else.",
    ),
    Left(
        what="letters",
        why_zh="已发出的邮件和收件人已读的内容不在系统内留存。",
        why_en="Letters are not kept once they are sent; that they were sent is among the facts.",
    ),
)


class End(BaseModel):
    """Of how many facts it is, and whether of all that were published when it was asked for.
    `read_to` are positions by topic and shard: asked again, the same facts stand before them.
    `withheld`: texts that could not be read now; ask again."""

    count: int
    withheld: int
    complete: bool
    read_to: Mapping[str, int]
    not_included: Sequence[Left] = NOT_INCLUDED


class Begin(BaseModel):
    person_id: str
    estates: Sequence[str]
    asked_at: datetime


class Document(Begin, End):
    """All of it."""

    facts: Sequence[Held]


class Form(Protocol):
    """How it is written. `heading` comes first, whatever is found."""

    @property
    def media_type(self) -> str: ...
    def heading(self, begin: Begin) -> str: ...
    def lines(self, facts: Sequence[Held]) -> str: ...
    def ending(self, end: End) -> str: ...


class Json:
    """One document: cut short it is none, and nobody takes a part for the whole."""

    media_type: Final = "application/json"

    def __init__(self) -> None:
        self._between = "\n"

    def heading(self, begin: Begin) -> str:
        return begin.model_dump_json().removesuffix("}") + ',"facts":['

    def lines(self, facts: Sequence[Held]) -> str:
        made = ""
        for one in facts:
            made, self._between = f"{made}{self._between}{one.model_dump_json()}", ",\n"
        return made

    def ending(self, end: End) -> str:
        return "\n]," + end.model_dump_json().removeprefix("{") + "\n"


COLUMNS: Final = (
    "recorded_at", "occurred_at", "estate", "service", "event", "event_id", "stream", "position",
    "fields", "text_zh", "text_en", "texts", "values",
)  # fmt: skip


class Csv:
    """A row a fact; the last ones say what is not in it and, last of all, whether it is complete:
    without a row `complete` or `incomplete` it was cut short."""

    media_type: Final = "text/csv"

    def heading(self, begin: Begin) -> str:
        return "\ufeff" + _row(COLUMNS)  # or a spreadsheet takes Chinese for something else

    def lines(self, facts: Sequence[Held]) -> str:
        return "".join(_row(self._cells(one.model_dump(mode="json"))) for one in facts)

    def _cells(self, told: Mapping[str, Any]) -> Iterator[str]:
        for column in COLUMNS:
            match told[column]:
                case None:
                    yield ""
                case list(several):  # names, or texts
                    yield "\n".join(
                        f"{one['field']}: {one['text']}" if isinstance(one, dict) else one
                        for one in several
                    )
                case dict(values):
                    yield _listed(values)
                case value:
                    yield str(value)

    def ending(self, end: End) -> str:
        rows = [
            {"event": "not_included", "fields": o.what, "text_zh": o.why_zh, "text_en": o.why_en}
            for o in end.not_included
        ]
        whole = end.complete and not end.withheld
        read = {"count": end.count, "withheld": end.withheld, **end.read_to}
        rows.append({"event": "complete" if whole else "incomplete", "values": _listed(read)})
        return "".join(_row(row.get(column, "") for column in COLUMNS) for row in rows)


def _listed(values: Mapping[str, Any]) -> str:
    return "\n".join(
        f"{name}={value if isinstance(value, str) else json.dumps(value)}"
        for name, value in values.items()
    )


_RUN: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet begins a formula with (OWASP, CSV Injection)."""


def _row(cells: Iterable[str]) -> str:
    into = io.StringIO()
    csv.writer(into, quoting=csv.QUOTE_ALL).writerow([guarded(cell) for cell in cells])
    return into.getvalue()


def guarded(cell: str) -> str:
    """As text, whatever it begins with: what a person wrote must not be run."""
    return f"'{cell}" if cell.startswith(_RUN) else cell
