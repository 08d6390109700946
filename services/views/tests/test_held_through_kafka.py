"""What is held on a person, out of real Kafka and over real HTTP: which facts, and how it ends."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

import httpx
import pytest
import uvicorn
from linli_local import ports
from linli_local.issuer import Issuer
from linli_local.testing import Stack
from linli_service.running import Running
from linli_service.settings import Settings
from linli_shared.fold import Record
from linli_shared.kafka import Fact, create_topics, shard_of, start_producer
from linli_views.app import SERVICE, VIEWS
from linli_views.held import api, search
from linli_views.held.search import TOPICS
from pydantic import SecretStr

from services.views.tests.a_log import PARTIES, Log, golden, record, uid
from shared.tests.broker import Raw, until, write
from shared.tests.things import wire


@dataclass(frozen=True)
class Desk:
    """The views' HTTP over topics that no other test writes."""

    url: str
    kafka: str
    mark: str
    issuer: Issuer

    def own(self, topic: str) -> str:
        return topic.replace("linli.", f"linli.t{self.mark}.")

    async def publish(self, records: Iterable[Record]) -> None:
        """All at once, each partition in this order."""
        producer = await start_producer(self.kafka)
        try:
            sent = [
                await producer.send(
                    self.own(r.topic), r.value, partition=r.shard,
                    headers=wire(self.moved(r.fact), self.own(r.topic)),
                )
                for r in records
            ]  # fmt: skip
            await asyncio.gather(*sent)
        finally:
            await producer.stop()

    def moved(self, fact: Fact) -> Fact:
        return replace(fact, source=fact.source.replace("linli/", f"linli/t{self.mark}."))

    @asynccontextmanager
    async def client(self, person: str, **estates: str) -> AsyncIterator[httpx.AsyncClient]:
        token = self.issuer.token(person, {estate: [role] for estate, role in estates.items()})
        headers = {"Authorization": f"Bearer {token}"}
        small = httpx.AsyncHTTPTransport(
            socket_options=[(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 * 1024)]
        )
        async with httpx.AsyncClient(
            base_url=self.url, headers=headers, timeout=60, transport=small
        ) as client:
            yield client

    async def held(self, person: str, *estates: str) -> Any:
        async with self.client(person, **dict.fromkeys(estates, "resident")) as client:
            answer = await client.get(f"/people/{person}/data")
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture
async def desk(
    make_database: Callable[..., Awaitable[dict[str, str]]],
    issuer: Issuer,
    stack: Stack,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Desk]:
    mark, port = uuid4().hex[:8], ports.any_port()
    made = Desk(f"http://127.0.0.1:{port}", stack.kafka, mark, issuer)
    topics = tuple(map(made.own, TOPICS))
    monkeypatch.setattr(api, "TOPICS", topics)
    await create_topics(stack.kafka, topics)
    urls = await make_database(store=False, views=[VIEWS])
    settings = Settings(
        app_url=SecretStr(urls["LINLI_APP_URL"]), issuer=issuer.url, kafka=stack.kafka
    )
    async with AsyncExitStack() as held:
        app = await Running(SERVICE, settings, ["api"]).app(held)
        server = uvicorn.Server(uvicorn.Config(app, port=port, log_config=None, lifespan="off"))
        serving = asyncio.create_task(server.serve())
        try:

            async def there() -> bool:
                return server.started

            await until(there)
            yield made
        finally:
            server.should_exit = True
            await serving


def a_life() -> Log:
    """Of Li in two estates of one shard or two, of Zhao who quarrels with Qian, of nobody else."""
    log = Log()
    log.case("lamp", "CaseOpened", by_id="li")
    log.case("lamp", "CaseAcknowledged")
    log.case("noise", "CaseOpened", reporter_id="zhou", by_id="zhou", about_person_id="li")
    log.case("there", "CaseOpened", estate="b", by_id="li")
    log.dispute("leak", "DisputeFiled", by_id="zhao", parties=PARTIES)
    log.shift("guard", "SignupConfirmed", person_id="li", by_id="li")
    log.visit("elder", "VisitScheduled", elder_id="li")
    log.topic("bikes", "TopicProposed", co_signer_ids=["zhou", "li", "sun"], by_id="zhou")
    address = golden("notifications", "AddressSet") | {"person_id": "li"}
    log._add("notifications", uid("address"), "AddressSet", address)
    log._add(
        "estates",
        uid("company"),
        "CompanyFounded",
        golden("estates", "CompanyFounded") | {"by_id": "li"},
    )
    return log


def kinds(held: Any) -> list[str]:
    return [fact["event"].split(".")[-2] for fact in held["facts"]]


