"""Lists that are damaged, strange or huge, over HTTP on a real database: read or refused, never a
5xx, and nothing of them is registered."""

import random
from collections.abc import Iterator

from linli_estates.imports.worker import Importer

from services.estates.tests.a_list import HEADS, ROWS, as_csv, as_xlsx, changed, sheet
from services.estates.tests.conftest import Urls, Who
from services.estates.tests.test_imports import a_desk, counted, importer, sent, shown

__all__ = ["importer"]


def damaged(raw: bytes, count: int) -> Iterator[bytes]:
    """The same in every run."""
    chance = random.Random(len(raw))
    for n in range(count):
        made = bytearray(raw)
        for _ in range(1 + n):
            made[chance.randrange(len(made))] = chance.randrange(256)
        yield bytes(made[: chance.randrange(1, len(made))] if n % 3 == 0 else made)


def sparse() -> bytes:
    """A sheet of 50 MB in which a row in the last corner is the only one more."""
    texts: list[str] = []
    begin, end = sheet([HEADS, *ROWS], texts).split("</sheetData>")
    empty = "".join(f'<row r="{n}" spans="1:16384" ht="15" x="{"-" * 200}"></row>'
                    for n in range(10, 200_010))  # fmt: skip
    last = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    made = f"{begin}{empty}{last}</sheetData>{end}"
    assert len(made) > 50_000_000
    shared = "".join(f"<si><t>{text}</t></si>" for text in texts)
    namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return as_xlsx(
        body=made, **{"xl/sharedStrings.xml": f'<sst xmlns="{namespace}">{shared}</sst>'}
    )


def lists() -> Iterator[bytes]:
    twice = [*ROWS, ["4", "4-1-102", *ROWS[3][2:]]]
    yield from (as_csv(encoding=encoding) for encoding in ("utf-8-sig", "gb18030", "utf-16"))
    yield from (as_csv(twice), as_xlsx(twice), as_csv([*ROWS, ROWS[0]]))
    yield from (as_csv(changed(0, full_name='=HYPERLINK("x")')), as_csv(heads=["楼栋"] * 10))
    yield as_xlsx(tail='<mergeCells count="1"><mergeCell ref="A1:B9"/></mergeCells>')
    yield from (b"\xff\xfe\x00", b"PK\x03\x04", b"\x00" * 5000, b'"' * 5000, b"," * 70_000)
    yield from damaged(as_csv(), 10)
    yield from damaged(as_xlsx(), 10)
    yield sparse()


async def test_whatever_file_is_sent_it_is_read_or_refused_and_nothing_of_it_is_registered(
    who: Who, urls: Urls, importer: Importer
) -> None:
    """Seen red with `except Unreadable` taken out of the worker: the round fails, and the list is
    never done with."""
    states = []
    async with a_desk(who) as zhao:
        for raw in lists():
            answer = await sent(zhao, raw)
            assert answer.status_code < 500, (raw[:60], answer.text)
            if answer.is_error:
                continue
            path = f"/imports/{answer.json()['id']}"
            await importer.round()
            found = await shown(zhao, path)
            faults = await zhao.client.get(f"{path}/faults")
            assert faults.status_code == 200, raw[:60]
            assert (found["state"], bool(found["faults"])) in (
                ("checked", False),
                ("refused", True),
            )
            assert bool(faults.json()["items"]) is bool(found["faults"])
            if found["state"] == "refused":
                await zhao.refused(f"{path}/start", "IMPORT_NOT_CHECKED")
            states.append(found["state"])
    assert set(states) == {"checked", "refused"}
    assert await counted(urls, "xx") == {}
