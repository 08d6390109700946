"""The part `mail` on real PostgreSQL and Kafka: from a fact to a letter; and when it rests."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from asyncpg import Pool
from linli_local.issuer import Issuer
from linli_local.testing import KeyStore, Stack
from linli_notifications.addresses.commands import SetAddress
from linli_notifications.addresses.domain import ADDRESSES, address_of
from linli_notifications.app import INBOXES, SERVICE
from linli_notifications.consents import OWN_CONSENTS
from linli_notifications.intents.telling import telling
from linli_notifications.mail.agreement import Agreement
from linli_notifications.mail.queue import QUEUES
from linli_notifications.mail.sender import Sender, mail
from linli_service.running import Running
from linli_service.service import Service, Task
from linli_service.settings import Settings
from linli_shared.asked import Asked
from linli_shared.ending import ended
from linli_shared.kafka import create_topics, shard_of
from linli_shared.store import EventStore
from pydantic import SecretStr

from services.notifications.tests.a_log import Log
from services.notifications.tests.a_mail_server import MailServer
from services.notifications.tests.an_office import Office
from shared.tests.broker import Raw, until, write
from shared.tests.things import made, wire

NOON = datetime.now(UTC).replace(hour=4, minute=0, second=0, microsecond=0)  # 12:00 in Changsha
SHARD = shard_of("xx")


def on_topics_of_its_own(server: MailServer, office: Office) -> tuple[Service, str]:
    """The service as it is, but for the names of the topics; and where cases are published."""
    cases, own = f"linli.cases.{uuid4().hex}", f"linli.notifications.{uuid4().hex}"

    def post(store: EventStore, pool: Pool, settings: Settings, owner: str) -> Task:
        agreement = Agreement(store.pool, settings.kafka, own)
        mine = office.sender(server.url).settings
        return Sender(store, pool, mine, owner, agreement, poll_s=0.05).run

    service = replace(
        SERVICE,
        topic=own,
        views=[
            replace(INBOXES, topics=[cases]),
            replace(QUEUES, topics=[own]),
            replace(OWN_CONSENTS, topics=[f"linli.estates.{uuid4().hex}"]),
        ],
        processes=telling([cases]),
        workers={"mail": post},
    )
    return service, cases


@asynccontextmanager
async def running(
    service: Service, urls: dict[str, str], stack: Stack, issuer: Issuer, key_store: KeyStore
) -> AsyncIterator[EventStore]:
    given = {name[6:].lower(): SecretStr(url) for name, url in urls.items()}
    settings = Settings.model_validate(
        given
        | {"kafka": stack.kafka, "issuer": issuer.url, "lease_s": 2}
        | key_store.settings("notifications")
    )

    async def clock() -> datetime:
        return NOON + timedelta(hours=1)

    async with AsyncExitStack() as held:
        parts = Running(service, settings, service.parts, clock=clock)
        app = await parts.app(held)
        async with asyncio.TaskGroup() as parts._group:
            for task in parts._tasks:
                parts._start(task)
            try:
                yield app.state.store
            finally:
                await ended(*parts._running)


async def publish(stack: Stack, topic: str, log: Log, facts: slice = slice(None)) -> None:
    records = [r.fact for r in log.records[facts]]
    raw = [Raw(shard_of(f.estate), f.data, wire(f, topic), b"k") for f in records]
    await write(stack.kafka, topic, raw)


async def address(store: EventStore, person: str) -> None:
    asked = Asked(person, {"xx": frozenset(["resident"])}, uuid4(), uuid4(), uuid4())
    command = SetAddress(estate_id="xx", email=f"{person}@example.org")
    await store.reach(ADDRESSES, address_of("xx", person), command, asked, "xx")


async def test_a_fact_becomes_one_letter_to_each_whom_it_concerns(
    office: Office,
    urls: dict[str, str],
    stack: Stack,
    issuer: Issuer,
    mail: MailServer,
    key_store: KeyStore,
) -> None:
    """Through restarts of the whole process, and with every fact delivered twice."""
    service, cases = on_topics_of_its_own(mail, office)
    await create_topics(stack.kafka, [cases, service.topic])
    log = Log()
    log.now = NOON
    log.case("parent", "CaseOpened", by="li")
    log.case("child", "CaseOpened", by="zhou", of="zhou")
    log.case("child", "CaseMerged", of="zhou", into=str(log.records[0].fact.stream[6:]))
    log.case("parent", "CaseResolved", by="wang")
    wanted = {"li": 2, "zhou": 3}
    for start, facts in ((0, slice(0, 2)), (1, slice(0, 4)), (2, slice(2, 4))):
        async with running(service, urls, stack, issuer, key_store) as store:
            if not start:
                for person in wanted:
                    await address(store, person)
            await publish(stack, cases, log, facts)
            total = 2 if not start else sum(wanted.values())

            async def arrived(total: int = total) -> bool:
                """And written down: a letter without its Sent would go out once more."""
                sent = "select count(*) from es.event where type = 'linli.notifications.Sent.v1'"
                return len(mail.letters) >= total <= int(await office.relay.fetchval(sent))

            await until(arrived, 30)
    to = [letter["To"].partition("@")[0] for letter in mail.letters]
    assert {person: to.count(person) for person in wanted} == wanted
    assert len(set(mail.ids)) == len(mail.ids) == 5
    kinds = await office.relay.fetch("select type, count(*) from es.event group by type")
    counted = {row["type"].split(".")[2]: row["count"] for row in kinds}
    assert counted == {"AddressSet": 2, "NotificationRequested": 5, "Queued": 5, "Sent": 5}


# --- a store that was put back ---------------------------------------------------------------


async def test_nothing_is_sent_while_kafka_knows_more_than_the_store(
    office: Office, stack: Stack
) -> None:
    topic = f"linli.notifications.{uuid4().hex}"
    await create_topics(stack.kafka, [topic])
    agreement = Agreement(office.store.pool, stack.kafka, topic)
    assert await agreement.holds()  # nothing is known anywhere
    facts = [made(position) for position in (1, 2, 3)]
    raw = [Raw(SHARD, f.data, wire(f, topic)) for f in facts]
    await write(stack.kafka, topic, raw)
    assert await agreement.holds()  # once it held, it does
    agreement.forget()
    assert not await agreement.holds()
    await office.relay.execute("update es.relay set position = 3 where shard = $1", SHARD)
    assert not await agreement.holds()  # the queue has not read it
    await office.view.execute(
        "insert into view.progress (views, topic, shard, position) values ($1, $2, $3, 3)",
        f"{QUEUES.name}.1", topic, SHARD,
    )  # fmt: skip
    assert await agreement.holds()


async def test_a_lost_database_makes_the_sender_compare_again(
    office: Office, mail: MailServer
) -> None:
    asked: list[str] = []

    class Watched(Agreement):
        async def holds(self) -> bool:
            asked.append("holds")
            if len(asked) == 1:
                raise OSError("gone")
            return False

        def forget(self) -> None:
            asked.append("forget")

    sender = office.sender(mail.url, poll_s=0.01)
    sender.agreement = Watched(office.store.pool, "")
    task = asyncio.create_task(sender.run())

    async def enough() -> bool:
        return len(asked) > 3

    await until(enough)
    await ended(task)
    assert asked[:4] == ["holds", "forget", "holds", "holds"]
    assert mail.calls == 0


# --- settings --------------------------------------------------------------------------------

NOTHING: Sequence[str] = (
    "LINLI_SMTP_URL",
    "LINLI_MAIL_SENDER",
    "LINLI_MAIL_SITE",
    "LINLI_MAIL_START",
)


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in NOTHING:
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


async def test_without_a_mail_server_the_part_rests(environment: Any) -> None:
    await mail(None, None, Settings(), "")()  # type: ignore[arg-type]


def test_half_of_the_settings_is_refused_at_the_start(environment: Any) -> None:
    environment.setenv("LINLI_SMTP_URL", "smtps://linli:secret@mail.example")
    with pytest.raises(SystemExit, match="LINLI_MAIL_SENDER") as caught:
        mail(None, None, Settings(), "")  # type: ignore[arg-type]
    assert "secret" not in str(caught.value)
    environment.setenv("LINLI_MAIL_SENDER", "no-reply@example.org")
    environment.setenv("LINLI_MAIL_SITE", "https://linli.example")
    with pytest.raises(SystemExit, match="LINLI_MAIL_START"):
        mail(None, None, Settings(), "")  # type: ignore[arg-type]


async def test_with_all_of_them_it_sends(environment: Any, office: Office) -> None:
    given = ("smtp://127.0.0.1:9", "no-reply@example.org", "https://linli.example", "now")
    for name, value in zip(NOTHING, given, strict=True):
        environment.setenv(name, value)
    settings = Settings.model_validate({"kafka": "127.0.0.1:9"})
    task = asyncio.create_task(mail(office.store, office.view, settings, "one")())
    at_work = "select count(*) from lease.member where work = 'mail'"

    async def leased() -> bool:
        return bool(await office.view.fetchval(at_work))

    await until(leased)
    await ended(task)
    assert not await leased()
