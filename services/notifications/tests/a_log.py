"""Facts as the relay publishes them: in each shard one chain of positions."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid5

from linli_notifications.inbox import INBOX, Message
from linli_shared.fold import Record, fold, parse
from linli_shared.kafka import Fact, shard_of

TOPIC: Final = "linli.cases.v1"
GOLDEN: Final = Path(__file__).parents[2]
BEGIN: Final = datetime(2020, 4, 1, 1, tzinfo=UTC)  # 09:00 in Changsha
_IDS: Final = UUID(int=2020)
PARTIES: Final = ({"person_id": "zhao"}, {"person_id": "qian"})


def uid(name: object) -> UUID:
    """An id that is the same in every run."""
    return uuid5(_IDS, str(name))


def golden(service: str, name: str) -> dict[str, Any]:
    """A stored event, as the service has it among its own tests: all that such a fact says."""
    file = GOLDEN / service / f"linli_{service}" / "golden" / f"{name}.v1.json"
    said: dict[str, Any] = json.loads(file.read_bytes())
    return said


class Log:
    """Each fact happens, and is recorded, a minute after the one before it."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self.now = BEGIN
        self._last: dict[tuple[str, int], int] = defaultdict(int)
        self._versions: dict[UUID, int] = defaultdict(int)

    def case(self, case: object, name: str, by: str = "desk", of: str = "li", **data: Any) -> Fact:
        """A fact of a case that `of` has reported."""
        given = {"kind": "complaint", "reporter_id": of, "case_id": str(uid(case))}
        given |= {"case_no": f"XX-{case}"} if name == "CaseOpened" else {}
        return self._add("cases", uid(case), name, given | data | {"by_id": by})

    def dispute(self, dispute: object, name: str, by: str = "desk", **data: Any) -> Fact:
        given: dict[str, Any] = {"category": "leakage", "dispute_id": str(uid(dispute))}
        given |= {"parties": PARTIES, "matter": "楼上漏水"} if name == "DisputeFiled" else {}
        return self._add("cases", uid(dispute), name, given | data | {"by_id": by})

    def of(self, service: str, field: str, thing: object, name: str, **data: Any) -> Fact:
        """A fact of another service's thing, whose id is in `field`; `by` stands for `by_id`."""
        said = golden(service, name) | {field: str(uid(thing))}
        said |= {"by_id": data.pop("by", "desk")}
        return self._add(service, uid(thing), name, said | data)

    def shift(self, name: str, **data: Any) -> Fact:
        return self.of("volunteers", "shift_id", "s", name, **data)

    def visit(self, name: str, **data: Any) -> Fact:
        return self.of("volunteers", "visit_id", "v", name, **data)

    def meeting(self, name: str, **data: Any) -> Fact:
        return self.of("meetings", "meeting_id", "m", name, **data)

    def topic(self, name: str, **data: Any) -> Fact:
        return self.of("meetings", "topic_id", "t", name, **data)

    def resolution(self, name: str, **data: Any) -> Fact:
        """Of the meeting and the topic."""
        given = {"topic_id": str(uid("t"))}
        given |= {"meeting_id": str(uid("m"))} if name == "ResolutionAdopted" else {}
        return self.of("meetings", "resolution_id", "r", name, **given, **data)

    def _add(self, service: str, subject: UUID, name: str, data: Mapping[str, Any]) -> Fact:
        body = dict(data)
        estate = body.pop("estate", "xx")
        self.now += timedelta(minutes=1)
        body["occurred_at"] = self.now
        shard, position = shard_of(estate), len(self.records) + 1
        self._versions[subject] += 1
        fact = Fact(
            position=position,
            prev=self._last[service, shard],
            estate=estate,
            stream=f"thing-{subject}",
            version=self._versions[subject],
            kind=f"linli.{service}.{name}.v1",
            id=uid(f"event {position}"),
            source=f"linli/{service}",
            correlation=subject,
            occurred_at=self.now,
            recorded_at=self.now,
            data=json.dumps(body, default=str).encode(),
        )
        self._last[service, shard] = position
        self.records.append(record(fact))
        return fact


def record(fact: Fact, offset: int = 0) -> Record:
    events = parse([INBOX], fact)
    topic = f"linli.{fact.source.removeprefix('linli/')}.v1"
    return Record(topic, shard_of(fact.estate), offset, fact, None, fact.data, [], events)


def sent(records: Sequence[Record]) -> list[Message]:
    """The messages that the records make; nothing may be parked."""
    made = fold(INBOX, records, {})
    assert not made.parked
    return list(made.lines)


def told(log: Log) -> list[tuple[str, str]]:
    """Who gets what for the last fact."""
    last = log.records[-1].fact.id
    return sorted((m.person_id, m.template) for m in sent(log.records) if m.source_event_id == last)
