"""Personal texts in every service as it runs: where they are, and who reads them when keys are
away, or destroyed."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
from linli_local.testing import Stack
from linli_sealed.fields import SHREDDED, WITHHELD
from linli_shared.kafka import shard_of

from shared.tests.broker import read
from tests.conftest import Client, Linli, complaint

TABLES = """
select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
 where c.relkind in ('r', 'p') and n.nspname not in ('pg_catalog', 'information_schema')"""
LETTERS = str.maketrans("0123456789", "ghijklmnop")  # digits in a row would be masked as a number
EVERYWHERE = ("cases", "meetings", "volunteers", "estates", "views", "notifications", "keys")


async def found(stack: Stack, linli: Linli, text: str) -> set[str]:
    """The tables, logs and metrics of every service that hold it."""
    places = set()
    for service in EVERYWHERE:
        database = linli.databases[service]["LINLI_OWNER_URL"].rpartition("/")[2]
        db = await asyncpg.connect(f"{stack.admin_url.rpartition('/')[0]}/{database}")
        for (table,) in await db.fetch(TABLES):
            sql = f"select exists (select from {table} t where t::text like $1)"
            if await db.fetchval(sql, f"%{text}%"):
                places.add(f"{service} {table}")
        await db.close()
        log = await asyncio.to_thread(linli.running.log(service).read_text)
        if text in log:
            places.add(f"{service} log")
        async with httpx.AsyncClient(timeout=60, trust_env=False) as client:
            if text in (await client.get(f"{linli.addresses[service]}/metrics")).text:
                places.add(f"{service} metrics")
    return places


async def titled(client: httpx.AsyncClient, case: str, wanted: object) -> dict[str, Any]:
    """The case, once its title on the board is that."""
    async with asyncio.timeout(60):
        while True:
            answer = await client.get(f"/cases/{case}")
            if answer.status_code == 200 and answer.json()["title"] == wanted:
                board: dict[str, Any] = answer.json() | {"etag": answer.headers.get("etag")}
                return board
            await asyncio.sleep(0.05)


@asynccontextmanager
async def a_desk(linli: Linli, estate: str) -> AsyncIterator[tuple[Client, Client]]:
    """The desk of cases, and of the boards."""
    async with (
        linli.client("cases", "desk", "operator", estate=estate) as desk,
        linli.client("views", "desk", "operator", estate=estate) as boards,
    ):
        yield desk, boards


async def reported(linli: Linli, estate: str, person: str, **change: Any) -> str:
    async with linli.client("cases", person, "resident", estate=estate) as client:
        answer = await client.command("/cases", complaint(estate, **change))
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])


async def test_what_people_write_is_in_no_table_no_topic_and_no_log_and_is_read_by_who_may(
    linli: Linli, stack: Stack, estate: str
) -> None:
    """A name that is planted in every text, searched for in all that there is. Seen red with
    `title: str` in CaseOpened."""
    name = "欧阳" + uuid4().hex[:12].translate(LETTERS)
    told = {"title": f"{name}家漏水", "description": f"请联系{name}"}
    case = await reported(linli, estate, "li", **told)
    async with a_desk(linli, estate) as (desk, boards):
        for command, body in (
            ("acknowledge", {}),
            ("assign", {"assignee_id": "deng"}),
            ("respond", {"channel": "phone", "message": f"{name}，已安排"}),
            ("escalate", {"level": 1, "reason": f"{name}不满意"}),
        ):
            assert (await desk.command(f"/cases/{case}/{command}", body)).is_success, command
        refused = await desk.command(f"/cases/{case}/confirm", {"note": name})
        assert refused.status_code == 422
        assert name not in refused.text
        await titled(boards, case, told["title"])
    async with linli.client("notifications", "li", "resident", estate=estate) as client:
        answer = await client.command(
            "/addresses", {"estate_id": estate, "email": f"{name.encode().hex()}@example.org"}
        )
        assert answer.status_code == 201, answer.text
    dispute = {
        "estate_id": estate, "category": "noise", "matter": f"{name}深夜打麻将",
        "parties": [
            {"person_id": "li", "unit_id": "1", "side": "A"},
            {"person_id": "zhou", "unit_id": "2", "side": "B"},
        ],
    }  # fmt: skip
    async with linli.client("cases", "li", "resident", estate=estate) as client:
        filed = await client.command("/disputes", dispute)
        assert filed.status_code == 201, filed.text
    for planted in (name, name.encode().hex(), json.dumps(name).strip('"')):
        assert await found(stack, linli, planted) == set()
    assert await found(stack, linli, estate), "the search is blind"
    records = (await read(linli.kafka, "linli.cases.v1"))[shard_of(estate)]
    mine = [r for r in records if r.value and case.encode() in r.value]
    assert mine
    assert not [r for r in mine if name.encode() in r.value]


async def test_who_may_not_see_a_case_is_not_told_its_words_and_a_neighbour_s_hint_has_none(
    linli: Linli, estate: str
) -> None:
    words = {"title": "楼道里的灯不亮了，找王医生", "description": "三楼拐角处漆黑一片。"}
    case = await reported(linli, estate, "li", **words)
    async with a_desk(linli, estate) as (_, boards):
        await titled(boards, case, words["title"])
    async with linli.client("cases", "zhou", "resident", estate=estate) as zhou:
        async with asyncio.timeout(60):
            hint: list[Any] = []
            while not hint:  # until the service's own view has the first
                answer = await zhou.command("/cases", complaint(estate, **words))
                assert answer.status_code in (201, 409), answer.text
                hint = answer.json().get("suspected", [])
                await zhou.command(f"/cases/{answer.json().get('id')}/withdraw")
        assert case in {near["case_id"] for near in hint}
        assert "王医生" not in answer.text
        assert "li" not in {str(value) for near in hint for value in near.values()}
    async with linli.client("views", "zhou", "resident", estate=estate) as zhou:
        assert (await zhou.get(f"/cases/{case}")).status_code == 404


async def test_without_the_key_store_only_what_needs_a_key_waits(linli: Linli, estate: str) -> None:
    """Nothing is written in clear, nothing is lost, and nobody else is kept from working."""
    case = await reported(linli, estate, "li", title="电梯异响")
    async with a_desk(linli, estate) as (desk, boards):
        await asyncio.to_thread(linli.running.stop, "keys")
        try:
            async with linli.client("cases", "zhou", "resident", estate=estate) as zhou:
                key = str(uuid4())
                refused = await zhou.command("/cases", complaint(estate), key=key)
            assert (refused.status_code, refused.json()["code"]) == (503, "KEYS_UNAVAILABLE")
            assert refused.headers["retry-after"]
            assert (await desk.command(f"/cases/{case}/acknowledge")).status_code == 200
            assert (await boards.get("/disputes")).status_code == 200
            board = await titled(boards, case, WITHHELD)
            assert board["etag"] is None
        finally:
            await linli.start("keys")
        board = await titled(boards, case, "电梯异响")
        assert board["etag"] == '"2"'
    async with linli.client("cases", "zhou", "resident", estate=estate) as zhou:
        again = await zhou.command("/cases", complaint(estate), key=key)
    assert again.status_code == 201


async def test_a_process_that_dies_leaves_no_dump_of_its_memory(linli: Linli) -> None:
    """Neither the soft nor the hard limit lets one be made."""
    for service in EVERYWHERE:
        process = linli.running.find(service)
        assert process
        limits = await asyncio.to_thread(Path(f"/proc/{process.pid}/limits").read_text)
        (line,) = [line for line in limits.splitlines() if line.startswith("Max core file size")]
        assert line.split()[4:6] == ["0", "0"], line


async def destroyed(linli: Linli, estate: str, subject: str) -> None:
    db = await asyncpg.connect(linli.databases["keys"]["LINLI_OWNER_URL"])
    await db.execute("select keys.destroy($1, $2)", estate, subject)
    await db.close()


async def test_a_destroyed_key_takes_the_words_from_everywhere_and_leaves_the_facts(
    linli: Linli, estate: str
) -> None:
    """Within seconds, in every process, though nothing that is stored or published has changed;
    commands and figures go on as before. Who has the answer from before by its ETag is not told
    that it still holds: seen red with 304."""
    mine, other = [
        await reported(linli, estate, person, title="水管漏水", place={"building_id": person})
        for person in ("li", "zhou")
    ]
    async with a_desk(linli, estate) as (desk, boards):
        await titled(boards, mine, "水管漏水")
        await titled(boards, other, "水管漏水")
        window = {"estate": estate, "from": "2020-01-01", "to": "2100-01-01"}
        before = (await boards.get("/kpi/headline", params=window)).json()
        await destroyed(linli, estate, "words:li")
        async with asyncio.timeout(60):
            erased = await titled(boards, mine, SHREDDED)
        again = await boards.get(f"/cases/{mine}", headers={"If-None-Match": erased["etag"]})
        assert (again.status_code, again.json()["title"]) == (200, SHREDDED)
        assert (await titled(boards, other, "水管漏水"))["reporter_id"] == "zhou"
        after = (await boards.get("/kpi/headline", params=window)).json()
        assert _figures(after) == _figures(before)
        assert (await boards.get(f"/cases/{mine}/history")).json()["items"]
        for command, body in (
            ("acknowledge", {}),
            ("respond", {"channel": "phone", "message": "已修好"}),
        ):
            answer = await desk.command(f"/cases/{mine}/{command}", body)
            assert answer.status_code == 200, answer.text


def _figures(told: Any) -> Any:
    """Without when they were asked for."""
    if isinstance(told, dict):
        return {
            name: _figures(part) for name, part in told.items() if name not in {"as_of", "final"}
        }
    return [_figures(part) for part in told] if isinstance(told, list) else told
