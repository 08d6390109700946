"""The service on a database of its own, without Kafka: facts are handed from hand to hand."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import uuid4

import asyncpg
import httpx
from linli_local.issuer import Issuer
from linli_local.testing import KeyStore
from linli_notifications.addresses.domain import address_of
from linli_notifications.app import INBOXES, SERVICE
from linli_notifications.dead_letters import DEAD_LETTERS
from linli_notifications.intents.commands import RequestIntent
from linli_notifications.intents.domain import INTENTS
from linli_notifications.intents.telling import dedupe_key, intent_of
from linli_notifications.mail.agreement import Agreement
from linli_notifications.mail.queue import QUEUE, QUEUES, TOPIC
from linli_notifications.mail.sender import Sender
from linli_notifications.mail.settings import MailSettings
from linli_service.running import Running
from linli_service.settings import Settings
from linli_shared.agent import system_asks
from linli_shared.ending import ended
from linli_shared.fold import Record, parse
from linli_shared.kafka import Fact, shard_of
from linli_shared.projector import progress, project
from linli_shared.store import EventStore
from linli_shared.timers import Timers
from linli_shared.viewset import Build
from pydantic import SecretStr

from services.notifications.tests.a_log import uid
from services.notifications.tests.an_intent import NOON

ESTATE = "xx"
_EVENTS = """
select *, lag(position, 1, 0::bigint) over (order by position) as prev
  from es.event where shard = $1 order by position"""


SENT: Final = ["NotificationRequested", "Queued 1", "Sent 1"]


class Agreed(Agreement):
    """As if Kafka and store knew the same."""

    async def holds(self) -> bool:
        return True


@dataclass
class Office:
    app: Any
    store: EventStore
    relay: asyncpg.Pool
    view: asyncpg.Pool
    issuer: Issuer
    now: datetime = NOON
    _sent: set[Any] = field(default_factory=set)

    @asynccontextmanager
    async def client(self, person: str, **estates: str) -> AsyncIterator[httpx.AsyncClient]:
        token = self.issuer.token(person, {estate: [role] for estate, role in estates.items()})
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app),
            base_url="http://notifications",
            headers={"Authorization": f"Bearer {token}"},
        ) as client:
            yield client

    async def set_address(self, person: str, **more: Any) -> httpx.Response:
        async with self.client(person, **{ESTATE: "resident"}) as client:
            body = {"estate_id": ESTATE, "email": f"{person}@example.org"} | more
            key = {"Idempotency-Key": str(uuid4())}
            answer = await client.post("/addresses", json=body, headers=key)
        assert answer.status_code == 201, answer.text
        return answer

    async def remove_address(self, person: str) -> httpx.Response:
        async with self.client(person, **{ESTATE: "resident"}) as client:
            path = f"/addresses/{address_of(ESTATE, person)}/remove"
            return await client.post(path, json={}, headers={"Idempotency-Key": str(uuid4())})

    async def ask(self, person: str, event: object = 1, **more: Any) -> Any:
        """As the process does: an intent to tell the person of an event; its id."""
        given: dict[str, Any] = {
            "template": "case_resolved", "params": {"case_no": "XX-1"}, "severity": "info",
            "own_case_id": str(uid("c")), "recorded_at": self.now.isoformat(), **more,
        }  # fmt: skip
        key = dedupe_key(uid(event), person, given["template"], "1")
        request = RequestIntent(
            dedupe_key=key, source_event_id=uid(event), person_id=person, template_version="1",
            **given,
        )  # fmt: skip
        intent = intent_of(key)
        asked = system_asks("telling", ESTATE, uid(event), intent, correlation=uid("c"))
        await self.store.reach(INTENTS, intent, request, asked, ESTATE)
        return intent

    async def read(self, build: int = 1, until: int | None = None) -> None:
        """The queue and the dead letters read what was published, all of it or so many events."""
        shard = shard_of(ESTATE)
        rows = (await self.relay.fetch(_EVENTS, shard))[:until]
        for view in (Build(QUEUES, build), Build(INBOXES, 1)):
            async with self.view.acquire() as db:
                await progress(db, view, TOPIC, [shard])
            await project(self.view, view, TOPIC, {shard: [_record(row) for row in rows]})
        assert not await self.view.fetch("select error from view.parked")

    async def story(self, intent: Any) -> list[str]:
        """What happened to an intent, in short."""
        rows = await self.relay.fetch(
            "select type, data from es.event where stream = $1 order by version",
            INTENTS.stream(intent),
        )
        return [_in_short(row["type"].split(".")[2], json.loads(row["data"])) for row in rows]

    async def fire(self) -> int:
        """Tell what is due by the office's clock."""
        timers = Timers(self.relay, self.store, [INTENTS], "office")
        rows = await self.relay.fetch(
            "select estate, stream, name, due_at from es.timer where due_at <= $1", self.now
        )
        return sum([await timers._answered(row) for row in rows])

    async def later(self, **time: float) -> None:
        self.now += timedelta(**time)
        await self.fire()
        await self.read()

    def sender(
        self, url: str, *, start: str = "beginning", owner: str = "office", **more: Any
    ) -> Sender:
        """Of the same owner, so that it need not wait for an earlier one's lease."""
        settings = MailSettings.model_validate(
            {
                "smtp_url": url, "smtp_timeout_s": 2, "mail_start": start,
                "mail_sender": "邻里 <no-reply@example.org>", "mail_site": "https://linli.example",
            }
        )  # fmt: skip
        agreement = Agreed(self.store.pool, "")
        return Sender(self.store, self.view, settings, owner, agreement, **more)

    async def queue(self) -> list[Any]:
        assert QUEUE.rows
        rows = await self.view.fetch(f"select * from {QUEUE.rows.of(1)} order by queued_at")
        return [QUEUE.rows.parse(row) for row in rows]


def _in_short(name: str, data: dict[str, Any]) -> str:
    detail = data.get("reason") or data.get("attempt")
    return f"{name} {detail}" if detail else name


def _record(row: Any) -> Record:
    fact = Fact(
        row["position"], row["prev"], row["estate"], row["stream"], row["version"], row["type"],
        row["id"], "linli/notifications", row["correlation"], row["occurred_at"],
        row["recorded_at"], row["data"].encode(),
    )  # fmt: skip
    at, shard = row["position"], shard_of(row["estate"])
    return Record(TOPIC, shard, at, fact, None, fact.data, [], parse([QUEUE, DEAD_LETTERS], fact))


@asynccontextmanager
async def open_office(
    urls: dict[str, str], issuer: Issuer, key_store: KeyStore
) -> AsyncIterator[Office]:
    settings = Settings(
        app_url=SecretStr(urls["LINLI_APP_URL"]),
        issuer=issuer.url,
        **key_store.settings("notifications"),
    )
    async with (
        asyncpg.create_pool(urls["LINLI_RELAY_URL"], min_size=1, max_size=2) as relay,
        asyncpg.create_pool(urls["LINLI_VIEW_URL"], min_size=1, max_size=3) as view,
        AsyncExitStack() as held,
    ):

        async def clock() -> datetime:
            return office.now

        running = Running(SERVICE, settings, ["api"], clock=clock)
        app = await running.app(held)
        office = Office(app, app.state.store, relay, view, issuer)
        tasks = [asyncio.create_task(task()) for task in running._tasks]
        try:
            yield office
        finally:
            await ended(*tasks)


async def waiting(office: Office, *people: str, **more: Any) -> list[Any]:
    """People with an address, each with a message in the queue."""
    for person in people:
        await office.set_address(person)
    found = [await office.ask(person, **more) for person in people]
    await office.read()
    return found
