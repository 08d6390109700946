"""The registers of units and people: who owns what, who lives where, and who may know."""

from typing import Any

from linli_views.person_board import PEOPLE, Person
from linli_views.unit_board import UNITS, Unit

from services.views.tests.a_log import Log, folded, uid
from services.views.tests.conftest import Views


def a_unit() -> Log:
    """Li and Wu own it; Li lives there, and in the second household Sun did, and Qi does."""
    log = Log()
    log.unit("u", "UnitRegistered")
    log.unit("u", "UnitAreaCorrected")
    log.unit("u", "OwnershipTransferred")
    log.unit("u", "ResidentMovedIn")
    for person in ("sun", "qi"):
        log.unit("u", "ResidentMovedIn", person_id=person, household_no=2, tenure="tenant")
    log.unit("u", "ResidentMovedOut", person_id="sun", household_no=2)
    return log


def people() -> Log:
    log = Log()
    log.person("li", "PersonRegistered", phone=None)
    log.person("li", "KinshipDeclared")
    log.person("wu", "PersonRegistered", person_id="wu")
    log.person("wu", "KinshipDeclared", person_id="wu", other_id="li")
    log.person("wu", "PersonCorrected", person_id="wu", full_name="吴用")
    log.person("wu", "KinshipWithdrawn", person_id="wu", other_id="li")
    return log


def test_a_unit_shows_its_owners_and_its_households() -> None:
    unit: Unit = folded(UNITS, a_unit().records).rows["xx", uid("u")]
    assert (unit.unit_no, unit.area_cm2, unit.version) == ("2-1102", 896_000, 7)
    assert unit.titles == (
        {"person_id": "li", "share_bp": 5_000}, {"person_id": "wu", "share_bp": 5_000},
    )  # fmt: skip
    assert unit.residents == (
        {"person_id": "li", "household_no": 1, "tenure": "owner"},
        {"person_id": "qi", "household_no": 2, "tenure": "tenant"},
    )
    assert (unit.owners, unit.living) == (2, 2)


def test_a_person_shows_what_was_last_said_of_them() -> None:
    rows = folded(PEOPLE, people().records).rows
    li: Person = rows["company:c1", uid("li")]
    wu: Person = rows["company:c1", uid("wu")]
    assert (li.person_id, li.phone, li.kin) == (
        "li", None, ({"other_id": "wu", "kinship": "spouse"},),
    )  # fmt: skip
    assert (wu.full_name, wu.phone, wu.kin, wu.version) == ("吴用", None, (), 4)


async def asked(views: Views, person: str, path: str, status: int = 200, **roles: Any) -> Any:
    async with views.client(person, **roles) as client:
        answer = await client.get(path)
    assert answer.status_code == status, (path, answer.text)
    return answer.json()


async def test_who_owns_it_or_lives_there_sees_what_concerns_them(views: Views) -> None:
    """Checked by answering the whole row: what others have is then told."""
    await views.project(a_unit().records)
    path = f"/units/{uid('u')}"
    for query in ("", "?building_id=3", "?unit_id=3-2-1102"):
        (whole,) = (await asked(views, "desk", f"/units{query}", xx="operator"))["items"]
        assert (len(whole["titles"]), len(whole["residents"])) == (2, 2)
    assert (await asked(views, "desk", "/units?unit_id=9", xx="operator"))["items"] == []
    assert len((await asked(views, "desk", f"{path}/history", xx="operator"))["items"]) == 7
    for person, titles, residents in (("li", 1, 1), ("wu", 1, 0), ("qi", 0, 1)):
        unit = await asked(views, person, path, xx="resident")
        assert (len(unit["titles"]), len(unit["residents"])) == (titles, residents)
        assert (unit["owners"], unit["living"]) == (2, 2)
        await asked(views, person, f"{path}/history", 404, xx="resident")
    await asked(views, "sun", path, 404, xx="resident")
    await asked(views, "desk", path, 404, b="operator")


async def test_people_are_for_those_who_keep_the_register_and_for_themselves(views: Views) -> None:
    await views.project(people().records)
    company: dict[str, Any] = {"company:c1": "company_user"}
    found = (await asked(views, "song", "/people", **company))["items"]
    assert {one["full_name"] for one in found} == {"李*", "吴*"}
    (li,) = (await asked(views, "song", "/people?person_id=li", **company))["items"]
    path = f"/people/{li['person_key']}"
    own: dict[str, Any] = {"company:c1": "resident"}
    clear = {"full_name": "李秀英", "birth_date": "1958-03-08"}
    assert await asked(views, "li", path, **own) == li | clear
    told = (await asked(views, "li", f"{path}/history", **own))["items"]
    assert [line["text_zh"] for line in told] == ["人员已登记（自然人）", "已申报亲属关系（配偶）"]
    for role in ("resident", "steward"):
        there: dict[str, Any] = {"company:c1": role}
        await asked(views, "wu", path, 404, **there)
        assert len((await asked(views, "wu", "/people", **there))["items"]) == 1
    await asked(views, "song", path, 404, xx="company_user")
