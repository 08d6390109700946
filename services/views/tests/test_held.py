"""What is told to a person of a fact that names them, and what never is."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linli_sealed.fields import SHREDDED, WITHHELD
from linli_sealed.token import Owner, Token
from linli_sealed.vault import Vault
from linli_service.auth import Caller
from linli_shared.decider import Rejected
from linli_shared.kafka import Fact
from linli_views.disclosure_log import Disclosure
from linli_views.held.api import concerned, opened, where
from linli_views.held.search import Reach
from linli_views.held.telling import Held, held, naming
from linli_views.held.writing import Begin, Csv, End, Json, guarded
from linli_views.sight import Sight
from uuid_utils.compat import uuid7

from services.views.tests.a_log import GOLDEN
from shared.tests.test_sealed import Ring
from shared.tests.test_sealed import key as a_key

LI: Final = "p-li-8f3a"
OTHER: Final = "p-other-77c1"
NOBODY: Final = Sight(LI, (), ("xx",))
AT: Final = datetime(2026, 5, 4, tzinfo=UTC)
FILES: Final = {
    f"linli.{file.parts[-4]}.{file.name.removesuffix('.json')}": file
    for file in sorted(GOLDEN.glob("*/linli_*/golden/*.json"))
}


def a_fact(data: Mapping[str, Any], kind: str = "linli.cases.CaseOpened.v1", **more: Any) -> Fact:
    made: dict[str, Any] = {
        "position": 7, "prev": 6, "estate": "xx", "stream": f"case-{uuid7()}", "version": 1,
        "kind": kind, "id": uuid7(), "source": "/".join(kind.split(".")[:2]),
        "correlation": uuid7(), "occurred_at": AT, "recorded_at": AT,
        "data": json.dumps(data, default=str).encode(), **more,
    }  # fmt: skip
    return Fact(**made)


def told(fact: Fact, *, whole: bool = False) -> Held | None:
    found = naming(fact, [], LI)
    return held(found, [], whole=whole) if found else None


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where a text stands."""
    if isinstance(value, dict | list):
        for name, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(inner, (*path, name))
    elif isinstance(value, str):
        yield path


def put(value: Any, path: tuple[Any, ...], text: str) -> None:
    for part in path[:-1]:
        value = value[part]
    value[path[-1]] = text


def is_id(path: tuple[Any, ...]) -> bool:
    name = next(str(part) for part in reversed(path) if isinstance(part, str))
    return name.endswith(("_id", "_ids", "_by")) or name in {"attended", "expected", "waiting"}


@pytest.mark.parametrize("kind", sorted(FILES))
def test_of_no_event_of_any_service_is_an_id_of_somebody_else_told(kind: str) -> None:
    """Each text of it is the person's id in turn, and every other id somebody else's. Seen red with
    texts among the values."""
    said = json.loads(FILES[kind].read_bytes())
    ids = [path for path in places(said) if is_id(path)]
    for mine in places(said):
        event = deepcopy(said)
        for path in ids:
            put(event, path, OTHER)
        put(event, mine, LI)
        found = told(a_fact(event, kind), whole=True)
        assert found
        assert found.fields == [".".join(map(str, mine))]
        assert OTHER not in found.model_dump_json()


@pytest.mark.parametrize("kind", sorted(FILES))
def test_of_no_event_of_any_service_is_a_text_told_but_in_its_sentence(kind: str) -> None:
    said = json.loads(FILES[kind].read_bytes())
    for mine in places(said):
        event = deepcopy(said)
        texts = [p for p in places(said) if p != mine]
        for path in texts:
            put(event, path, "她家的门牌")
        put(event, mine, LI)
        found = told(a_fact(event, kind))
        assert found
        assert "她家" not in found.model_dump_json(exclude={"text_zh", "text_en"})


def test_whom_a_complaint_is_about_learns_of_it_and_not_who_made_it_nor_how_it_is_told() -> None:
    """Seen red with `about_person_id` in SEEN_BY."""
    said = json.loads(FILES["linli.cases.CaseOpened.v1"].read_bytes())
    about = told(a_fact({**said, "reporter_id": OTHER, "by_id": OTHER, "about_person_id": LI}))
    made = told(a_fact({**said, "reporter_id": LI, "by_id": LI, "about_person_id": OTHER}))
    assert about
    assert made
    assert (about.fields, about.text_zh) == (["about_person_id"], None)
    assert OTHER not in about.model_dump_json() + made.model_dump_json()
    assert made.text_zh
    assert made.text_en


