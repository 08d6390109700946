"""Everything that is held on a person, as running services give it: theirs, and nobody else's."""

import csv
import io
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from linli_sealed.token import OF_PERSON

from shared.tests.broker import until
from tests.conftest import Linli, complaint

MATTER = "楼上天天打麻将到半夜"


class Lives:
    """Two people of an estate who report, quarrel and complain of one another."""

    def __init__(self, linli: Linli, estate: str) -> None:
        self.linli, self.estate = linli, estate
        self.li, self.zhou = (f"{name}-{uuid4().hex[:12]}" for name in ("li", "zhou"))

    async def does(self, service: str, person: str, path: str, body: Mapping[str, Any]) -> str:
        async with self.linli.client(service, person, "resident", estate=self.estate) as client:
            answer = await client.command(path, body)
        assert answer.is_success, answer.text
        return str(answer.json()["id"])

    async def begin(self) -> None:
        lamp = complaint(self.estate, title=f"灯坏了，{self.li[:5]}", place={"building_id": "1"})
        case = await self.does("cases", self.li, "/cases", lamp)
        async with self.linli.client("cases", "desk", "operator", estate=self.estate) as desk:
            said = {"channel": "phone", "message": "明天来修"}
            answer = await desk.command(f"/cases/{case}/acknowledge")
            assert answer.is_success, answer.text
            assert (await desk.command(f"/cases/{case}/respond", said)).is_success
        await self.does("cases", self.zhou, "/cases", complaint(
            self.estate, title="态度恶劣", about_person_id=self.li, place={"building_id": "2"},
        ))  # fmt: skip
        await self.does("cases", self.zhou, "/disputes", {
            "estate_id": self.estate, "category": "noise", "matter": MATTER, "filing_side": "B",
            "parties": [
                {"person_id": self.li, "unit_id": "1", "side": "A"},
                {"person_id": self.zhou, "unit_id": "2", "side": "B"},
            ],
        })  # fmt: skip
        for person in (self.li, self.zhou):
            address = {"estate_id": self.estate, "email": f"{person}@example.org"}
            await self.does("notifications", person, "/addresses", address)

    async def data(self, person: str, of: str | None = None, **params: str) -> Any:
        path = f"/people/{of or person}/data"
        async with self.linli.client("views", person, "resident", estate=self.estate) as client:
            return await client.get(path, params=params)

    async def told(self, person: str, *kinds: str) -> Any:
        """What is held on the person, once there is a fact of each of `kinds`: relays take their
        time."""
        found: dict[str, Any] = {}

        async def there() -> bool:
            answer = await self.data(person)
            assert answer.status_code == 200, answer.text
            found.update(answer.json())
            return {*kinds} <= {fact["event"].split(".")[-2] for fact in found["facts"]}

        await until(there, 120)
        return found


@pytest.fixture
async def lives(linli: Linli, estate: str) -> Lives:
    made = Lives(linli, estate)
    await made.begin()
    return made


def texts(held: Any) -> dict[str, tuple[str, str]]:
    found = (
        (fact["event"].split(".")[-2], text) for fact in held["facts"] for text in fact["texts"]
    )
    return {f"{kind}.{text['field']}": (text["state"], text["text"]) for kind, text in found}


ALL = ("CaseOpened", "ReporterAnswered", "DisputeFiled", "AddressSet", "NotificationRequested")


async def test_a_person_has_what_every_service_holds_on_them_with_their_own_words(
    lives: Lives,
) -> None:
    held = await lives.told(lives.li, *ALL)
    assert held["complete"]
    assert held["withheld"] == 0
    said = texts(held)
    assert said["CaseOpened.title"] == ("read", f"灯坏了，{lives.li[:5]}")
    assert said["ReporterAnswered.message"] == ("read", "明天来修")
    assert said["AddressSet.email"] == ("read", f"{lives.li}@example.org")
    opened = [fact for fact in held["facts"] if fact["event"] == "linli.cases.CaseOpened.v1"]
    assert [fact["fields"] for fact in opened] == [
        ["reporter_id", "by_id"], ["about_person_id"],
    ]  # fmt: skip


async def test_nothing_of_the_neighbour_is_in_it_who_complained_and_quarrels(lives: Lives) -> None:
    """In no byte of either form, to whoever asks for their own."""
    for me, other in ((lives.li, lives.zhou), (lives.zhou, lives.li)):
        await lives.told(me, "CaseOpened", "DisputeFiled", "AddressSet")
        for form in ("json", "csv"):
            text = (await lives.data(me, format=form)).text
            assert other not in text
            assert MATTER not in text
            assert '"desk"' not in text
        assert ("态度恶劣" in text) == (me == lives.zhou)


async def test_nobody_gets_what_is_held_on_another_and_no_other_estate_exists(lives: Lives) -> None:
    await lives.told(lives.li, "CaseOpened")
    assert (await lives.data(lives.zhou, lives.li)).status_code == 404
    assert (await lives.data(lives.li, estate="elsewhere")).status_code == 404
    async with lives.linli.client("views", lives.li, "resident", estate="elsewhere") as client:
        assert (await client.get(f"/people/{lives.li}/data")).json()["facts"] == []
    for role in ("operator", "auditor", "steward"):
        async with lives.linli.client("views", "desk", role, estate=lives.estate) as client:
            assert (await client.get(f"/people/{lives.li}/data")).status_code == 404


