"""Somebody is erased: asked for, approved, carried out everywhere, and again after a restore."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from linli_local.testing import Stack
from linli_operate.whole import verify
from linli_sealed.fields import SHREDDED
from linli_shared.kafka import shard_of

from tests.conftest import Client, Linli
from tests.faults.test_sealed import _figures, a_desk, found, reported, titled

NAMES = {"name_zh": "湘江物业", "name_en": "Xiangjiang Property"}


@asynccontextmanager
async def a_company(linli: Linli, estate: str) -> AsyncIterator[tuple[str, Client]]:
    """Of the estate, and somebody who may decide there."""
    tenant = f"company:{estate}"
    async with linli.client("estates", "song", "company_user", estate=[tenant, estate]) as song:
        told = await song.command("/companies", {"tenant": tenant, **NAMES})
        assert told.status_code == 201, told.text
        company = f"/companies/{told.json()['id']}"
        region = {"region_id": "yuelu", **NAMES}
        assert (await song.command(f"{company}/register-region", region)).is_success
        of = {"estate_id": estate, "code": f"E{abs(hash(estate)) % 10**5}", "region_id": "yuelu"}
        told = await song.command(f"{company}/register-estate", of | NAMES)
        assert told.is_success, told.text
        yield tenant, song


async def asked(linli: Linli, tenant: str, person: str) -> str:
    async with linli.client("estates", person, "resident", estate=tenant) as client:
        answer = await client.command("/erasures", {"tenant": tenant, "person_id": person})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])


async def approved(song: Client, erasure: str) -> None:
    """Once what is known of the company's estates is young enough."""
    async with asyncio.timeout(60):
        while True:
            answer = await song.command(f"/erasures/{erasure}/approve")
            if answer.status_code == 200:
                return
            assert answer.json()["code"] == "COPY_TOO_OLD", answer.text
            await asyncio.sleep(0.5)


async def kept(linli: Linli, estate: str) -> list[Any]:
    """The wrapped keys that there are of Ms Li."""
    db = await asyncpg.connect(linli.databases["keys"]["LINLI_OWNER_URL"])
    sql = "select subject from keys.data_key where estate = $1 and subject like '%:li'"
    rows = await db.fetch(sql, estate)
    await db.close()
    return [row["subject"] for row in rows]


async def test_who_is_erased_is_unreadable_everywhere_within_a_minute_and_nothing_else_changes(
    linli: Linli, stack: Stack, estate: str
) -> None:
    """Figures are as they were, the hash chain verifies, and a certificate says what stays."""
    title = f"水管漏水{estate}"
    mine, other = [
        await reported(linli, estate, person, title=title, place={"building_id": person})
        for person in ("li", "zhou")
    ]
    async with linli.client("notifications", "li", "resident", estate=estate) as client:
        told = await client.command(
            "/addresses", {"estate_id": estate, "email": f"li-{estate}@example.org"}
        )
        assert told.status_code == 201, told.text
    async with a_desk(linli, estate) as (_, boards), a_company(linli, estate) as (tenant, song):
        for case in (mine, other):
            await titled(boards, case, title)
        window = {"estate": estate, "from": "2020-01-01", "to": "2100-01-01"}
        before = (await boards.get("/kpi/headline", params=window)).json()
        assert sorted(await kept(linli, estate)) == ["person:li", "words:li"]
        erasure = await asked(linli, tenant, "li")
        await approved(song, erasure)
        async with asyncio.timeout(60):
            await titled(boards, mine, SHREDDED)
        assert await kept(linli, estate) == []
        await titled(boards, other, title)
        after = (await boards.get("/kpi/headline", params=window)).json()
        assert _figures(after) == _figures(before)
        assert await found(stack, linli, f"li-{estate}@") == set()
        async with linli.client("views", "song", "company_user", estate=tenant) as views:
            told = await views.get(f"/erasures/{erasure}/certificate")
        certificate = told.json()
        assert certificate["complete"], certificate
        assert {(one["estate"], one["kind"]) for one in certificate["destroyed"]} == {
            (where, kind) for where in (tenant, estate) for kind in ("person", "words", "care")
        }
        assert (certificate["approved_by_id"], certificate["asked_by_id"]) == ("song", "li")
        assert len(certificate["stays"]) > 3
    url = linli.databases["cases"]["LINLI_RELAY_URL"]
    async with asyncpg.create_pool(url, min_size=1, max_size=2) as pool:
        verdict = await verify(pool, linli.kafka, "linli.cases.v1", shard_of(estate))
    assert verdict.whole, verdict