def test_of_a_list_only_what_names_the_person_is_told() -> None:
    """Seen red with lists told whole."""
    parties = [{"person_id": OTHER, "age": 83}, {"person_id": LI, "age": 41}]
    found = told(a_fact({"parties": parties, "scores": [5, 4], "n": 2, "late": True, "at": AT}))
    assert found
    at = str(AT)
    assert found.fields == ["parties.1.person_id"]
    assert found.values == {"parties.1.age": 41, "n": 2, "late": True}
    timed = told(a_fact({"by_id": LI, "at": AT.isoformat(), "day": "2026-05-04", "odd": at}))
    assert timed
    assert timed.values == {"at": AT.isoformat(), "day": "2026-05-04"}


def test_an_id_that_looks_like_a_time_is_no_time() -> None:
    found = told(a_fact({"by_id": LI, "reporter_id": "2020-01-01T00:00:00Z"}))
    assert found
    assert found.values == {}


def test_who_sent_the_command_is_named_though_the_fact_says_nothing_of_them() -> None:
    meta = [("ce_commandmeta", json.dumps({"actor": LI, "roles": []}).encode())]
    found = naming(a_fact({"n": 1}), meta, LI)
    assert found
    assert found.fields == ("meta.actor",)
    assert naming(a_fact({"n": 1}), meta, OTHER) is None


@pytest.mark.parametrize("text", [f"{LI}-2", f"x{LI}", f"{LI}:case", f"company:{LI}"])
def test_a_longer_text_in_which_the_id_stands_is_not_the_person(text: str) -> None:
    assert naming(a_fact({"by_id": text}), [], LI) is None


def test_a_stream_whose_id_is_made_of_another_person_is_not_told() -> None:
    """Whoever knows ids could try them: UUID version 5. Seen red with the stream told always."""
    derived = f"credentials-{uuid5(UUID(int=1), OTHER)}"
    for data, seen in (({"person_id": OTHER, "by_id": LI}, None), ({"person_id": LI}, derived)):
        found = told(a_fact(data, stream=derived))
        assert found
        assert found.stream == seen


@pytest.mark.parametrize("data", [b"%s", b"\xff%s", b'["%s"', b"[" * 100_000 + b"%s"])
def test_what_cannot_be_read_names_nobody(data: bytes) -> None:
    assert naming(replace(a_fact({}), data=data.replace(b"%s", LI.encode())), [], LI) is None


# --- texts ---------------------------------------------------------------------------------------


def sealed(ring: Ring, fact: Fact, subject: str, field: str, text: str) -> str:
    owner = Owner(fact.estate, subject)
    return Token.seal(ring.held.setdefault(owner, a_key(1)), owner, fact.id, field, text)


def with_texts(ring: Ring, **subjects: str) -> Fact:
    """A fact by Li with a text in each field, sealed for its subject."""
    fact = a_fact({})
    said = {f: sealed(ring, fact, s, f, f"{f} 的话") for f, s in subjects.items()}
    return a_fact({"by_id": LI, **said}, id=fact.id)


async def texts(ring: Ring, fact: Fact, *, themself: bool = True) -> dict[str, tuple[str, str]]:
    found = naming(fact, [], LI)
    assert found
    (one,) = await opened([found], Vault(ring, "answer"), NOBODY, themself=themself)
    return {text.field: (text.state, text.text) for text in one.texts}


async def test_ones_own_texts_are_opened_and_nobody_elses_are_there() -> None:
    """Nor a matter's, be its id that of the person. Seen red with any kind of owner."""
    ring = Ring()
    fact = with_texts(
        ring, a=f"person:{LI}", b=f"words:{OTHER}", c=f"matter:{LI}", d=f"words:{LI}",
        e=f"care:{LI}",
    )  # fmt: skip
    assert await texts(ring, fact) == {f: ("read", f"{f} 的话") for f in "ade"}


async def test_a_text_of_a_later_generation_is_found_where_nothing_else_names_them() -> None:
    """Also in a list. Seen red with the mark of the first generation alone."""
    ring, fact = Ring(), a_fact({})
    owner = Owner("xx", f"words:{LI}")
    ring.held[owner] = key = a_key(1, 2)
    text = Token.seal(key, owner, fact.id, "items.1.note", "第二代")
    said = a_fact({"items": [{"note": "x"}, {"note": text}]}, id=fact.id)
    assert "~2/" in text
    assert await texts(ring, said) == {"items.1.note": ("read", "第二代")}


async def test_how_an_elder_was_found_is_for_them_alone_whatever_the_reason() -> None:
    """Seen red with every text opened for who has said why."""
    ring = Ring()
    fact = with_texts(ring, a=f"words:{LI}", b=f"care:{LI}")
    assert await texts(ring, fact, themself=False) == {
        "a": ("read", "a 的话"),
        "b": ("not_told", ""),
    }


