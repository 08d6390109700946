"""Two API processes of cases at once: whichever is asked, there is one order of facts."""

import asyncio
import random
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any, Final
from uuid import uuid4

import asyncpg
import httpx
import pytest
from asyncpg import Record
from linli_cases.complaints.domain import CASES
from linli_cases.complaints.moves import MOVES as OF_CASES
from linli_cases.disputes.domain import DISPUTES
from linli_cases.disputes.moves import MOVES as OF_DISPUTES
from linli_local import key_files, ports, services
from linli_shared.decider import Decider
from linli_shared.lifecycle import Moves
from linli_shared.messages import Event

from tests.a_certificate import a_certificate
from tests.conftest import Client, Linli, complaint

_LOG = """
select version, type, data, command
  from es.event where estate = $1 and stream = $2 order by version"""
ROLES: Final = ("resident", "steward", "operator", "mediator")
SOON: Final = (datetime.now(UTC) + timedelta(days=3)).isoformat()
SIDES: Final = [{"person_id": p, "unit_id": p, "side": s} for p, s in (("li", "A"), ("wu", "B"))]
TERM: Final = {"duty": "夜里不装修"}
Step = tuple[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Life:
    """What is begun, and a way through nearly all its states, by somebody who may do all of it."""

    path: str
    begins: Mapping[str, Any]
    before: Sequence[Step]
    """What is said of another one of them until it is taken: then all that it needs is known."""
    steps: Sequence[Step]
    free: Step
    """What can be said at any of them."""
    decider: Decider[Any, Any, Any]
    moves: Moves


CASE: Final = Life(
    "/cases",
    complaint("ESTATE"),
    [],
    [
        ("acknowledge", {}),
        ("assign", {"assignee_id": "deng"}),
        ("start", {}),
        ("suspend", {"wait_for": "resident", "until": SOON}),
        ("resume", {}),
        ("escalate", {"level": 2, "reason": "久拖不决"}),
        ("respond", {"channel": "phone", "message": "今天来修"}),
        ("resolve", {"outcome": "已修好"}),
        ("confirm", {}),
        ("rate", {"score": 4, "solved": True}),
        ("reopen", {"reason": "又坏了"}),
        ("withdraw", {}),
    ],
    ("respond", {"channel": "phone", "message": "在办"}),
    CASES,
    OF_CASES,
)
DISPUTE: Final = Life(
    "/disputes",
    {"estate_id": "ESTATE", "category": "noise", "parties": SIDES, "matter": "夜里装修"},
    [
        ("record-consent", {"side": "A", "consents": True}),
        ("record-consent", {"side": "B", "consents": True}),
        ("assign-mediator", {"mediator_id": "deng", "body": "informal"}),
    ],
    [
        ("record-consent", {"side": "A", "consents": True}),
        ("record-consent", {"side": "B", "consents": True}),
        ("assign-mediator", {"mediator_id": "deng", "body": "informal"}),
        ("give-rights-notice", {}),
        (
            "hold-session",
            {"starts_at": "2026-01-01T00:00:00Z", "mode": "phone", "attended": ["li", "wu"]},
        ),
        ("record-agreement", {"form": "oral", "terms": [TERM]}),
        ("record-performance", {}),
    ],
    ("write-note", {"note": "已电话沟通"}),
    DISPUTES,
    OF_DISPUTES,
)
LIVES: Final = pytest.mark.parametrize("life", [CASE, DISPUTE], ids=["case", "dispute"])


@pytest.fixture(scope="module")
async def second(linli: Linli) -> AsyncIterator[Linli]:
    """Another API process of cases, beside the one that runs."""
    name, port = "cases-api-2", ports.any_port()
    env = dict(linli.databases["cases"]) | linli.common | {"LINLI_PORT": str(port)}
    env |= key_files.of(linli.running.home, "cases")
    linli.running.ensure(name, [sys.executable, "-m", "linli_cases", "api"], env=env)
    address = {name: f"http://127.0.0.1:{port}"}
    services.wait(linli.running, address, "/readyz")
    yield replace(linli, addresses={"cases": address[name]})
    linli.running.stop(name)


@dataclass(frozen=True)
class Both:
    """The two processes, asked by one person of one estate."""

    one: Client
    other: Client
    estate: str
    log: asyncpg.Connection
    linli: Linli

    async def ready(self, life: Life) -> None:
        """A mediator has a certificate, and cases has read of it."""
        if not life.before:
            return
        await a_certificate(self.linli, self.estate, "deng")
        path = await self.begun(life, category="parking")
        for step, body in life.before:
            async with asyncio.timeout(30):
                while True:
                    if (await self.one.command(f"{path}/{step}", body)).status_code == 200:
                        break
                    await asyncio.sleep(0.1)

    async def begun(self, life: Life, **change: str) -> str:
        body = {**life.begins, "estate_id": self.estate, **change}
        answer = await self.one.command(life.path, body)
        assert answer.status_code == 201, answer.text
        return str(answer.headers["location"])

    async def facts(self, life: Life, path: str) -> list[Record]:
        stream = life.decider.stream(path.rpartition("/")[2])
        return await self.log.fetch(_LOG, self.estate, stream)


@pytest.fixture
async def both(linli: Linli, second: Linli, estate: str) -> AsyncIterator[Both]:
    async with AsyncExitStack() as stack:
        one, other = [
            await stack.enter_async_context(at.client("cases", "deng", *ROLES, estate=estate))
            for at in (linli, second)
        ]
        log = await asyncpg.connect(linli.databases["cases"]["LINLI_RELAY_URL"])
        stack.push_async_callback(log.close)
        yield Both(one, other, estate, log, linli)


async def settled(api: Client, path: str, body: Mapping[str, Any], **sent: str) -> httpx.Response:
    """A 503 says: the same again."""
    sent = {"key": str(uuid4())} | sent
    while (answer := await api.command(path, body, **sent)).status_code == 503:
        assert answer.json()["code"] == "CONTENTION"
        assert "retry-after" in answer.headers
    return answer


@LIVES
async def test_each_step_of_a_life_through_both_at_once_with_one_key_is_one_fact(
    both: Both, life: Life
) -> None:
    await both.ready(life)
    path = await both.begun(life)
    for n, (step, body) in enumerate(life.steps):
        key, turn = str(uuid4()), (both.one, both.other)[:: 1 if n % 2 else -1]
        answers = await asyncio.gather(
            *(settled(api, f"{path}/{step}", body, key=key) for api in (*turn, *turn))
        )
        assert {answer.status_code for answer in answers} == {200}, answers[0].text
        assert len({(answer.text, answer.headers["etag"]) for answer in answers}) == 1
    facts = await both.facts(life, path)
    assert [fact["version"] for fact in facts] == list(range(1, len(facts) + 1))
    assert len({fact["command"] for fact in facts}) == len(life.steps) + 1
    assert len(facts) == answers[0].json()["version"]


@LIVES
async def test_of_two_that_have_seen_the_same_version_one_wins_through_whichever_process(
    both: Both, life: Life
) -> None:
    """At each step of a life the step itself and something else, both for the version before."""
    await both.ready(life)
    path = await both.begun(life)
    for n, (step, body) in enumerate(life.steps):
        version = len(await both.facts(life, path))
        tag, turn = f'"{version}"', (both.one, both.other)[:: 1 if n % 2 else -1]
        free = life.free if _can_be_said(life, n) else (step, body)
        answers = await asyncio.gather(
            settled(turn[0], f"{path}/{step}", body, If_Match=tag),
            settled(turn[1], f"{path}/{free[0]}", free[1], If_Match=tag),
        )
        assert sorted(answer.status_code for answer in answers) == [200, 412], step
        (lost,) = (answer for answer in answers if answer.status_code == 412)
        assert lost.json()["code"] == "STREAM_VERSION_CONFLICT"
        assert lost.json()["params"]["expected"] == version
        if answers[0] is lost and free[0] != step:
            assert (await settled(turn[1], f"{path}/{step}", body)).status_code == 200
    facts = await both.facts(life, path)
    assert [fact["version"] for fact in facts] == list(range(1, len(facts) + 1))


def _can_be_said(life: Life, n: int) -> bool:
    """A resolved case is answered no more, and a dispute has notes once it has a mediator."""
    done = [step for step, _ in life.steps[:n]]
    if life is CASE:
        return "resolve" not in done or "reopen" in done
    return "assign-mediator" in done and "record-agreement" not in done


@LIVES
@pytest.mark.parametrize("seed", range(3))
async def test_whatever_both_are_asked_at_once_what_happens_is_in_the_table(
    both: Both, life: Life, seed: int
) -> None:
    """Forty commands in any order, eight at a time; some come through both with one key."""
    await both.ready(life)
    chance, path = random.Random(seed), await both.begun(life)
    done = set[str]()

    async def asked(api: Client, step: Step, key: str) -> None:
        answer = await settled(api, f"{path}/{step[0]}", step[1], key=key)
        assert answer.status_code in {200, 403, 409, 422}, answer.text
        if answer.status_code == 200:
            done.add(key)

    for n in range(5):
        ahead = life.steps[min(2 * n, len(life.steps) - 1)]  # so that it gets somewhere
        steps = [ahead, *(chance.choice([*life.steps, life.free]) for _ in range(5))]
        calls = [(chance.choice([both.one, both.other]), s, str(uuid4())) for s in steps]
        calls += [
            (both.one if api is both.other else both.other, s, key) for api, s, key in calls[:2]
        ]
        await asyncio.gather(*(asked(*call) for call in chance.sample(calls, len(calls))))

    facts = await both.facts(life, path)
    assert [fact["version"] for fact in facts] == list(range(1, len(facts) + 1))
    commands = [fact["command"] for fact in facts]
    assert len({*commands}) <= len(done) + 1  # one that finds nothing to do writes nothing
    runs = sum(a != b for a, b in pairwise(commands)) + 1
    assert runs == len({*commands}), "what one command wrote is torn apart"
    _within_the_table(life, [Event.parse(fact["type"], fact["data"]) for fact in facts])


def _within_the_table(life: Life, events: Sequence[Event]) -> None:
    table = {(came, to) for froms, to in life.moves.values() if to for came in froms}
    table |= {("filed", "declined"), ("settled", "breached"), ("filed", "accepted")}
    states = [life.decider.fold(events[: n + 1]) for n in range(len(events))]
    seen = [state.status for state in states if state]
    assert len(seen) == len(events)
    assert {(a, b) for a, b in pairwise(seen) if a != b} <= table


async def test_two_processes_carry_out_commands_on_one_stream_each_once_and_in_order(
    linli: Linli, second: Linli, estate: str
) -> None:
    async with (
        linli.client("cases", "desk", "operator", estate=estate) as one,
        second.client("cases", "desk", "operator", estate=estate) as other,
    ):
        case = (await one.command("/cases", complaint(estate))).json()["id"]
        path, answer = f"/cases/{case}/respond", {"channel": "phone", "message": "已安排"}
        keys = [str(uuid4()) for _ in range(60)]
        answers = await asyncio.gather(
            *(api.command(path, answer, key=key) for key in keys for api in (one, other))
        )  # each of the commands to both
        for n, key in enumerate(keys):  # a 503 says: the same again
            for at in (2 * n, 2 * n + 1):
                while answers[at].status_code == 503:
                    assert answers[at].json()["code"] == "CONTENTION"
                    assert "retry-after" in answers[at].headers
                    answers[at] = await one.command(path, answer, key=key)
    assert {a.status_code for a in answers} == {200}
    pairs = [{answers[2 * n].text, answers[2 * n + 1].text} for n in range(60)]
    assert all(len(pair) == 1 for pair in pairs)
    assert sorted(a.json()["version"] for a in answers[::2]) == list(range(2, 62))
