"""Masked by default; what is behind the stars is for who has said why, and whoever it is of, and
auditors, see that they did."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from linli_views.disclosure_log import LOG, Disclosure

from services.views.tests.a_log import Log, folded, uid
from services.views.tests.conftest import Views

C1 = "company:c1"
LI = {"full_name": "李秀英", "phone": "+86 139 0000 1234", "birth_date": "1958-03-08"}


def a_register(*, ago: timedelta = timedelta(minutes=1)) -> Log:
    """Li, and that Zhao saw her number so long ago."""
    log = Log()
    log.person("p", "PersonRegistered", estate=C1, person_id="li", **LI)
    log.now = datetime.now(UTC) - ago - timedelta(minutes=1)
    log.disclosure("PersonalFieldRevealed")
    return log


def row(log: Log) -> Disclosure:
    (found,) = folded(LOG, log.records).rows.values()
    return found  # type: ignore[no-any-return]


async def get(views: Views, who: str, role: str, path: str, tenant: str = C1) -> httpx.Response:
    async with views.client(who, **{tenant: role}) as client:
        return await client.get(path)


def value_of(log: Log) -> str:
    return f"/reveals/{row(log).disclosure_id}/value"


async def test_who_keeps_the_register_sees_stars_and_the_person_themself(views: Views) -> None:
    """Nothing of them is in what is answered."""
    await views.project(a_register().records)
    for path in ("/people", f"/people/{uid('p')}"):
        for role in ("company_user", "estate_manager", "operator"):
            answer = await get(views, "zhao", role, path)
            told = answer.json()["items"][0] if path == "/people" else answer.json()
            assert (told["full_name"], told["phone"], told["birth_date"]) == (
                "李*", "139****1234", "1958-**-**",
            )  # fmt: skip
            assert "秀英" not in answer.text
            assert "0000" not in told["phone"]
        own = await get(views, "li", "resident", path)
        told = own.json()["items"][0] if path == "/people" else own.json()
        assert {name: told[name] for name in LI} == LI


async def test_what_was_revealed_is_shown_to_who_revealed_it_and_that_field_alone(
    views: Views,
) -> None:
    log = a_register()
    await views.project(log.records)
    answer = await get(views, "zhao", "estate_manager", value_of(log))
    assert answer.json() == {
        "person_id": "li", "field": "phone", "state": "read", "value": LI["phone"],
    }  # fmt: skip
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("who", "role", "tenant", "status", "code"),
    [
        ("desk", "operator", C1, 404, "NOT_FOUND"),  # of somebody else's revealing
        ("audit", "auditor", C1, 404, "NOT_FOUND"),  # who sees that it was, not what
        ("li", "resident", C1, 404, "NOT_FOUND"),
        ("zhao", "estate_manager", "company:c2", 404, "NOT_FOUND"),
        ("zhao", "steward", C1, 403, "ROLE_NOT_PERMITTED"),  # who was an estate manager then
    ],
)
async def test_nobody_else_is_shown_it(
    views: Views, who: str, role: str, tenant: str, status: int, code: str
) -> None:
    """Seen red without the comparison of who asks, and without that of roles."""
    log = a_register()
    await views.project(log.records)
    answer = await get(views, who, role, value_of(log), tenant)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert "1234" not in answer.text


async def test_after_ten_minutes_it_takes_another_reason(views: Views) -> None:
    log = a_register(ago=timedelta(minutes=12))
    await views.project(log.records)
    answer = await get(views, "zhao", "estate_manager", value_of(log))
    assert (answer.status_code, answer.json()["code"]) == (409, "REVEAL_EXPIRED")


async def test_an_export_reveals_no_field_and_a_field_that_there_is_none_of_is_none(
    views: Views,
) -> None:
    log = a_register()
    log.disclosure("PersonalDataExported")
    log.person("p", "PersonCorrected", estate=C1, person_id="li", **LI | {"phone": None})
    await views.project(log.records)
    rows = folded(LOG, log.records).rows.values()
    (export,) = (one for one in rows if one.kind == "export")
    (field,) = (one for one in rows if one.kind == "field")
    path = f"/reveals/{export.disclosure_id}/value"
    assert (await get(views, "zhao", "estate_manager", path)).status_code == 404
    path = f"/reveals/{field.disclosure_id}/value"
    told = (await get(views, "zhao", "estate_manager", path)).json()
    assert (told["state"], told["value"]) == ("none", None)


async def test_a_person_sees_who_looked_and_an_auditor_who_looked_at_whom(views: Views) -> None:
    log = a_register()
    log.disclosure("PersonalDataExported", person_id="wu", by_id="song")
    await views.project(log.records)
    seen: dict[str, Any] = {}
    for who, role in (
        ("li", "resident"), ("wu", "resident"), ("audit", "auditor"), ("zhao", "estate_manager"),
        ("desk", "operator"), ("boss", "company_user"),
    ):  # fmt: skip
        items = (await get(views, who, role, "/reveals")).json()["items"]
        seen[who] = [(one["by_id"], one["person_id"], one["field"]) for one in items]
    field, export = ("zhao", "li", "phone"), ("song", "wu", None)
    assert seen == {
        "li": [field], "wu": [export], "audit": [export, field], "zhao": [field], "desk": [],
        "boss": [],
    }  # fmt: skip
    one = f"/reveals/{row(a_register()).disclosure_id}"
    assert (await get(views, "li", "resident", one)).json()["reason"]
    assert (await get(views, "desk", "operator", one)).status_code == 404
    filtered = await get(views, "audit", "auditor", "/reveals?person_id=wu&kind=export")
    assert len(filtered.json()["items"]) == 1
    assert (await get(views, "audit", "auditor", "/reveals", "company:c2")).json()["items"] == []


def a_case() -> Log:
    """In whose title a number stands, that Deng has asked for."""
    log = Log()
    log.now = datetime.now(UTC) - timedelta(minutes=3)
    log.case("lamp", "CaseOpened", reporter_id="li", title="灯坏了，打13900001234")
    log.reading("lamp", reason="打13900001234联系")
    return log


async def test_numbers_in_a_case_are_masked_until_who_works_on_it_says_why(views: Views) -> None:
    """For staff and for their reasons alike; then shown to who asked and nobody else."""
    log = a_case()
    await views.project(log.records)
    for who, role in (("deng", "steward"), ("desk", "operator"), ("audit", "auditor")):
        for path in ("/cases", f"/cases/{uid('lamp')}", "/reveals"):
            answer = await get(views, who, role, path, "xx")
            assert "13900001234" not in answer.text, path
            assert path == "/reveals" or "灯坏了，打139****1234" in answer.text
    answer = await get(views, "deng", "steward", value_of(log), "xx")
    assert answer.json() == {
        "person_id": "li", "field": "title", "state": "read", "value": "灯坏了，打13900001234",
    }  # fmt: skip
    for who, role, status in (
        ("deng", "auditor", 403), ("desk", "operator", 404), ("li", "resident", 404),
    ):  # fmt: skip
        assert (await get(views, who, role, value_of(log), "xx")).status_code == status
    (own,) = (await get(views, "li", "resident", "/reveals", "xx")).json()["items"]
    (seen,) = (await get(views, "audit", "auditor", "/reveals", "xx")).json()["items"]
    assert own == seen
    assert (own["kind"], own["by_id"], own["case_id"]) == ("case", "deng", str(uid("lamp")))
    assert own["reason"] == "打139****1234联系"