async def test_a_text_of_another_estate_is_not_the_persons() -> None:
    ring = Ring()
    fact = with_texts(ring, a=f"person:{LI}")
    moved = a_fact(json.loads(fact.data), estate="yy", id=fact.id)
    assert await texts(ring, moved) == {}


async def test_a_text_from_another_event_or_field_is_not_opened() -> None:
    """Though it opens with what it says of itself, and though the event where it belongs is told
    beside it. Seen red without `moved`."""
    ring = Ring()
    fact = with_texts(ring, a=f"person:{LI}")
    said = json.loads(fact.data)
    other = a_fact(said)
    elsewhere = a_fact({"by_id": LI, "b": said["a"]}, id=fact.id)
    facts = [found for one in (fact, other, elsewhere) if (found := naming(one, [], LI))]
    made = await opened(facts, Vault(ring, "answer"), NOBODY, themself=True)
    assert [[text.state for text in one.texts] for one in made] == [
        ["read"], ["withheld"], ["withheld"],
    ]  # fmt: skip


async def test_a_destroyed_key_and_a_key_store_that_is_away_say_which_it_is() -> None:
    ring = Ring()
    fact = with_texts(ring, a=f"person:{LI}")
    ring.away = True
    assert await texts(ring, fact) == {"a": ("withheld", WITHHELD)}
    ring.away = False
    ring.held[Owner("xx", f"person:{LI}")] = None
    assert await texts(ring, fact) == {"a": ("erased", SHREDDED)}


async def test_a_text_that_was_sealed_when_the_key_was_gone_already_is_erased() -> None:
    fact = a_fact({})
    nothing = Token.seal(None, Owner("xx", f"person:{LI}"), fact.id, "a", "x")
    assert await texts(Ring(), a_fact({"a": nothing}, id=fact.id)) == {"a": ("erased", SHREDDED)}


# --- who may ask ---------------------------------------------------------------------------------


def caller(person: str, **estates: str) -> Caller:
    return Caller(f"issuer|{person}", person, {e: frozenset({r}) for e, r in estates.items()})


def a_disclosure(*estates: str, person: str = LI) -> Disclosure:
    of: dict[str, Any] = {"estate": "company:c1", "kind": "export", "field": None, "reason": "核对"}
    return Disclosure(
        **of, disclosure_id=uuid7(), person_key=uuid7(), person_id=person, estate_ids=estates,
        by_id=OTHER, disclosed_at=AT, recorded_at=AT,
    )  # fmt: skip


def allowed(who: Caller, person: str, estate: str | None, of: Disclosure | None = None) -> Any:
    """The estates, or the code."""
    try:
        return concerned(where(who, person, of, list(who.estates)), estate)
    except Rejected as refused:
        return refused.code


def test_everybody_may_ask_for_their_own_and_in_their_estates() -> None:
    assert allowed(caller(LI, yy="resident", xx="operator"), LI, None) == ["xx", "yy"]
    assert allowed(caller(LI, yy="resident", xx="operator"), LI, "yy") == ["yy"]
    assert allowed(caller(LI, xx="resident"), LI, "yy") == "NOT_FOUND"
    assert allowed(caller(LI), LI, None) == "NOT_FOUND"


@pytest.mark.parametrize("role", ["resident", "operator", "auditor", "steward", "volunteer"])
def test_nobody_gets_what_is_held_on_another(role: str) -> None:
    """Not even with a disclosure of when they were somebody."""
    assert allowed(caller(OTHER, xx=role), LI, None) == "NOT_FOUND"
    assert allowed(caller(OTHER, xx=role), LI, "xx", a_disclosure("xx")) == "NOT_FOUND"


@pytest.mark.parametrize("role", ["estate_manager", "company_user"])
def test_who_answers_for_an_estate_gets_it_there_once_they_have_said_why(role: str) -> None:
    """Seen red with the estates of the token instead of those that were disclosed."""
    manager = caller(OTHER, xx=role, yy=role, zz="steward")
    assert allowed(manager, LI, None) == "DISCLOSURE_REQUIRED"
    assert allowed(manager, LI, None, a_disclosure("xx", "zz")) == ["xx"]
    assert allowed(manager, LI, "yy", a_disclosure("xx")) == "NOT_FOUND"
    assert allowed(manager, LI, None, a_disclosure("xx", person="somebody")) == "NOT_FOUND"


# --- how far it was read -------------------------------------------------------------------------


