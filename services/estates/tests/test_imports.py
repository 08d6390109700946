"""Lists that are brought in, on a real database: checked first and then carried out whole, under
ids that make a second time the first one again."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from linli_estates.imports.worker import Importer
from linli_local.testing import KeyStore
from linli_sealed.keyring import KeyRing
from linli_sealed.vault import Vault
from linli_shared.ending import ended
from linli_shared.store import EventStore
from linli_shared.writer import Writer

from services.estates.tests.a_company import ESTATE
from services.estates.tests.a_list import HEADS, ROWS, as_csv, as_xlsx, changed
from services.estates.tests.conftest import Urls, Who, of
from shared.tests.broker import until
from shared.tests.served import Person

CSV = {"Content-Type": "text/csv"}


@asynccontextmanager
async def a_desk(who: Who, estate: str = "xx") -> AsyncIterator[Person]:
    """The manager of an estate that the company c1 has registered."""
    async with who("zhao", of("company:c1", **{estate: "estate_manager"})) as zhao:
        asked = await zhao.asks("/companies", tenant="company:c1", name_zh="湘", name_en="X")
        if asked.is_success:
            company = f"/companies/{asked.json()['id']}"
            await zhao.does(
                f"{company}/register-region", region_id="yuelu", name_zh="岳麓", name_en="Y"
            )
            await zhao.does(f"{company}/register-estate", **ESTATE | {"estate_id": estate})
        yield zhao


@pytest.fixture
async def importer(urls: Urls, key_store: KeyStore) -> AsyncIterator[Importer]:
    """The worker, in this process: a round at a time."""
    told = key_store.told("estates")
    ring = KeyRing(told["LINLI_KEY_STORE"], Path(told["LINLI_KEY_STORE_SECRET"]))
    async with (
        asyncpg.create_pool(urls["LINLI_APP_URL"], min_size=1, max_size=8) as app,
        asyncpg.create_pool(urls["LINLI_VIEW_URL"], min_size=1, max_size=4) as view,
    ):
        writer = Writer(lambda: asyncpg.connect(urls["LINLI_APP_URL"]))
        running = asyncio.create_task(writer.run())
        yield Importer(EventStore(app, writer, seal=Vault(ring)), view, f"test-{os.getpid()}")
        await ended(running)


async def sent(zhao: Person, raw: bytes, estate: str = "xx") -> httpx.Response:
    return await zhao.client.post(f"/imports?estate_id={estate}", content=raw, headers=CSV)


async def uploaded(zhao: Person, raw: bytes) -> str:
    answer = await sent(zhao, raw)
    assert answer.status_code == 201, answer.text
    assert answer.json()["state"] == "uploaded"
    return f"/imports/{answer.json()['id']}"


async def shown(zhao: Person, path: str) -> Any:
    return (await zhao.client.get(path)).json()


async def told(zhao: Person, path: str, query: str = "") -> list[tuple[int, str, str]]:
    items = (await zhao.client.get(f"{path}/faults{query}")).json()["items"]
    assert all(one["text_zh"] and one["text_en"] for one in items)
    return [(one["line"], one["field"], one["code"]) for one in items]


async def counted(urls: Urls, *places: str) -> dict[str, int]:
    db = await asyncpg.connect(urls["LINLI_RELAY_URL"])
    rows = await db.fetch(
        "select split_part(type, '.', 3) as name, count(*) as n from es.event"
        " where estate = any ($1) group by 1", places,
    )  # fmt: skip
    await db.close()
    return {row["name"]: row["n"] for row in rows}


LISTED = {
    "BuildingRegistered": 2, "UnitRegistered": 3, "OwnershipTransferred": 1, "ResidentMovedIn": 3,
}  # fmt: skip


@pytest.mark.parametrize("make", [as_csv, as_xlsx])
async def test_a_list_is_checked_and_then_carried_out(
    who: Who, urls: Urls, importer: Importer, make: Callable[[], bytes]
) -> None:
    async with a_desk(who) as zhao:
        path = await uploaded(zhao, make())
        await zhao.refused(f"{path}/start", "IMPORT_NOT_CHECKED")
        assert await importer.round()
        checked = await shown(zhao, path)
        assert (checked["state"], checked["units"], checked["faults"]) == ("checked", 3, 0)
        assert await counted(urls, "xx") == {}
        assert (await zhao.does(f"{path}/start"))["state"] == "running"
        assert await importer.round()
        done = await shown(zhao, path)
        assert (done["state"], done["done"], done["faults"]) == ("done", 3, 0)
        assert await counted(urls, "xx") == LISTED
        assert (await counted(urls, "company:c1"))["PersonRegistered"] == 3
        assert (await zhao.does(f"{path}/start"))["state"] == "done"
        assert not await importer.round()


async def test_a_list_with_a_fault_is_refused_whole(
    who: Who, urls: Urls, importer: Importer
) -> None:
    """And says all of them, in pages. Checked by calling it checked whatever was found."""
    async with a_desk(who) as zhao:
        path = await uploaded(zhao, as_csv(changed(2, area_m2="much", phone="?")))
        await importer.round()
        assert (await shown(zhao, path))["state"] == "refused"
        both = [(4, "area_m2", "VALUE_INVALID"), (4, "phone", "VALUE_INVALID")]
        assert await told(zhao, path) == both
        page = (await zhao.client.get(f"{path}/faults?limit=1")).json()
        assert await told(zhao, path, f"?cursor={page['next']}") == both[1:]
        await zhao.refused(f"{path}/start", "IMPORT_NOT_CHECKED")
        await importer.round()
        assert await counted(urls, "xx") == {}


async def test_what_the_estate_has_already_is_a_fault(who: Who, importer: Importer) -> None:
    async with a_desk(who) as zhao:
        await carried_out(zhao, importer, as_csv())
        more = [["3", "new", "2-1103", "1", "sun", "孙尚香", "", "", "租户", "1"], ROWS[3]]
        path = await uploaded(zhao, as_csv(more))
        await importer.round()
        assert await told(zhao, path) == [
            (2, "person_id", "RESIDENT_TWICE"), (2, "unit_no", "NUMBER_TWICE"),
            (3, "unit_id", "UNIT_TWICE"), (3, "unit_no", "NUMBER_TWICE"),
        ]  # fmt: skip


async def carried_out(zhao: Person, importer: Importer, raw: bytes) -> str:
    path = await uploaded(zhao, raw)
    await importer.round()
    await zhao.does(f"{path}/start")
    await importer.round()
    return path


def many(count: int) -> bytes:
    rows = (
        [f"{n % 7}", f"u{n}", f"n{n}", "89.5", f"p{n % 150}", f"人{n % 150}", "", "100%", "", ""]
        for n in range(count)
    )
    return as_csv([list(row) for row in rows], HEADS)


async def test_where_it_was_cut_short_it_goes_on_and_nothing_is_there_twice(
    who: Who, urls: Urls, importer: Importer
) -> None:
    """Cut in the middle, and set back to its beginning besides. Checked with ids that are new each
    time: units are refused as there already, and so told as faults."""
    async with a_desk(who) as zhao:
        path = await uploaded(zhao, many(300))
        await importer.round()
        await zhao.does(f"{path}/start")
        cut = asyncio.create_task(importer.round())

        async def some() -> bool:
            return bool(0 < (await shown(zhao, path))["done"] < 300)

        await until(some)
        cut.cancel()
        await asyncio.gather(cut, return_exceptions=True)
        db = await asyncpg.connect(urls["LINLI_VIEW_URL"])
        await db.execute("update estates.import set done = 0")
        await db.close()
        await importer.round()
        done = await shown(zhao, path)
        assert (done["state"], done["done"], done["faults"]) == ("done", 300, 0)
        assert await counted(urls, "xx") == {
            "BuildingRegistered": 7, "UnitRegistered": 300, "OwnershipTransferred": 300,
        }  # fmt: skip
        assert (await counted(urls, "company:c1"))["PersonRegistered"] == 150


async def test_what_others_register_meanwhile_is_left_out_and_told(
    who: Who, importer: Importer
) -> None:
    async with a_desk(who) as zhao:
        path = await uploaded(zhao, as_csv())
        await importer.round()
        await zhao.does("/buildings", estate_id="xx", building_id="4", label="4 栋")
        await zhao.does(
            "/units", estate_id="xx", building_id="4", unit_id="4-1-101", unit_no="x", area_cm2=1
        )
        await zhao.does(f"{path}/start")
        await importer.round()
        assert (await shown(zhao, path))["state"] == "done"
        assert await told(zhao, path) == [(5, "unit_id", "NOT_CARRIED_OUT")]


async def test_the_same_file_again_is_the_same_list(who: Who, importer: Importer) -> None:
    async with a_desk(who) as zhao:
        path = await carried_out(zhao, importer, as_csv())
        again = (await sent(zhao, as_csv())).json()
        assert (f"/imports/{again['id']}", again["state"]) == (path, "done")
        refused = await uploaded(zhao, b"nothing")
        await importer.round()
        assert await uploaded(zhao, b"nothing") == refused


async def test_who_may_bring_a_list_in(who: Who) -> None:
    """Who keeps the register of the estate and of its company."""
    async with a_desk(who) as zhao:
        path = await uploaded(zhao, as_csv())
        for roles, status in (
            ({"yy": ["estate_manager"]}, 404),
            ({"xx": ["resident"], "company:c1": ["company_user"]}, 403),
            ({"xx": ["operator"]}, 403),
            ({"xx": ["operator"], "company:c1": ["resident"]}, 403),
        ):
            async with who("wei", roles) as wei:
                assert (await sent(wei, as_csv())).status_code == status, roles
        async with who("wei", {"yy": ["estate_manager"]}) as wei:
            for address in (path, f"{path}/faults"):
                assert (await wei.client.get(address)).status_code == 404
            await wei.refused(f"{path}/start", "NOT_FOUND")
            refused = await sent(wei, as_csv(), "yy")
            assert refused.json()["code"] == "ESTATE_NOT_REGISTERED"
        empty = await sent(zhao, b"")
        assert (empty.status_code, empty.json()["code"]) == (422, "FILE_EMPTY")


async def test_a_list_is_kept_sealed_and_only_as_long_as_it_is_needed(
    who: Who, urls: Urls, importer: Importer
) -> None:
    """Checked by keeping the pieces as they came."""
    kept = """select count(*) as n, coalesce(string_agg(encode(box, 'escape'), ''), '') as said
                from estates.import_piece"""
    db = await asyncpg.connect(urls["LINLI_VIEW_URL"])
    async with a_desk(who) as zhao:
        path = await uploaded(zhao, as_csv(encoding="utf-8"))
        row = await db.fetchrow(kept)
        assert row
        assert (row["n"], "13900000000" in row["said"]) == (1, False)
        await importer.round()
        await zhao.does(f"{path}/start")
        await importer.round()
        assert (await db.fetchrow(kept))["n"] == 0  # type: ignore[index]
        waits = await uploaded(zhao, many(2))
        await importer.round()
        await db.execute("update estates.import set made_at = now() - interval '8 days'")
        await importer.round()
        assert (await shown(zhao, waits))["state"] == "expired"
        assert (await db.fetchrow(kept))["n"] == 0  # type: ignore[index]
    await db.close()


async def test_a_file_that_was_changed_is_not_carried_out(
    who: Who, urls: Urls, importer: Importer
) -> None:
    """Nor does it keep the worker from the next list."""
    async with a_desk(who) as zhao:
        path = await uploaded(zhao, as_csv())
        db = await asyncpg.connect(urls["LINLI_VIEW_URL"])
        await db.execute("update estates.import_piece set box = box || '!'::bytea")
        await db.close()
        await importer.round()
        assert (await shown(zhao, path))["state"] == "expired"
        assert await uploaded(zhao, as_csv()) == path
        await importer.round()
        assert (await shown(zhao, path))["state"] == "checked"
