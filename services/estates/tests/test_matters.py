"""What somebody cannot be erased in the middle of: by data, folded from the facts of others."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

import pytest
from linli_estates.erasures.matters import OPEN, RULES, OpenMatter, Rule, open_matters
from linli_shared.fold import Record, fold, parse
from linli_shared.kafka import Fact
from linli_shared.view import View

from services.estates.tests.a_company import NOW

DISPUTE, MEETING, TOPIC = (UUID(f"0192c000-0000-7000-8000-0000000000e{n}") for n in (1, 2, 3))
PARTIES: Final = [{"person_id": who, "unit_id": "1", "side": "A"} for who in ("li", "zhou")]
VOTE: Final = {"meeting_id": MEETING, "topic_id": TOPIC}
CLASS: Final = {
    "class": Rule(
        topic="linli.programmes.v1",
        key=("session_id",),
        joins={"linli.programmes.ChildCheckedIn.v1": ("child_id",)},
        leaves={"linli.programmes.ChildReleased.v1": ("child_id",)},
        ends=("linli.programmes.SessionClosed.v1",),
    )
}
SERVICES: Final = Path(__file__).parent.parent.parent


def there(view: View[OpenMatter], *said: tuple[str, Mapping[str, Any]]) -> list[OpenMatter]:
    """What is open after these facts."""
    records = []
    for position, (kind, data) in enumerate(said, 1):
        fact = Fact(
            position=position, prev=position - 1, estate="xx", stream="s", version=position,
            kind=kind, id=uuid4(), source="/".join(kind.split(".")[:2]), correlation=uuid4(),
            occurred_at=NOW, recorded_at=NOW, data=json.dumps(data, default=str).encode(),
        )  # fmt: skip
        records.append(Record("t", 0, position, fact, None, fact.data, [], parse([view], fact)))
    made = fold(view, records, {})
    assert not made.parked
    return [row for row in made.rows.values() if row]


def filed(**more: Any) -> tuple[str, Mapping[str, Any]]:
    said = {"dispute_id": DISPUTE, "parties": PARTIES, "matter": "噪音", **more}
    return "linli.cases.DisputeFiled.v1", said


def ballot(voter: str, proxy: str | None = None) -> tuple[str, Mapping[str, Any]]:
    said = {**VOTE, "voter_id": voter, "proxy_id": proxy, "choice": "for"}
    return "linli.meetings.BallotCast.v1", said


def test_parties_are_in_a_dispute_until_it_is_over() -> None:
    (row,) = there(OPEN, filed())
    assert row == OpenMatter("xx", "dispute", str(DISPUTE), ("li", "zhou"))
    for end in RULES["dispute"].ends:
        assert there(OPEN, filed(), (end, {"dispute_id": DISPUTE})) == []


def test_whoever_has_voted_or_was_voted_for_is_in_a_vote_until_it_is_counted_or_void() -> None:
    (row,) = there(OPEN, ballot("li"), ballot("zhou", "wu"))
    assert row == OpenMatter("xx", "vote", f"{MEETING}/{TOPIC}", ("li", "wu", "zhou"))
    for end in RULES["vote"].ends:
        assert there(OPEN, ballot("li"), (end, VOTE)) == []


def test_one_matter_is_not_another() -> None:
    other = {"dispute_id": uuid4()}
    assert len(there(OPEN, filed(), filed(**other), ballot("li"))) == 3
    (left, _) = there(
        OPEN, filed(), filed(**other), ballot("li"), ("linli.cases.DisputeMediated.v1", other)
    )
    assert left.subject == str(DISPUTE)


def test_children_in_class_need_a_table_and_no_code() -> None:
    """Who is fetched is in it no longer, though others are; and nobody once it is closed."""
    view, session = open_matters(CLASS), {"session_id": uuid4()}

    def child(what: str, who: str) -> tuple[str, Mapping[str, Any]]:
        return f"linli.programmes.{what}.v1", {**session, "child_id": who}

    inside = [child("ChildCheckedIn", who) for who in ("yu", "an")]
    (row,) = there(view, *inside, child("ChildReleased", "yu"))
    assert (row.matter, row.person_ids) == ("class", ("an",))
    assert there(view, *inside, *(child("ChildReleased", who) for who in ("yu", "an"))) == []
    assert there(view, *inside, ("linli.programmes.SessionClosed.v1", session)) == []
    assert there(view, child("ChildReleased", "yu")) == []


@pytest.mark.parametrize("matter", sorted(RULES))
def test_the_facts_and_fields_of_a_rule_are_those_of_the_service_that_tells_them(
    matter: str,
) -> None:
    """A misspelt one would protect nobody. Seen red with `parties.person`."""
    rule = RULES[matter]
    fields: dict[str, tuple[str, ...]] = {
        **dict.fromkeys(rule.ends, ()),
        **rule.leaves,
        **rule.joins,
    }
    for kind, named in fields.items():
        service, name = kind.removeprefix("linli.").split(".", 1)
        file = SERVICES / service / f"linli_{service}" / "golden" / f"{name}.json"
        said = json.loads(file.read_bytes())
        assert rule.topic == f"linli.{service}.v1"
        assert {*rule.key} <= said.keys()
        for path in named:
            field, _, within = path.partition(".")
            assert field in said
            assert not within or {within} <= said[field][0].keys()