async def test_it_is_of_every_service_and_of_the_estates_of_the_token_alone(desk: Desk) -> None:
    """Seen red without `one.estate in self.estates`, for an estate of the same shard."""
    log = a_life()
    near = next(f"n{n}" for n in range(1000) if shard_of(f"n{n}") == shard_of("xx"))
    log.case("next door", "CaseOpened", estate=near, by_id="li")
    await desk.publish(log.records)
    held = await desk.held("li", "xx")
    assert kinds(held) == [
        "CaseOpened", "CaseAcknowledged", "CaseOpened", "CompanyFounded", "TopicProposed",
        "AddressSet", "SignupConfirmed", "VisitScheduled",
    ]  # fmt: skip
    assert (held["count"], held["complete"], held["estates"]) == (8, True, ["xx"])
    assert {fact["estate"] for fact in held["facts"]} == {"xx"}
    assert held["facts"][2]["fields"] == ["about_person_id"]
    text = json.dumps(held)
    assert not [who for who in ("zhou", "zhao", "qian", "sun", "desk") if f'"{who}' in text]
    at = {place: position for place, position in held["read_to"].items() if position}
    assert {place.rpartition("/")[0] for place in at} == set(map(desk.own, TOPICS))
    assert len((await desk.held("li", "xx", "b"))["facts"]) == 9
    assert kinds(await desk.held("li", near)) == ["CaseOpened"]
    assert (await desk.held("li", "elsewhere"))["facts"] == []


async def test_both_parties_have_their_dispute_and_neither_the_other(desk: Desk) -> None:
    await desk.publish(a_life().records)
    for who, other in (("zhao", "qian"), ("qian", "zhao")):
        held = await desk.held(who, "xx")
        assert kinds(held) == ["DisputeFiled"]
        assert held["facts"][0]["text_zh"] == "已申请调解，类别：漏水"
        assert other not in json.dumps(held)


async def test_what_was_sent_again_is_told_once_and_what_no_relay_wrote_is_not(desk: Desk) -> None:
    log = a_life()
    topic = desk.own("linli.cases.v1")
    shard = shard_of("xx")
    forged = log.records[0]
    headers = wire(replace(forged.fact, position=10**9, source="linli/evil"), "linli.evil.v1")
    await desk.publish(log.records[:3])
    await write(
        desk.kafka, topic, [Raw(shard, forged.value, headers), Raw(shard, b"li", [("ce_id", b"")])]
    )
    await desk.publish([*log.records[1:3], *log.records])
    held = await desk.held("li", "xx")
    assert (held["count"], held["complete"]) == (8, True)
    assert len({fact["event_id"] for fact in held["facts"]}) == 8


async def test_where_a_fact_is_missing_it_says_that_it_is_not_complete(desk: Desk) -> None:
    log = a_life()
    await desk.publish([log.records[0], *log.records[2:]])
    held = await desk.held("li", "xx")
    assert not held["complete"]
    assert kinds(held)[0] == "CaseOpened"


async def test_a_text_that_cannot_be_read_now_is_counted(desk: Desk) -> None:
    """There is no key store here. And who has had one answer can have the next at once: seen red
    while the one was over only when Kafka had been left."""
    log = Log()
    token = f"sealed/1/xx/person:li/{uid('event 1').hex}/title/AAAA"
    log.case("lamp", "CaseOpened", by_id="li", title=token)
    await desk.publish(log.records)
    held = await desk.held("li", "xx")
    assert held["withheld"] == 1
    assert [text["state"] for text in held["facts"][0]["texts"]] == ["withheld"]
    async with desk.client("li", xx="resident") as client:
        table = await client.get("/people/li/data", headers={"Accept": "text/csv"})
        again = await client.get("/people/li/data?format=csv", headers={"Accept": "*/*"})
    assert table.headers["content-type"].startswith("text/csv")
    assert "no-store" in table.headers["cache-control"]
    assert '"incomplete"' in table.text
    assert again.text == table.text


def many(n: int) -> list[Record]:
    log = Log()
    log.case("lamp", "CaseOpened", by_id="li", **{f"number_{k}": k for k in range(300)})
    (first,) = log.records
    facts = [
        replace(first.fact, position=k + 1, prev=k, id=uid(f"many {k}"), version=k + 1)
        for k in range(n)
    ]
    return [record(fact) for fact in facts]


async def test_a_reader_who_goes_away_ends_the_reading(desk: Desk) -> None:
    """Some 20 MB are more than lies in buffers between us. One reading a person at a time, so
    while the first is not over there is no second."""
    await desk.publish(many(4_000))
    async with desk.client("li", xx="resident") as client:
        async with client.stream("GET", "/people/li/data") as answer:
            assert answer.status_code == 200
            body = answer.aiter_bytes()  # which ends when nobody has it
            await anext(body)
            busy = await client.get("/people/li/data")
            assert (busy.status_code, busy.json()["code"]) == (503, "OVERLOADED")
            assert api._asking

        async def over() -> bool:
            return not api._asking

        await until(over, 10)
        async with client.stream("GET", "/people/li/data") as answer:
            size = 0
            async for chunk in answer.aiter_bytes():
                size += len(chunk)
                last = chunk
    assert b'"complete":true' in last
    assert size > 15_000_000


async def test_while_kafka_does_not_answer_nothing_is_told(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before the answer has begun: 503, not a document that looks as if nothing were held."""
    monkeypatch.setattr(api, "TOPICS", ("linli.nowhere.v1",))
    monkeypatch.setattr(search, "_SILENCE_S", 2)
    async with desk.client("li", xx="resident") as client:
        answer = await client.get("/people/li/data")
    assert (answer.status_code, answer.json()["code"]) == (503, "UNAVAILABLE")
    assert not api._asking
