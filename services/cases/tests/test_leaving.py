"""What leaves by Open311: nothing but what is allowed, whatever happens and whatever is written."""

import re
from dataclasses import replace
from functools import reduce
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linli_cases.complaints.about import Place
from linli_cases.complaints.events import CaseEvent, CaseOpened
from linli_cases.complaints.terms import OPEN, Kind, Status
from linli_cases.open311 import answers
from linli_cases.open311.catalogue import CATALOGUE
from linli_cases.open311.leaving import KINDS, LEAVING, Leaving, without_number
from linli_cases.open311.shape import as_json, as_xml
from linli_shared.fold import parse
from linli_shared.kafka import Fact
from linli_shared.view import Handler

from services.cases.tests import a_case
from services.cases.tests.a_case import NOW, OPENED, PAST, RESUMED, SLA

GOLDEN = [
    (service, file)
    for service in ("cases", "estates", "meetings", "volunteers")
    for file in sorted(Path(f"services/{service}/linli_{service}/golden").glob("*.json"))
]
LATER = [event for event in vars(a_case).values() if isinstance(event, CaseEvent)]
SECRET = ("M4RK", "M4R", "13812345678", "li", "deng", "3-2-1102")
"""Words, a telephone number, who reported, who works on it, whose home."""


def fact(event: CaseEvent) -> Fact:
    return Fact(
        1, 0, "xx", f"case-{event.case_id}", 1, event.kind, uuid4(), "linli/cases", uuid4(),
        NOW, NOW, event.model_dump_json().encode(),
    )  # fmt: skip


def folded(row: Leaving | None, event: CaseEvent) -> Leaving | None:
    """As the projector does it, by the type on the wire and from its bytes."""
    made = parse([LEAVING], fact(event)).get(LEAVING.name)
    if made is None:
        return row
    assert not isinstance(made, Exception)
    handler, read = made
    (key,) = handler.keys(read)
    (after,) = handler.fold({key: row}, read, fact(event)).rows.values()
    return after  # type: ignore[no-any-return]


def leaving(*events: CaseEvent) -> Leaving | None:
    return reduce(folded, events, None)


def opened(**change: Any) -> CaseOpened:
    return OPENED.model_copy(update=change)


PLAIN = opened(service_code="lighting", title="M4RK 13812345678", description="M4RK li 13812345678")


# --- what does ------------------------------------------------------------------------------


def test_a_case_leaves_with_its_service_its_place_without_the_unit_and_its_times() -> None:
    row = leaving(PLAIN)
    assert row == Leaving(
        "xx", OPENED.case_id, "lighting", "new", "3-2", "楼梯间", NOW, NOW, SLA.resolve_due
    )


@pytest.mark.parametrize("status", Status)
def test_it_is_open_or_closed_as_its_state_is_and_the_notes_tell_which(status: Status) -> None:
    row = leaving(*PAST[status])
    assert row
    told = as_xml(answers.requests([row], zh=True)).decode()
    assert f"<status>{'open' if status in OPEN else 'closed'}</status>" in told
    assert f"<status_notes>{status}</status_notes>" in told


def test_a_deadline_that_is_moved_on_is_told_as_it_is_now() -> None:
    later = SLA.model_copy(update={"resolve_due": a_case.local(30, 9, 2)})
    row = leaving(*PAST[Status.PENDING], RESUMED.model_copy(update={"sla": later}))
    assert row
    assert row.expected_at == later.resolve_due
    same = leaving(*PAST[Status.PENDING], RESUMED.model_copy(update={"sla": None}))
    assert same
    assert same.expected_at == SLA.resolve_due
    none = leaving(opened(sla=None))
    assert none
    assert none.expected_at is None


def test_a_building_and_an_area_are_its_address_in_the_language_asked_for() -> None:
    row = leaving(PLAIN)
    assert row
    for zh, address in ((True, "3-2 栋 楼梯间"), (False, "Building 3-2 楼梯间")):
        assert f"<address>{address}</address>" in as_xml(answers.requests([row], zh)).decode()
    nowhere = replace(row, building_id=None, public_area=None)
    assert b"<address /><address_id />" in as_xml(answers.requests([nowhere], zh=True))


# --- what does not --------------------------------------------------------------------------


