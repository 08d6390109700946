"""Disclosures over HTTP on a real database: by whom, of whom, and what is stored of it."""

import asyncpg
from linli_estates.people.commands import key_of

from services.estates.tests.conftest import Urls, Who

C1, C2 = "company:c1", "company:c2"
WHY = "电梯困人，联系家属"
_STORED = """
select data from es.event where estate = $1 and stream = 'disclosure-' || $2::text"""


async def test_who_keeps_the_register_reveals_a_field_and_leaves_a_trace(
    who: Who, urls: Urls
) -> None:
    """With who, whom and what; why is sealed."""
    path = f"/people/{key_of(C1, 'li')}/reveal"
    async with who("song", {C1: ["company_user"]}) as song:
        await song.refused(path, "NOT_FOUND", field="phone", reason=WHY)
        await song.does("/people", tenant=C1, person_id="li", full_name="李秀英")
        answer = await song.asks(path, field="phone", reason=WHY)
    told = answer.json()
    assert (answer.status_code, answer.headers["location"]) == (200, f"/reveals/{told['id']}")
    assert answer.headers["linli-position"]
    assert "full_name" not in told
    db = await asyncpg.connect(urls["LINLI_OWNER_URL"])
    await db.execute("select set_config('linli.estate', $1, false)", C1)
    data = await db.fetchval(_STORED, C1, told["id"])
    await db.close()
    assert '"person_id":"li"' in data.replace(" ", "")
    assert '"by_id":"song"' in data.replace(" ", "")
    assert WHY not in data


async def test_nobody_reveals_who_is_not_of_their_register_or_without_the_role(who: Who) -> None:
    async with who("song", {C1: ["company_user"]}) as song:
        await song.does("/people", tenant=C1, person_id="li", full_name="李秀英")
    key = key_of(C1, "li")
    for name, tenants, code in (
        ("wei", {C2: ["company_user"]}, "NOT_FOUND"),
        ("zhou", {C1: ["resident"]}, "ROLE_NOT_PERMITTED"),
        ("he", {C1: ["steward"], "xx": ["estate_manager"]}, "ROLE_NOT_PERMITTED"),
        ("audit", {C1: ["auditor"]}, "ROLE_NOT_PERMITTED"),
    ):
        async with who(name, tenants) as person:
            await person.refused(f"/people/{key}/reveal", code, field="phone", reason=WHY)
            await person.refused(f"/people/{key}/export", code, reason=WHY)
    async with who("desk", {C1: ["operator"]}) as desk:
        await desk.refused(f"/people/{key}/export", "ROLE_NOT_PERMITTED", reason=WHY)
        await desk.refused(f"/people/{key}/reveal", "VALIDATION_FAILED", field="phone")
        await desk.does(f"/people/{key}/reveal", field="phone", reason=WHY)
