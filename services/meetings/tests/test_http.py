"""The service as a process of its own, over HTTP on a real database: what a decider alone cannot
show, which is one topic of a name, one result of a vote, and guards between streams."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
from linli_local.issuer import Issuer
from linli_local.testing import KeyStore
from linli_meetings.meetings.events import VoteClosed
from linli_meetings.resolutions.domain import RESOLUTIONS
from linli_shared.agent import system_asks
from linli_shared.decider import Rejected

from services.meetings.tests.an_estate import reactions
from shared.tests.served import Person, person, served
from shared.tests.stores import a_store

Urls = dict[str, str]
Declared = Callable[..., Awaitable[str]]
_LOAD = "select data from es.load('{xx}', $1) where type = 'linli.meetings.VoteClosed.v1'"
PEOPLE = {"o1": "owners", "o2": "owners", "p1": "property", "chen": "community"}


@pytest.fixture
async def urls(make_database: Callable[..., Awaitable[Urls]]) -> Urls:
    return await make_database()


@pytest.fixture
async def address(urls: Urls, issuer: Issuer, key_store: KeyStore) -> AsyncIterator[str]:
    parts = ("api", "timers")
    async with served(
        "linli_meetings", *parts, urls=urls, issuer=issuer, key_store=key_store
    ) as address:
        yield address


@pytest.fixture
def who(address: str, issuer: Issuer) -> Callable[..., Any]:
    return partial(person, address, issuer)


@pytest.fixture
async def declared(urls: Urls) -> AsyncIterator[Declared]:
    """What the process makes of a closed vote, without Kafka: the path of the resolution."""
    async with a_store(urls["LINLI_APP_URL"]) as store:

        async def declare(meeting: str, resolution: UUID | None = None) -> str:
            rows = await store.pool.fetch(_LOAD, f"meeting-{meeting}")
            (closed,) = (VoteClosed.model_validate_json(row[0]) for row in rows)
            (do,) = (do for do in reactions("", closed) if do.decider is RESOLUTIONS)
            key = resolution or do.key
            asked = system_asks("test", "xx", key, correlation=closed.chain_id)
            await store.reach(do.decider, key, do.command, asked, "xx")
            return f"/resolutions/{key}"

        yield declare


TOPIC = {"estate_id": "xx", "title": "电动车充电桩", "description": "装充电桩。"}


async def test_a_topic_becomes_one_resolution_that_waits_for_its_publicity(
    who: Callable[..., Any], declared: Declared
) -> None:
    async with who("chen", "community_officer") as chen, who("deng", "steward") as deng:
        case, starts = str(uuid4()), datetime.now(UTC) + timedelta(hours=73)
        topic = (await deng.does("/topics", **TOPIC, case_ids=[case]))["id"]

        again = await deng.is_refused("/topics", **TOPIC | {"title": "电动车 充电桩！"})
        assert again["code"] == "TOPIC_DUPLICATE"
        assert again["params"] == {"existing_topic_id": topic}
        other = await deng.is_refused("/topics", **TOPIC | {"title": "别的"}, case_ids=[case])
        assert other["params"] == {"existing_topic_id": topic}

        invited = [{"person_id": who, "party": party} for who, party in PEOPLE.items()]
        plan = {
            "estate_id": "xx", "kind": "deliberation", "starts_at": starts.isoformat(),
            "invited": invited, "agenda": [topic],
        }  # fmt: skip
        early = await chen.is_refused("/meetings", **plan)
        assert early["params"]["from"] == "proposed"
        await chen.does(f"/topics/{topic}/screen", matter="none", regime="advisory")
        meeting = (await chen.does("/meetings", **plan))["id"]
        nowhere = await chen.is_refused(f"/topics/{topic}/schedule", meeting_id=str(uuid4()))
        assert nowhere["code"] == "NOT_FOUND"
        await chen.does(f"/topics/{topic}/schedule", meeting_id=meeting)

        await chen.does(f"/meetings/{meeting}/issue-notice")
        present = [{"person_id": person} for person in PEOPLE]
        await chen.does(f"/meetings/{meeting}/record-attendance", present=present)
        await chen.does(f"/meetings/{meeting}/open")
        await chen.does(f"/meetings/{meeting}/open-vote", topic_id=topic)
        for person in PEOPLE:
            hand = {"topic_id": topic, "choice": "for", "voter_id": person}
            await chen.does(f"/meetings/{meeting}/cast-ballot", **hand)
        twice = await chen.is_refused(f"/meetings/{meeting}/cast-ballot", **hand)
        assert twice["code"] == "ALREADY_VOTED"
        await chen.does(f"/meetings/{meeting}/close-vote", topic_id=topic)

        path = await declared(meeting)
        with pytest.raises(Rejected, match="INVALID_TRANSITION") as once:
            await declared(meeting, uuid4())
        assert path == f"/resolutions/{once.value.params['existing_resolution_id']}"
        of = {"estate_id": "xx", "meeting_id": meeting, "topic_id": topic}
        assert (await chen.asks("/resolutions", **of)).status_code == 404  # no second way to it
        await chen.does(f"{path}/publish")
        due = (starts + timedelta(days=30)).isoformat()
        posts = {"duty": "安装充电桩", "owner_id": "deng", "owner_role": "steward", "due_at": due}
        assert (await chen.does(f"{path}/assign-action", **posts))["action_id"] == 1
        wait = await deng.is_refused(f"{path}/start-action", action_id=1)
        assert wait["code"] == "PUBLICITY_NOT_ENDED"


async def test_an_action_that_is_overdue_is_found_by_its_timer(
    who: Callable[..., Any], declared: Declared
) -> None:
    """Told by the version that the stream then has: nobody has asked for anything."""
    async with who("chen", "community_officer") as chen:
        path = await _publicised(chen, declared)
        due = (datetime.now(UTC) + timedelta(seconds=1)).isoformat()
        sign = {"duty": "设置须知牌", "owner_id": "deng", "owner_role": "steward", "due_at": due}
        version = (await chen.does(f"{path}/assign-action", **sign))["version"]
        async with asyncio.timeout(20):
            more = sign | {"due_at": (datetime.now(UTC) + timedelta(days=9)).isoformat()}
            while True:
                await asyncio.sleep(0.5)
                answer = await chen.does(f"{path}/assign-action", **more)
                version += 1
                if answer["version"] > version:
                    break
        assert answer["version"] == version + 1


async def _publicised(chen: Person, declared: Declared) -> str:
    """A resolution of a meeting of one's own."""
    topic = (await chen.does("/topics", **TOPIC))["id"]
    await chen.does(f"/topics/{topic}/screen", matter="none", regime="advisory")
    soon = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    plan = {
        "estate_id": "xx", "kind": "evaluation", "starts_at": soon, "agenda": [topic],
        "invited": [{"person_id": "chen", "party": "community"}],
    }  # fmt: skip
    meeting = (await chen.does("/meetings", **plan))["id"]
    await chen.does(f"/topics/{topic}/schedule", meeting_id=meeting)
    await chen.does(f"/meetings/{meeting}/issue-notice")
    here = [{"person_id": "chen"}]
    await chen.does(f"/meetings/{meeting}/record-attendance", present=here)
    await chen.does(f"/meetings/{meeting}/open")
    await chen.does(f"/meetings/{meeting}/open-vote", topic_id=topic)
    await chen.does(f"/meetings/{meeting}/cast-ballot", topic_id=topic, choice="for")
    await chen.does(f"/meetings/{meeting}/close-vote", topic_id=topic)
    path = await declared(meeting)
    await chen.does(f"{path}/publish")
    return path
