"""Withdrawing consent to e-mail stops the next message that is not necessary, and no other."""

import json
from typing import Any
from uuid import uuid4

import pytest
from linli_notifications.consents import CONSENTS, ESTATES, OWN_CONSENTS, MailConsent
from linli_notifications.mapping import NOTICES
from linli_notifications.templates import TEMPLATES, necessary
from linli_shared.fold import Record, fold, parse
from linli_shared.kafka import Fact, shard_of
from linli_shared.projector import progress, project
from linli_shared.viewset import Build

from services.notifications.tests.a_mail_server import MailServer
from services.notifications.tests.an_intent import NOON
from services.notifications.tests.an_office import SENT, Office, waiting

C1, TOPIC = "company:c1", "linli.estates.v1"
NEWS = "resolution_adopted"


class Estates:
    """What the service estates tells, one fact after the other."""

    def __init__(self) -> None:
        self.records: list[Record] = []

    def says(self, name: str, estate: str = C1, **data: Any) -> None:
        n = len(self.records) + 1
        shard = shard_of(estate)
        prev = max([r.fact.position for r in self.records if r.shard == shard], default=0)
        fact = Fact(
            n, prev, estate, f"s-{n}", 1, f"linli.estates.{name}.v1", uuid4(), "linli/estates",
            uuid4(), NOON, NOON, json.dumps(data).encode(),
        )  # fmt: skip
        events = parse(OWN_CONSENTS.members, fact)
        self.records.append(Record(TOPIC, shard, n, fact, None, fact.data, [], events))

    def consent(self, name: str, person: str = "li", purpose: str = "contact_by_email") -> None:
        self.says(f"Consent{name}", person_id=person, purpose=purpose)

    async def told(self, office: Office) -> None:
        for record in self.records:
            async with office.view.acquire() as db:
                await progress(db, Build(OWN_CONSENTS, 1), TOPIC, [record.shard])
            batch = {record.shard: [record]}
            await project(office.view, Build(OWN_CONSENTS, 1), TOPIC, batch)
        assert not await office.view.fetch("select error from view.parked")


def registered() -> Estates:
    made = Estates()
    made.says("EstateRegistered", estate_id="xx")
    made.says("EstateRegistered", "company:c2", estate_id="yy")
    return made


def test_what_was_said_last_of_e_mail_counts_and_other_purposes_do_not() -> None:
    told = registered()
    for name, purpose in (
        ("Given", "contact_by_email"), ("Withdrawn", "contact_by_email"), ("Given", "photos"),
        ("Withdrawn", "photos"),
    ):  # fmt: skip
        told.consent(name, purpose=purpose)
    assert fold(CONSENTS, told.records, {}).rows == {(C1, "li"): MailConsent(C1, "li", False)}
    told.consent("Given")
    assert fold(CONSENTS, told.records, {}).rows == {(C1, "li"): MailConsent(C1, "li", True)}
    assert set(fold(ESTATES, told.records, {}).rows) == {(C1, "xx"), ("company:c2", "yy")}


async def test_who_has_withdrawn_gets_no_news_and_all_that_is_necessary(
    office: Office, mail: MailServer
) -> None:
    """Also what is in the queue already. Seen red without the check of consent."""
    of_news = {"template": NEWS, "params": {"title": "充电桩"}}
    (news,) = await waiting(office, "li", event=1, **of_news)
    (answer,) = await waiting(office, "li", event=2)
    (zhou,) = await waiting(office, "zhou", event=3, **of_news)
    estates = registered()
    estates.consent("Given")
    estates.consent("Withdrawn")
    await estates.told(office)
    await office.sender(mail.url).round()
    assert await office.story(news) == ["NotificationRequested", "Queued 1", "Suppressed consent"]
    assert await office.story(answer) == SENT
    assert await office.story(zhou) == SENT  # who said nothing of it, and has an address
    estates.consent("Given")
    await estates.told(office)
    (again,) = await waiting(office, "li", event=4, **of_news)
    await office.sender(mail.url).round()
    assert await office.story(again) == SENT


async def test_a_withdrawal_with_another_company_is_not_ones_own(
    office: Office, mail: MailServer
) -> None:
    """Ids are a company's: its `li` is somebody else."""
    (news,) = await waiting(office, "li", template=NEWS, params={"title": "充电桩"})
    estates = registered()
    estates.says("ConsentWithdrawn", "company:c2", person_id="li", purpose="contact_by_email")
    await estates.told(office)
    await office.sender(mail.url).round()
    assert await office.story(news) == SENT


def test_what_is_news_was_decided_and_everything_else_is_necessary() -> None:
    """docs/adr/0030. A new template is news until somebody says otherwise."""
    used = {notice.template for notices in NOTICES.values() for notice in notices}
    assert used == set(TEMPLATES)
    assert {template for template in TEMPLATES if not necessary(template)} == {
        "minutes_published", "resolution_adopted", "resolution_rejected",
        "resolution_publicised", "resolution_overturned", "case_you_handled_closed",
    }  # fmt: skip
    assert not necessary("invented_tomorrow")


@pytest.mark.parametrize("template", ["visit_no_answer", "case_answered", "meeting_noticed"])
def test_what_safety_and_the_contract_need_is_necessary(template: str) -> None:
    assert necessary(template)
