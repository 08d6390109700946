"""Scenario A7: water from 7-1-0602 into 7-1-0502, from consent to breach, and what nobody reads."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from typing import Any, Final

from aiokafka import AIOKafkaConsumer

from tests.acceptance.a_matter import DAY, Fact, Matter
from tests.conftest import ZONE, Client, Simulated

ROLES: Final = {
    "wang": "operator", "deng": "mediator", "he": "mediator", "officer": "community_officer",
}  # fmt: skip
DOWN, UP, SECRET = "zhao-0502", "qian-0602", "甲方私下说最多接受八百元。"
PARTIES = [
    {"person_id": DOWN, "unit_id": "7-1-0502", "side": "A"},
    {"person_id": UP, "unit_id": "7-1-0602", "side": "B"},
]
WAIVER = {
    "reason": "双方都同意由他调解。", "approver_id": "officer",
    "written": [{"side": "A", "document_id": "a"}, {"side": "B", "document_id": "b"}],
}  # fmt: skip


@asynccontextmanager
async def directory(simulated: Simulated, estate: str) -> AsyncIterator[Client]:
    """Whoever keeps the directory of the estate and of its company."""
    tenants = {f"company:{estate}": ["company_user"], estate: ["estate_manager"]}
    token = simulated.issuer.token("keeper", tenants)
    headers = {"Authorization": f"Bearer {token}"}
    address = simulated.addresses["estates"]
    async with Client(base_url=address, headers=headers, timeout=60, trust_env=False) as client:
        yield client


async def done(client: Client, path: str, **body: Any) -> str:
    answer = await client.command(path, body)
    assert answer.is_success, f"{path}: {answer.text}"
    id: str = answer.json()["id"]
    return id


async def test_a_leak_is_mediated_and_the_repair_is_not_done(
    simulated: Simulated, estate: str
) -> None:
    await _homes(simulated, estate)
    async with Matter(simulated, estate, roles=ROLES) as matter:
        filed = {"estate_id": estate, "category": "leakage", "parties": PARTIES}
        told = await matter.does(DOWN, "/disputes", **filed, matter="楼上卫生间漏水。")
        path = f"/disputes/{told['id']}"
        for side, person in (("A", DOWN), ("B", UP)):
            await matter.does(person, f"{path}/record-consent", side=side, consents=True)
        await _assigned(matter, path)
        await _notes(matter, path)
        due = await _agreed(matter, path)
        await _not_done(matter, due)
        await _nobody_reads_it(matter)


async def test_a_mediator_who_buys_a_party_s_home_is_recused_without_being_asked(
    simulated: Simulated, estate: str
) -> None:
    """Whoever assigned her is told, and so is she."""
    units = await _homes(simulated, estate)
    async with Matter(simulated, estate, roles=ROLES) as matter:
        filed = {"estate_id": estate, "category": "leakage", "parties": PARTIES}
        told = await matter.does(DOWN, "/disputes", **filed, matter="楼上卫生间漏水。")
        path = f"/disputes/{told['id']}"
        for side, person in (("A", DOWN), ("B", UP)):
            await matter.does(person, f"{path}/record-consent", side=side, consents=True)
        who = {"mediator_id": "deng", "body": "committee"}
        await matter.does("wang", f"{path}/assign-mediator", **who)
        await matter.does("deng", f"{path}/give-rights-notice")
        async with directory(simulated, estate) as keeper:
            titles = [{"person_id": "deng", "share_bp": 10_000}]
            owned = {"titles": titles, "effective_on": f"{matter.now.astimezone(ZONE).date()}"}
            await done(keeper, f"/units/{units['0602']}/transfer-ownership", **owned)
        recused = await _recused(matter)
        assert (recused.said["tie"], recused.said["by_id"]) == (
            "owner_of_party_unit", "system:watch",
        )  # fmt: skip
        await simulated.time.idle()
        for person, template in (("wang", "mediator_wanted"), ("deng", "you_are_recused")):
            assert template in await _inbox(matter, person)
        refused = await matter.refused("wang", f"{path}/assign-mediator", **who)
        reason = {"reason": "owner_of_party_unit"}
        assert refused == (409, "MEDIATOR_CONFLICT_OF_INTEREST", reason)


async def _recused(matter: Matter) -> Fact:
    """The watch looks a moment after everything else has come to rest."""
    async with asyncio.timeout(30):
        while True:
            if found := await matter.facts("cases", "MediatorRecused"):
                return found[0]
            await asyncio.sleep(0.05)


async def _inbox(matter: Matter, person: str) -> list[str]:
    """The templates of what somebody was told."""
    role = ROLES.get(person, "resident")
    async with matter.linli.client("notifications", person, role, estate=matter.estate) as inbox:
        return [one["template"] for one in (await inbox.get("/inbox")).json()["items"]]


async def _homes(simulated: Simulated, estate: str) -> dict[str, str]:
    """Mr He lives with the family of 0502. Ms Deng has a certificate of mediation."""
    keys: dict[str, str] = {}
    tenant = f"company:{estate}"
    async with directory(simulated, estate) as keeper:
        company = await done(keeper, "/companies", tenant=tenant, name_zh="物业", name_en="Estates")
        place = {"region_id": "north", "name_zh": "湘熙水郡", "name_en": "Xiangxi"}
        await done(keeper, f"/companies/{company}/register-region", **place)
        code = f"E{estate[-7:].upper()}"
        path = f"/companies/{company}/register-estate"
        await done(keeper, path, **place, estate_id=estate, code=code)
        await done(keeper, "/buildings", estate_id=estate, building_id="7-1", label="7栋1单元")
        for unit, people in (("0502", [DOWN, "he"]), ("0602", [UP])):
            home = {"estate_id": estate, "building_id": "7-1", "area_cm2": 895_000}
            key = await done(keeper, "/units", **home, unit_id=f"7-1-{unit}", unit_no=unit)
            keys[unit] = key
            for person in people:
                await done(keeper, "/people", tenant=tenant, person_id=person, full_name=person)
                await done(keeper, f"/units/{key}/move-in", person_id=person, tenure="family")
        day = simulated.time.now.astimezone(ZONE).date() if simulated.time.now else date.min
        paper = {"type": "mediation_cert", "result": "clear", "checked_on": f"{day}"}
        await done(keeper, "/people", tenant=tenant, person_id="deng", full_name="deng")
        who = {"tenant": tenant, "person_id": "deng", "expires_on": f"{day + DAY}"}
        await done(keeper, "/credentials", **who, **paper)
    await simulated.time.idle()
    return keys


async def _assigned(matter: Matter, path: str) -> None:
    who = {"mediator_id": "he", "body": "committee"}
    for override in ({}, {"override": WAIVER}):
        refused = await matter.refused("wang", f"{path}/assign-mediator", **who, **override)
        code = "MEDIATOR_CONFLICT_OF_INTEREST"
        assert refused == (409, code, {"reason": "same_household"})
    nobody = {"mediator_id": "officer", "body": "committee"}
    refused = await matter.refused("wang", f"{path}/assign-mediator", **nobody)
    assert refused == (409, "MEDIATOR_NOT_QUALIFIED", {})
    await matter.does("wang", f"{path}/assign-mediator", mediator_id="deng", body="committee")


def _session(matter: Matter) -> dict[str, Any]:
    starts_at = matter.now.isoformat()
    return {"starts_at": starts_at, "mode": "in_person", "attended": [DOWN, UP]}


async def _notes(matter: Matter, path: str) -> None:
    """For Ms Deng alone: 403 for the operator, the other mediator and both parties."""
    await matter.does("deng", f"{path}/write-note", note=SECRET)
    for person, status in (("deng", 200), ("wang", 403), ("he", 403), (DOWN, 403), (UP, 403)):
        role = ROLES.get(person, "resident")
        async with matter.linli.client("cases", person, role, estate=matter.estate) as client:
            answer = await client.get(f"{path}/notes")
        assert answer.status_code == status, answer.text
        assert (SECRET in answer.text) == (person == "deng")
    async with matter.linli.client("cases", "wang", "operator", estate="elsewhere") as client:
        assert (await client.get(f"{path}/notes")).status_code == 404


async def _agreed(matter: Matter, path: str) -> datetime:
    session = f"{path}/hold-session"
    refused = await matter.refused("deng", session, **_session(matter))
    assert refused == (409, "RIGHTS_NOTICE_REQUIRED", {})
    await matter.does("deng", f"{path}/give-rights-notice")
    await matter.does("deng", session, **_session(matter))
    due = matter.now + timedelta(days=14)
    term = {"obligor_id": UP, "duty": "修好卫生间防水", "place": "7-1-0602"}
    record = f"{path}/record-agreement"
    said: dict[str, Any] = {"form": "written", "signatures": [DOWN, UP], "terms": [term]}
    refused = await matter.refused("deng", record, **said)
    assert refused == (422, "AGREEMENT_INCOMPLETE", {"missing": ["due_at"]})
    said["terms"] = [term | {"due_at": due.isoformat()}]
    refused = await matter.refused("deng", record, **said | {"signatures": [DOWN]})
    assert refused == (422, "SIGNATURE_MISSING", {"sides": ["B"]})
    court = {"judicial_confirmation": True}
    refused = await matter.refused("deng", record, **said, **court)
    assert refused == (422, "SEAL_MISSING", {})
    await matter.does("deng", record, **said, **court, seal_ref="seal-1")
    (mediated,) = await matter.facts("cases", "DisputeMediated")
    assert mediated.said["outcome"] == "settled_written"
    return due


async def _not_done(matter: Matter, due: datetime) -> None:
    """A breach on the day, a visit for Ms Deng, a word to both sides; then the court's deadline."""
    await matter.later(timedelta(days=31))
    (breached,) = await matter.facts("cases", "AgreementBreached")
    assert datetime.fromisoformat(breached.said["occurred_at"]) == due
    (reminded,) = await matter.facts("cases", "JudicialConfirmationDue")
    assert _at(reminded) == _at((await matter.facts("cases", "DisputeMediated"))[0]) + timedelta(
        days=20
    )
    assert not await matter.facts("cases", "MediationOverdue")  # it was over within its month
    for person, template in (
        ("deng", "agreement_breached_visit"), (DOWN, "agreement_breached"),
        (UP, "agreement_breached"), (UP, "judicial_confirmation_due"),
    ):  # fmt: skip
        assert (await _inbox(matter, person)).count(template) == 1


def _at(fact: Fact) -> datetime:
    return datetime.fromisoformat(fact.said["occurred_at"])


async def _nobody_reads_it(matter: Matter) -> None:
    """As the broker has it: a token."""
    consumer = AIOKafkaConsumer(
        "linli.cases.v1", bootstrap_servers=matter.linli.kafka, auto_offset_reset="earliest"
    )
    await consumer.start()
    try:
        found: list[dict[str, Any]] = []
        async with asyncio.timeout(60):
            while not found:
                for records in (await consumer.getmany(timeout_ms=500)).values():
                    for record in records:
                        assert SECRET.encode() not in record.value
                        kind = dict(record.headers)["ce_type"]
                        if kind == b"linli.cases.PrivateNoteWritten.v1":
                            found.append(json.loads(record.value))
    finally:
        await consumer.stop()
    mine = [one for one in found if one["mediator_id"] == "deng"]
    assert mine[0]["note"].startswith(f"sealed/1/{matter.estate}/")
