"""Facts as the relay publishes them: in each shard one chain of positions."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid5

from linli_shared.fold import Folded, Record, fold, parse
from linli_shared.kafka import Fact, shard_of
from linli_shared.view import View
from linli_views.app import VIEWS

GOLDEN: Final = Path(__file__).parents[2]
BEGIN: Final = datetime(2020, 4, 1, 1, tzinfo=UTC)  # 09:00 in Changsha
_IDS: Final = UUID(int=2020)
_OPENED: Final[Mapping[str, Any]] = {
    "case_no": "XX-2020-000001",
    "service_code": "lighting",
    "title": "楼道灯不亮",
    "description": "晚上看不清台阶",
    "place": {"building_id": "3", "unit_id": "3-2-1102"},
    "channel": "app",
    "priority": "P3",
}
PARTIES: Final = (
    {"person_id": "zhao", "unit_id": "7-1-0602", "side": "A"},
    {"person_id": "qian", "unit_id": "7-1-0502", "side": "B"},
)


def uid(name: object) -> UUID:
    """An id that is the same in every run."""
    return uuid5(_IDS, str(name))


def golden(service: str, name: str) -> dict[str, Any]:
    """A stored event, as the service has it among its own tests: all that such a fact says."""
    file = GOLDEN / service / f"linli_{service}" / "golden" / f"{name}.v1.json"
    said: dict[str, Any] = json.loads(file.read_bytes())
    return said


class Log:
    """Each fact is recorded a minute after the one before it, and happened then, unless `at`."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self.now = BEGIN
        self._last: dict[tuple[str, int], int] = defaultdict(int)
        self._versions: dict[UUID, int] = defaultdict(int)

    def case(self, case: object, name: str, **data: Any) -> Fact:
        """A fact of a case; `kind`, `reporter_id`, `by_id`, `estate` and `at` have defaults."""
        given = {"kind": "complaint", "reporter_id": "li", "case_id": str(uid(case))}
        given |= _OPENED if name == "CaseOpened" else {}
        return self._add("cases", uid(case), name, given | data)

    def dispute(self, dispute: object, name: str, **data: Any) -> Fact:
        given: dict[str, Any] = {"category": "leakage", "dispute_id": str(uid(dispute))}
        if name == "DisputeFiled":
            given |= {"parties": PARTIES, "filing_side": "A", "matter": "楼上漏水"}
        return self._add("cases", uid(dispute), name, given | data)

    def shift(self, shift: object, name: str, **data: Any) -> Fact:
        of = {"shift_id": uid(shift)}
        return self._add("volunteers", uid(shift), name, golden("volunteers", name) | of | data)

    def visit(self, visit: object, name: str, **data: Any) -> Fact:
        of = {"visit_id": uid(visit)}
        return self._add("volunteers", uid(visit), name, golden("volunteers", name) | of | data)

    def topic(self, topic: object, name: str, **data: Any) -> Fact:
        """Of a chain of its own id."""
        of = {"topic_id": uid(topic), "chain_id": uid(topic)}
        return self._add("meetings", uid(topic), name, golden("meetings", name) | of | data)

    def meeting(self, meeting: object, name: str, **data: Any) -> Fact:
        of = {"meeting_id": uid(meeting)}
        return self._add("meetings", uid(meeting), name, golden("meetings", name) | of | data)

    def resolution(self, resolution: object, name: str, topic: object, **data: Any) -> Fact:
        """Of what was said of a topic, in its chain."""
        of = {"resolution_id": uid(resolution), "topic_id": uid(topic), "chain_id": uid(topic)}
        said = golden("meetings", name) | of | data
        return self._add("meetings", uid(resolution), name, said)

    def company(self, company: object, name: str, **data: Any) -> Fact:
        of = {"company_id": uid(company), "estate": "company:c1"}
        return self._add("estates", uid(company), name, golden("estates", name) | of | data)

    def unit(self, unit: object, name: str, **data: Any) -> Fact:
        of = {"unit_key": uid(unit)}
        return self._add("estates", uid(unit), name, golden("estates", name) | of | data)

    def estate(self, subject: object, name: str, key: str, **data: Any) -> Fact:
        """Whose id is in the field `key`."""
        of = {key: uid(subject)}
        return self._add("estates", uid(subject), name, golden("estates", name) | of | data)

    def fees(self, unit: object, name: str, **data: Any) -> Fact:
        """Of the account of a unit; `bills` of a payment are pairs of number and fen."""
        of: dict[str, Any] = {"account_id": uid(f"fees {unit}"), "unit_id": str(unit)}
        if "bills" in data:
            of["allocations"] = [self._share(no, fen) for no, fen in data.pop("bills").items()]
        if name in {"BillIssued", "BillWaived"}:
            of |= self._share(data.get("bill_no", "B-2020-Q2"), 0)
        said = golden("estates", name) | of | data
        return self._add("estates", uid(f"fees {unit}"), name, said)

    def _share(self, bill_no: str, fen: int) -> dict[str, Any]:
        """`B-2020-Q2` is a bill of that quarter."""
        year, quarter = bill_no[2:6], int(bill_no[8])
        begins = f"{year}-{quarter * 3 - 2:02}-01"
        period = {"period": f"{year}-Q{quarter}", "begins_on": begins}
        return {"bill_no": bill_no, "amount_fen": fen, **period}

    def person(self, person: object, name: str, **data: Any) -> Fact:
        of = {"person_key": uid(person), "estate": "company:c1"}
        return self._add("estates", uid(person), name, golden("estates", name) | of | data)

    def erasure(self, erasure: object, name: str, **data: Any) -> Fact:
        of = {"erasure_id": uid(erasure), "estate": "company:c1"}
        return self._add("estates", uid(erasure), name, golden("estates", name) | of | data)

    def consent(self, name: str, **data: Any) -> Fact:
        """Of the company c1; of which person and purpose, `data` says."""
        said = golden("estates", name) | {"estate": "company:c1"} | data
        subject = uid(f"{said.get('person_id')} {said['purpose']}")
        of = {"text_id" if "text_zh" in said else "consent_id": subject}
        return self._add("estates", subject, name, said | of)

    def disclosure(self, name: str, **data: Any) -> Fact:
        """To Zhao, of Li of the company c1."""
        subject = uid(f"disclosure {len(self.records)}")
        of = {"estate": "company:c1", "person_key": uid("p"), "disclosure_id": subject}
        return self._add("estates", subject, name, golden("estates", name) | of | data)

    def reading(self, case: object, **data: Any) -> Fact:
        """That somebody saw a case as it was written."""
        subject = uid(f"disclosure {len(self.records)}")
        of = {"case_id": uid(case), "disclosure_id": subject}
        said = golden("cases", "CaseFieldRevealed") | of | data
        return self._add("cases", subject, "CaseFieldRevealed", said)

    def refusal(self, service: str, **data: Any) -> Fact:
        """Of a step of a process."""
        subject = uid(f"refusal {len(self.records)}")
        return self._add(service, subject, "StepRefused", golden(service, "StepRefused") | data)

    def _add(self, service: str, subject: UUID, name: str, data: Mapping[str, Any]) -> Fact:
        body = {"by_id": "desk", **data}
        estate, at = body.pop("estate", "xx"), body.pop("at", None)
        self.now += timedelta(minutes=1)
        body["occurred_at"] = occurred = at or self.now
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
            occurred_at=occurred,
            recorded_at=self.now,
            data=json.dumps(body, default=str).encode(),
        )
        self._last[service, shard] = position
        self.records.append(record(fact))
        return fact


def record(fact: Fact, offset: int = 0) -> Record:
    events = parse(VIEWS.members, fact)
    topic = f"linli.{fact.source.removeprefix('linli/')}.v1"
    return Record(topic, shard_of(fact.estate), offset, fact, None, fact.data, [], events)


def folded(view: View[Any], records: Sequence[Record]) -> Folded:
    """What the records make of a view that is empty; nothing may be parked."""
    made = fold(view, records, {})
    assert not made.parked
    return made