async def test_nobody_is_erased_in_the_middle_of_a_dispute_nor_while_nobody_knows(
    linli: Linli, estate: str
) -> None:
    """Seen red with `return set()` in `_matters`, without the comparison with STALE, and without
    that with `asked_at`: a dispute that was filed seconds before was not known yet."""
    dispute = {
        "estate_id": estate, "category": "noise", "matter": "深夜打麻将",
        "parties": [
            {"person_id": "li", "unit_id": "1", "side": "A"},
            {"person_id": "zhou", "unit_id": "2", "side": "B"},
        ],
    }  # fmt: skip
    async with (
        linli.client("cases", "li", "resident", estate=estate) as li,
        a_company(linli, estate) as (tenant, song),
    ):
        filed = await li.command("/disputes", dispute)
        assert filed.status_code == 201, filed.text
        erasure = await asked(linli, tenant, "li")
        async with asyncio.timeout(60):
            code = ""
            while code != "PROTECTED_MATTER_OPEN":
                answer = await song.command(f"/erasures/{erasure}/approve")
                code = answer.json().get("code", "")
                assert code in {"COPY_TOO_OLD", "PROTECTED_MATTER_OPEN"}, answer.text
                await asyncio.sleep(0.2)
        assert answer.json()["params"]["matters"] == ["dispute"]
        withdrawn = await li.command(f"/disputes/{filed.json()['id']}/withdraw")
        assert withdrawn.status_code == 200, withdrawn.text
        await asyncio.to_thread(linli.running.stop, "cases")
        try:
            db = await asyncpg.connect(linli.databases["estates"]["LINLI_OWNER_URL"])
            await db.execute(
                "update view.progress set complete_at = complete_at - interval '2 minutes'"
                " where topic = 'linli.cases.v1'"
            )
            await db.close()
            answer = await song.command(f"/erasures/{erasure}/approve")
            assert (answer.status_code, answer.json()["code"]) == (503, "COPY_TOO_OLD")
        finally:
            await linli.start("cases")
        await approved(song, erasure)


async def test_a_key_store_put_back_from_before_an_erasure_erases_again_before_it_gives_a_key(
    linli: Linli, stack: Stack, estate: str
) -> None:
    """Seen red without the comparison of `keys.known` (the words were read again), and without the
    ledger (they stayed readable)."""
    title = f"门禁坏了{estate}"
    case = await reported(linli, estate, "li", title=title)
    database = linli.databases["keys"]["LINLI_OWNER_URL"].rpartition("/")[2]
    backup = f"{database}_backup"
    admin = await asyncpg.connect(stack.admin_url)
    async with a_desk(linli, estate) as (_, boards), a_company(linli, estate) as (tenant, song):
        await titled(boards, case, title)
        await asyncio.to_thread(linli.running.stop, "keys")
        await admin.execute(f"create database {backup} template {database}")
        await linli.start("keys")
        await approved(song, await asked(linli, tenant, "li"))
        async with asyncio.timeout(60):
            await titled(boards, case, SHREDDED)
        await asyncio.to_thread(linli.running.stop, "keys", "views")
        await admin.execute(f"drop database {database} with (force)")
        await admin.execute(f"alter database {backup} rename to {database}")
        assert await kept(linli, estate) == ["words:li"]
        await linli.start("views")
        seen: set[str] = set()

        async def watched() -> None:
            while True:
                answer = await boards.get(f"/cases/{case}")
                if answer.status_code == 200:
                    seen.add(answer.json()["title"])
                await asyncio.sleep(0.01)

        watching = asyncio.create_task(watched())
        await linli.start("keys")
        async with asyncio.timeout(60):
            await titled(boards, case, SHREDDED)
        watching.cancel()
        assert title not in seen
        assert await kept(linli, estate) == []
    await admin.close()
