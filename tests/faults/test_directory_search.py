"""A sealed name is found by its initials, over all services, and forgotten when it is erased."""

import time

import asyncpg

from shared.tests.broker import until
from tests.conftest import Linli
from tests.faults.test_erased import a_company, approved, asked

_WORDS = "select count(*) from directory.word where estate = $1"


async def test_a_name_is_found_by_its_initials_and_is_out_of_the_index_a_minute_after_it_is_erased(
    linli: Linli, estate: str
) -> None:
    """The index is read as the part that writes it sees it."""
    async with (
        a_company(linli, estate) as (tenant, song),
        linli.client("views", "song", "company_user", estate=tenant) as boards,
    ):
        body = {"tenant": tenant, "person_id": "li", "full_name": "李秀英"}
        assert (await song.command("/people", body)).is_success
        db = await asyncpg.connect(linli.databases["views"]["LINLI_VIEW_URL"])

        async def found() -> bool:
            people = (await boards.get("/directory?q=lxy")).json()["people"]
            return [one["full_name"] for one in people] == ["李*"]

        async def forgotten() -> bool:
            return bool(await db.fetchval(_WORDS, tenant) == 0)

        await until(found)
        assert not await forgotten()
        await approved(song, await asked(linli, tenant, "li"))
        since = time.monotonic()
        await until(forgotten)
        assert time.monotonic() - since < 60
        assert not await found()
        await db.close()