@pytest.mark.parametrize(("service", "file"), GOLDEN, ids=lambda part: getattr(part, "stem", part))
def test_only_facts_of_cases_are_read_at_all(service: str, file: Path) -> None:
    """Of no dispute, elder or child, and of whatever comes into a service later."""
    kind = f"linli.{service}.{file.stem}"
    made = Fact(
        1, 0, "xx", "s-1", 1, kind, uuid4(), f"linli/{service}", uuid4(), NOW, NOW,
        file.read_bytes(),
    )  # fmt: skip
    read = parse([LEAVING], made).get(LEAVING.name)
    if read is None:
        return
    assert not isinstance(read, Exception)
    assert isinstance(read[1], CaseEvent)
    assert service == "cases"


def test_the_kinds_that_leave_are_named_and_all_of_them_were_thought_of() -> None:
    """A kind more makes this red: then it is decided whether it leaves."""
    assert {*Kind} == KINDS
    assert {word for code in CATALOGUE for word in code.split("_")}.isdisjoint(
        {"elder", "child", "visit", "noise", "dispute", "neighbour", "class", "other"}
    )


@pytest.mark.parametrize(
    "change",
    [
        {"service_code": "elder_visit"},
        {"service_code": "noise"},
        {"service_code": "LIGHTING"},
        {"about_person_id": "deng"},
    ],
)
def test_what_is_not_in_the_catalogue_or_is_about_a_person_stays_here(change: Any) -> None:
    """Each was seen red without its part of `may_leave`."""
    assert leaving(opened(**change)) is None
    assert leaving(opened(**change), *PAST[Status.CLOSED][1:]) is None


def test_a_kind_that_is_not_named_stays_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen red without the kinds in `may_leave`."""
    monkeypatch.setattr("linli_cases.open311.leaving.KINDS", KINDS - {Kind.COMPLAINT})
    assert leaving(PLAIN) is None


FIGURES = "0123456789０１２３４５６７８９〇一二三四五六七八九零壹贰②⑦Ⅷ٣४"


@given(st.text(st.sampled_from(FIGURES + " -·楼道"), max_size=30))
def test_no_area_leaves_with_as_many_figures_as_a_telephone_number_has(area: str) -> None:
    told = without_number(area)
    figures = [char for char in area if char in FIGURES]
    assert told == (area if len(figures) <= 6 else None)


def test_an_address_of_mail_is_no_area() -> None:
    assert without_number("li@example.org") is None
    assert without_number("3栋2单元11楼") == "3栋2单元11楼"
    assert without_number(None) is None


openings = st.builds(
    opened,
    case_kind=st.sampled_from(Kind),
    service_code=st.sampled_from([*CATALOGUE, "elder_visit", "class_aide", "noise", "other"]),
    title=st.just("M4RK"),
    description=st.just("M4RK 13812345678"),
    reporter_id=st.just("li"),
    about_person_id=st.sampled_from([None, "deng"]),
    place=st.builds(
        Place,
        building_id=st.sampled_from([None, "3", "13812345678"]),
        unit_id=st.just("3-2-1102"),
        public_area=st.sampled_from(
            [None, "楼道", "楼道 138-1234-5678", "找一三八一二三四五六七八"]
        ),
    ),
)


@given(openings, st.lists(st.sampled_from(LATER), max_size=12), st.booleans())
def test_whatever_happens_to_a_case_nothing_of_anybody_leaves(
    begun: CaseOpened, later: list[CaseEvent], zh: bool
) -> None:
    """Seen red with `unit_id` in the address, and with area or building as they were
    written."""
    later = [event for event in later if not isinstance(event, CaseOpened)]
    row = leaving(begun, *later)
    allowed = begun.service_code in CATALOGUE and begun.about_person_id is None
    assert (row is not None) is allowed
    answer = answers.requests([row] if row else [], zh)
    for told in (as_json(answer).decode(), as_xml(answer).decode()):
        words = set(re.findall(r"[\w-]+", told))
        assert words.isdisjoint(SECRET)
        assert not re.search(r"138|一三八", told.replace(str(begun.case_id), ""))


def test_the_handlers_are_those_of_facts_that_move_a_case() -> None:
    assert all(isinstance(handler, Handler) for handler in LEAVING.handlers.values())
    assert set(LEAVING.handlers) < {event.kind for event in LATER}
