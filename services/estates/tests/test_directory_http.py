"""The directory over HTTP on a real database: what is one among all streams, and people of a
company in the units of its estates."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from services.estates.tests.a_company import ESTATE
from services.estates.tests.a_home import BUILDING, HOME, WHO
from services.estates.tests.conftest import Urls, Who, founded, of
from shared.tests.broker import until
from shared.tests.served import Person


@asynccontextmanager
async def a_desk(who: Who) -> AsyncIterator[Person]:
    """The manager of xx, which the company c1 has registered, with building 3 and Li and Wu."""
    async with who("zhao", of("company:c1", xx="estate_manager")) as zhao:
        company = await founded(zhao, "company:c1")
        await zhao.does(f"{company}/register-estate", **ESTATE)
        await zhao.does("/buildings", **BUILDING)
        for person in ("li", "wu"):
            await zhao.does("/people", tenant="company:c1", person_id=person, **WHO)
        yield zhao


async def registered(zhao: Person, **change: Any) -> str:
    return f"/units/{(await zhao.does('/units', **HOME | change))['id']}"


_ENDED = """
select array_agg(to_char(occurred_at at time zone 'utc', 'YYYY-MM-DD HH24:MI') order by type)
  from es.event where type in ('linli.estates.CredentialExpired.v1', 'linli.estates.LeaveEnded.v1')
   and coalesce(data ->> 'early', 'false') = 'false'
"""
SOLD = {"titles": [{"person_id": "li", "share_bp": 10_000}], "effective_on": "2020-01-06"}
IN = {"person_id": "li", "tenure": "owner"}


async def test_a_unit_is_owned_and_lived_in_by_people_of_the_company(who: Who) -> None:
    async with a_desk(who) as zhao:
        unit = await registered(zhao)
        assert (await zhao.does(f"{unit}/transfer-ownership", **SOLD))["version"] == 2
        assert (await zhao.does(f"{unit}/move-in", **IN))["version"] == 3
        stranger = {"titles": [{"person_id": "nobody", "share_bp": 10_000}]}
        await zhao.refused(f"{unit}/transfer-ownership", "PERSON_UNKNOWN", **SOLD | stranger)
        await zhao.refused(f"{unit}/move-in", "PERSON_UNKNOWN", **IN | {"person_id": "nobody"})
        assert (await zhao.does(f"{unit}/correct-area", area_cm2=1))["version"] == 4
        assert (await zhao.does(f"{unit}/move-out", person_id="li"))["version"] == 5


async def test_in_an_estate_of_no_company_nobody_is_known(who: Who) -> None:
    """Checked by looking in the company c1 whichever it is."""
    async with a_desk(who), who("zhao", of("company:c1", yy="estate_manager")) as zhao:
        await zhao.does("/buildings", **BUILDING | {"estate_id": "yy"})
        unit = await registered(zhao, estate_id="yy")
        await zhao.refused(f"{unit}/move-in", "PERSON_UNKNOWN", **IN)


async def test_a_number_an_id_and_a_home_are_somebody_s_alone(who: Who) -> None:
    """Whoever comes at the same moment. Checked by letting `reserve` reserve nothing: all of them
    are given twice."""
    async with a_desk(who) as zhao:
        for same in ({"unit_id": "other"}, {"unit_no": "9-9"}):
            bodies = [HOME, HOME | same]
            said = await asyncio.gather(*(zhao.asks("/units", **body) for body in bodies))
            assert sorted(one.status_code for one in said) in ([201, 409], [409, 409])
        first, second = [await registered(zhao, unit_id=i, unit_no=i) for i in ("a", "b")]
        said = await asyncio.gather(
            *(zhao.asks(f"{unit}/move-in", **IN) for unit in (first, second))
        )
        assert sorted(one.status_code for one in said) == [200, 409]
        (late,) = (one.json() for one in said if one.is_error)
        assert late["code"] == "RESIDES_ELSEWHERE"
        assert late["params"]["unit_key"] in f"{first} {second}"


async def test_a_unit_needs_its_building_and_a_foreign_one_is_not_there(who: Who) -> None:
    async with a_desk(who) as zhao, who("wei", {"yy": ["estate_manager"]}) as wei:
        await zhao.refused("/units", "NOT_FOUND", **HOME | {"building_id": "4"})
        unit = await registered(zhao)
        await wei.refused(f"{unit}/move-out", "NOT_FOUND", person_id="li")
        await wei.refused("/units", "NOT_FOUND", **HOME)


async def test_who_somebody_is_lies_in_no_table(who: Who, urls: Urls) -> None:
    """Checked with `full_name: str`: the name is found."""
    async with a_desk(who):
        db = await asyncpg.connect(urls["LINLI_RELAY_URL"])
        stored = "\n".join(r[0] for r in await db.fetch("select data::text from es.event"))
        await db.close()
    assert '"person_id":"li"' in stored
    assert "sealed/1/company:c1/person:li/" in stored
    for text in WHO.values():
        assert text not in stored


async def test_kin_are_looked_up_in_the_person_s_own_company(who: Who) -> None:
    async with a_desk(who) as zhao, who("li", {"company:c1": ["resident"]}) as li:
        person = await zhao.does("/people", tenant="company:c1", person_id="sun", **WHO)
        path = f"/people/{person['id']}"
        await zhao.does(f"{path}/declare-kinship", other_id="wu", kinship="spouse")
        await zhao.refused(
            f"{path}/declare-kinship", "PERSON_UNKNOWN", other_id="x", kinship="child"
        )
        await li.refused(f"{path}/withdraw-kinship", "ROLE_NOT_PERMITTED", other_id="wu")
        await zhao.does(f"{path}/withdraw-kinship", other_id="wu")
        await zhao.does(f"{path}/correct", full_name="孙尚香")


async def test_a_credential_and_a_leave_are_of_people_of_the_company_and_end_by_themselves(
    who: Who, urls: Urls
) -> None:
    """Both are long over, so the clock has something to say at once."""
    paper = {
        "tenant": "company:c1", "person_id": "li", "type": "first_aid", "result": "clear",
        "checked_on": "2020-01-03", "expires_on": "2020-06-01",
    }  # fmt: skip
    leave = {
        "tenant": "company:c1", "person_id": "li",
        "starts_on": "2020-01-20", "ends_on": "2020-01-31",
    }  # fmt: skip
    async with a_desk(who) as zhao, who("wei", of("company:c2")) as wei:
        for path, body in (("/credentials", paper), ("/absences", leave)):
            await zhao.does(path, **body)
            await zhao.refused(path, "PERSON_UNKNOWN", **body | {"person_id": "nobody"})
            await wei.refused(path, "NOT_FOUND", **body)
        later = {"starts_on": "2090-01-01", "ends_on": "2090-01-02"}
        away = await zhao.does("/absences", **leave | later)
        await zhao.does(f"/absences/{away['id']}/end-leave", leave_no=2)
    db = await asyncpg.connect(urls["LINLI_RELAY_URL"])

    async def both_ended() -> bool:
        return bool(await db.fetchval(_ENDED) == ["2020-05-31 16:00", "2020-01-31 16:00"])

    await until(both_ended)
    await db.close()