RUN: Final = st.tuples(st.integers(1, 6), st.integers(1, 6)).map(lambda ends: range(*sorted(ends)))


@given(st.lists(RUN, max_size=8))
def test_each_fact_is_told_once_and_in_order_and_a_hole_is_noticed(runs: list[range]) -> None:
    """A relay that was killed sends again from where it had saved, one that is thought dead sends
    in between, and what is lost may come later. Seen red with every fact taken that is further, and
    where a hole was forgotten as soon as any fact fitted."""
    sent = [position for run in runs for position in run]
    reach, taken = Reach(end=1, offset=1), []
    for position in sent:
        if reach.takes(position - 1, position):
            taken.append(position)
    assert taken == list(range(1, len(taken) + 1))
    assert reach.whole == (len(taken) == max(sent, default=0))


def test_a_topic_that_lost_its_beginning_is_not_whole() -> None:
    reach = Reach(end=3, offset=3)
    assert not reach.takes(4, 5)
    assert not reach.takes(5, 6)
    assert not reach.whole


def test_a_partition_that_was_not_read_to_its_end_is_not_whole() -> None:
    assert not Reach(end=3, offset=2).whole


# --- how it is written ---------------------------------------------------------------------------


def some(n: int) -> list[Held]:
    found = [told(a_fact({"by_id": LI, "n": k})) for k in range(n)]
    return [one for one in found if one]


BEGIN: Final = Begin(person_id=LI, estates=["xx"], asked_at=AT)


def an_end(*, complete: bool = True, withheld: int = 0) -> End:
    at = {"linli.cases.v1/7": 4211}
    return End(count=3, withheld=withheld, complete=complete, read_to=at)


@pytest.mark.parametrize("batches", [[], [[]], [some(1)], [some(2), [], some(1)]])
def test_the_document_is_json_however_it_comes(batches: list[list[Held]]) -> None:
    form = Json()
    text = form.heading(BEGIN) + "".join(map(form.lines, batches)) + form.ending(an_end())
    read = json.loads(text)
    assert [one["event_id"] for one in read["facts"]] == [
        str(f.event_id) for b in batches for f in b
    ]
    assert (read["person_id"], read["complete"]) == (LI, True)
    assert read["read_to"] == {"linli.cases.v1/7": 4211}
    assert all(left["why_zh"] and left["why_en"] for left in read["not_included"])


def table(text: str) -> list[dict[str, str]]:
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def test_the_table_says_at_its_end_whether_it_is_complete() -> None:
    for end, said in (
        (an_end(), "complete"),
        (an_end(complete=False), "incomplete"),
        (an_end(withheld=1), "incomplete"),
    ):
        form = Csv()
        rows = table(form.heading(BEGIN) + form.lines(some(2)) + form.ending(end))
        assert [row["fields"] for row in rows[:2]] == ["by_id", "by_id"]
        assert rows[1]["values"] == "n=1"
        assert {row["event"] for row in rows[2:-1]} == {"not_included"}
        assert rows[-1]["event"] == said
        assert "linli.cases.v1/7=4211" in rows[-1]["values"].splitlines()


@given(st.text(max_size=20))
def test_a_spreadsheet_runs_nothing_that_somebody_wrote(text: str) -> None:
    """Seen red with `guarded` giving back what it is given."""
    for tried in (text, f"={text}", f"+{text}", f"-{text}", f"@{text}", f"\t{text}", f"\r{text}"):
        cell = guarded(tried)
        assert cell.removeprefix("'") == tried or cell == tried
        assert not cell or cell[0] not in "=+-@\t\r\n＝＋－＠"


async def test_what_a_person_wrote_comes_into_the_table_guarded_and_whole() -> None:
    ring = Ring()
    fact = a_fact({})
    evil = '=HYPERLINK("http://x","看")\r\n@sum'
    token = sealed(ring, fact, f"person:{LI}", "=cmd", evil)
    found = naming(a_fact({"by_id": LI, "=cmd": token}, id=fact.id), [], LI)
    assert found is None or found.sealed == {}  # no field of ours is called so: it is no token
    token = sealed(ring, fact, f"person:{LI}", "title", evil)
    found = naming(a_fact({"by_id": LI, "title": token}, id=fact.id), [], LI)
    assert found
    made = await opened([found], Vault(ring, "answer"), NOBODY, themself=True)
    (row,) = table(Csv().heading(BEGIN) + Csv().lines(made))
    assert row["texts"] == f"title: {evil}"


def test_every_golden_event_is_looked_at() -> None:
    assert len(FILES) > 80
    assert "linli.notifications.AddressSet.v1" in FILES
