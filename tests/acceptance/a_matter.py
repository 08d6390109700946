"""A matter of an estate on its way from complaints to an evaluation, over HTTP and in simulated
time, and what the services have stored of it."""

import asyncio
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import uuid4

import asyncpg
import httpx

from tests.conftest import Client, Simulated, complaint

DAY: Final = timedelta(days=1)
ROLES: Final = {
    "deng": "steward", "he": "steward", "desk": "operator", "chen": "community_officer",
}  # fmt: skip
REPORTERS: Final = ("li", "zhou", "wu")
FEW: Final = {"o1": "owners", "p1": "property", "chen": "community"}
SCORES: Final = {"owners": 44, "property": 46, "community": 45}
_FACTS: Final = """
select id, type, stream, correlation, causation, data::text as data, recorded_at
  from es.event where estate = $1 order by position"""


@dataclass(frozen=True)
class Fact:
    """`name` of `linli.<service>.<name>.v1`; `chain` is its correlation."""

    id: str
    name: str
    stream: str
    chain: str
    said: Mapping[str, Any]
    recorded_at: datetime


@dataclass
class Matter:
    """Whoever speaks tries again with the same key while nobody answers, as clients should."""

    linli: Simulated
    estate: str
    patience_s: float = 120
    roles: Mapping[str, str] = field(default_factory=lambda: ROLES)
    cases: list[str] = field(default_factory=list)
    topic: str = ""
    meeting: str = ""
    resolution: str = ""
    _clients: dict[tuple[str, str], Client] = field(default_factory=dict)
    _held: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def __aenter__(self) -> "Matter":
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._held.aclose()

    @property
    def now(self) -> datetime:
        assert self.linli.time.now is not None
        return self.linli.time.now

    # --- speaking ----------------------------------------------------------------------------

    async def does(self, person: str, path: str, **body: Any) -> dict[str, Any]:
        answer = await self._asks(person, path, body)
        assert answer.status_code in {200, 201}, f"{path}: {answer.text}"
        told: dict[str, Any] = answer.json()
        return told

    async def refused(self, person: str, path: str, **body: Any) -> tuple[int, str, Any]:
        """Status, code and params."""
        answer = await self._asks(person, path, body)
        told = answer.json()
        assert "code" in told, f"{path}: {answer.text}"
        return answer.status_code, told["code"], told["params"]

    async def _asks(self, person: str, path: str, body: Mapping[str, Any]) -> httpx.Response:
        meetings = path.startswith(("/topics", "/meetings", "/resolutions"))
        service, key = "meetings" if meetings else "cases", uuid4().hex
        if (client := self._clients.get((service, person))) is None:
            role = self.roles.get(person, "resident")
            opened = self.linli.client(service, person, role, estate=self.estate)
            client = await self._held.enter_async_context(opened)
            self._clients[service, person] = client
        async with asyncio.timeout(self.patience_s):
            while True:
                try:
                    answer = await client.command(path, body, key=key)
                    if answer.status_code != 503:
                        return answer
                except httpx.TransportError:  # it was killed: what became of it is open
                    pass
                await asyncio.sleep(0.05)

    # --- what is stored ----------------------------------------------------------------------

    async def facts(self, service: str, *names: str) -> list[Fact]:
        """All of the estate that a service has stored, or those of these names, in order."""
        db = await asyncpg.connect(self.linli.databases[service]["LINLI_RELAY_URL"])
        try:
            rows = await db.fetch(_FACTS, self.estate)
        finally:
            await db.close()
        found = [
            Fact(
                str(row["id"]), row["type"].split(".")[2], row["stream"], str(row["correlation"]),
                json.loads(row["data"]), row["recorded_at"],
            )
            for row in rows
        ]  # fmt: skip
        return [fact for fact in found if not names or fact.name in names]

    async def counted(self, service: str) -> Counter[str]:
        return Counter(fact.name for fact in await self.facts(service))

    async def settled(self) -> None:
        """Nothing is left to do for any process."""
        await self.linli.time.idle()

    async def later(self, time: timedelta) -> None:
        await self.linli.time.until(self.now + time)

    # --- the way -----------------------------------------------------------------------------

    async def opened(self, n: int = 3) -> None:
        """Cases that Deng works on, of as many neighbours."""
        for place, reporter in zip(range(n), REPORTERS, strict=False):
            home = {"building_id": str(place), "unit_id": f"{place}-1-0101"}
            body = complaint(
                self.estate, title="楼道里给电动车充电", place=home, service_code="safety"
            )
            case = (await self.does(reporter, "/cases", **body))["id"]
            await self.does("desk", f"/cases/{case}/acknowledge")
            await self.does("desk", f"/cases/{case}/assign", assignee_id="deng")
            await self.does("deng", f"/cases/{case}/start")
            self.cases.append(case)

    async def refer(self, **more: Any) -> None:
        """The first case; it is to become a topic."""
        words = {"title": "电动车充电桩", "description": "提请业主议事。"} | more
        path = f"/cases/{self.cases[0]}/refer-to-deliberation"
        self.topic = (await self.does("deng", path, **words))["topic_id"]

    async def link(self) -> None:
        """The others."""
        for case in self.cases[1:]:
            await self.does("deng", f"/topics/{self.topic}/link-case", case_id=case)
        await self.settled()

    async def referred(self, **more: Any) -> None:
        await self.refer(**more)
        await self.settled()
        await self.link()

    async def planned(self, ahead: timedelta, parties: Mapping[str, str] = FEW) -> None:
        await self.does("chen", f"/topics/{self.topic}/screen", matter="none", regime="advisory")
        invited = [{"person_id": who, "party": party} for who, party in parties.items()]
        plan = {
            "estate_id": self.estate, "kind": "deliberation", "chair_id": "chen",
            "starts_at": (self.now + ahead).isoformat(), "invited": invited,
            "agenda": [self.topic],
        }  # fmt: skip
        self.meeting = (await self.does("desk", "/meetings", **plan))["id"]
        await self.settled()

    async def noticed(self) -> None:
        await self.does("desk", f"/meetings/{self.meeting}/issue-notice")

    async def came(self, *people: str, **change: Any) -> None:
        present = [{"person_id": person, **change} for person in people]
        await self.does("desk", f"/meetings/{self.meeting}/record-attendance", present=present)

    async def voting(self) -> None:
        path = f"/meetings/{self.meeting}"
        await self.does("chen", f"{path}/open")
        await self.does("chen", f"{path}/open-vote", topic_id=self.topic)
        await self.settled()

    async def voted(self, people: Sequence[str] = (*FEW,), hands: Sequence[str] = ()) -> None:
        for voter, choice in zip(people, hands or ["for"] * len(people), strict=True):
            hand = {"topic_id": self.topic, "voter_id": voter, "choice": choice}
            await self.does("desk", f"/meetings/{self.meeting}/cast-ballot", **hand)

    async def decided(self) -> None:
        """The vote is closed, and what it says is declared."""
        await self.does("chen", f"/meetings/{self.meeting}/close-vote", topic_id=self.topic)
        await self.settled()
        (closed,) = await self.facts("meetings", "VoteClosed")
        self.resolution = f"/resolutions/{closed.said['resolution_id']}"

    async def given(self, *duties: tuple[str, str, timedelta]) -> None:
        """Publicised, and actions given to their owners."""
        await self.does("desk", f"{self.resolution}/publish")
        for duty, owner, within in duties:
            due = (self.now + within).isoformat()
            action = {"duty": duty, "owner_id": owner, "owner_role": "steward", "due_at": due}
            await self.does("desk", f"{self.resolution}/assign-action", **action)

    async def done(self, action: int, owner: str) -> None:
        of = {"action_id": action}
        await self.does(owner, f"{self.resolution}/start-action", **of)
        photo = [f"photo-{action}"]
        await self.does(owner, f"{self.resolution}/complete-action", **of, evidence_ids=photo)

    async def verified(self, action: int) -> None:
        await self.does("chen", f"{self.resolution}/verify-action", action_id=action)
        await self.settled()

    async def evaluated(self, verdict: str = "effective", **change: Any) -> None:
        said = {"verdict": verdict, "scores": SCORES, "reason": "楼道里已不再充电。"}
        await self.does(
            "chen", f"{self.resolution}/record-evaluation", chair_id="chen", **said | change
        )
        await self.settled()