async def test_after_the_key_is_destroyed_the_words_are_gone_and_the_facts_are_as_many(
    lives: Lives,
) -> None:
    before = await lives.told(lives.li, *ALL)
    db = await asyncpg.connect(lives.linli.databases["keys"]["LINLI_OWNER_URL"])
    for kind in OF_PERSON:
        await db.execute("select keys.destroy($1, $2)", lives.estate, f"{kind}:{lives.li}")
    await db.close()

    async def gone() -> bool:
        states = {state for state, _ in texts((await lives.data(lives.li)).json()).values()}
        return states == {"erased"}

    await until(gone, 120)
    after = await lives.told(lives.li, *ALL)
    known = {fact["event_id"] for fact in before["facts"]}
    again = [fact for fact in after["facts"] if fact["event_id"] in known]
    bare = [{**fact, "texts": []} for fact in before["facts"]]
    assert [{**fact, "texts": []} for fact in again] == bare
    assert texts(after).keys() == texts(before).keys()
    assert "明天来修" not in (await lives.data(lives.li)).text
    assert ("read", "态度恶劣") in texts(await lives.told(lives.zhou, "CaseOpened")).values()


async def test_who_answers_for_an_estate_gets_it_once_they_have_said_why(lives: Lives) -> None:
    """And the person sees who it was."""
    linli, company = lives.linli, f"company:{lives.estate}"
    tenants = [lives.estate, company]
    await lives.told(lives.li, *ALL)
    async with (
        linli.client("estates", "song", "company_user", estate=tenants) as song,
        linli.client("views", "song", "company_user", estate=tenants) as seeing,
        linli.client("views", "wei", "company_user", estate=tenants) as wei,
        linli.client("views", lives.li, "resident", estate=tenants) as li,
    ):
        path = f"/people/{lives.li}/data"
        refused = await seeing.get(path)
        assert (refused.status_code, refused.json()["code"]) == (403, "DISCLOSURE_REQUIRED")
        body = {"tenant": company, "person_id": lives.li, "full_name": "李秀英"}
        key = (await song.command("/people", body)).json()["id"]
        answer = await song.command(f"/people/{key}/export", {"reason": "法院调取"})
        assert answer.status_code == 200, answer.text
        export, at = answer.json()["id"], {"Linli-Position": answer.headers["linli-position"]}
        told = await seeing.get(path, params={"export": export}, headers=at)
        assert told.status_code == 200, told.text
        assert texts(told.json())["AddressSet.email"] == ("read", f"{lives.li}@example.org")
        assert lives.zhou not in told.text
        assert set(told.json()["estates"]) == set(tenants)
        for other in (f"/people/{lives.zhou}/data", path):
            asker = seeing if other != path else wei
            assert (await asker.get(other, params={"export": export})).status_code == 404
        looked = (await li.get("/reveals")).json()["items"]
        assert [(one["kind"], one["by_id"], one["reason"]) for one in looked] == [
            ("export", "song", "法院调取"),
        ]  # fmt: skip


async def test_what_the_company_holds_is_in_it_though_the_token_lists_the_estate_alone(
    lives: Lives,
) -> None:
    """The directory says whose estate it is."""
    linli, company = lives.linli, f"company:{lives.estate}"
    names = {"name_zh": "湘江物业", "name_en": "Xiangjiang Property"}
    tenants = [lives.estate, company]
    async with linli.client("estates", "song", "company_user", estate=tenants) as song:
        body = {"tenant": company, "person_id": lives.li, "full_name": "李秀英"}
        for path, of in (("/people", body), ("/companies", {"tenant": company, **names})):
            made = await song.command(path, of)
            assert made.is_success, made.text
        path = f"/companies/{made.json()['id']}"
        estate = {"estate_id": lives.estate, "code": f"H{uuid4().hex[:4].upper()}"}
        for command, of in (
            ("register-region", {"region_id": "yuelu"}),
            ("register-estate", {**estate, "region_id": "yuelu"}),
        ):
            made = await song.command(f"{path}/{command}", of | names)
            assert made.is_success, made.text
    held = await lives.told(lives.li, "CaseOpened", "PersonRegistered")
    assert texts(held)["PersonRegistered.full_name"] == ("read", "李秀英")
    assert held["estates"] == sorted(tenants)
    assert (await lives.data(lives.zhou, estate=company)).json()["facts"] == []


async def test_the_table_holds_what_the_document_does(lives: Lives) -> None:
    held = await lives.told(lives.li, *ALL)
    table = await lives.data(lives.li, format="csv")
    rows = list(csv.DictReader(io.StringIO(table.text.removeprefix("\ufeff"), newline="")))
    assert rows[-1]["event"] == "complete"
    of = {row["event_id"]: row for row in rows}
    for fact in held["facts"]:
        row = of[fact["event_id"]]
        assert row["fields"].splitlines() == fact["fields"]
        assert [f"{t['field']}: {t['text']}" for t in fact["texts"]] == row["texts"].splitlines()
