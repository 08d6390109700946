"""The roster of an estate and its deadlines: set whole, version by version."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from linli_cases.app import SERVICE
from linli_cases.complaints.calendar import china
from linli_cases.complaints.commands import CaseCommand, ReopenCase, ResumeCase
from linli_cases.complaints.domain import CASES
from linli_cases.complaints.events import CaseOpened, CaseResumed
from linli_cases.complaints.sla import DEFAULT
from linli_cases.complaints.terms import Kind, Priority, Status
from linli_cases.duty.commands import SetEscalationDuty
from linli_cases.duty.domain import DUTY, Duty
from linli_cases.duty.domain import key_of as roster_of
from linli_cases.duty.events import EscalationDutySet, Holder
from linli_cases.informed import informed
from linli_cases.sla_policies.commands import SetSlaPolicy
from linli_cases.sla_policies.domain import SLA_POLICIES, SlaPolicies
from linli_cases.sla_policies.domain import key_of as policies_of
from linli_language.roles import Role
from linli_shared.testing import Spec, said
from pydantic import ValidationError

from services.cases.tests.a_case import DENG, LI, NOW, PAST, PAUSED, by, local, report

KEY = UUID("0192a000-0000-7000-8000-0000000000d1")
LEAD = {"role": "steward_lead", "person_id": "he"}
LEAVE = {
    "person_id": "he", "reason": "on_leave",
    "since": "2020-10-09T00:00:00+08:00", "until": "2020-10-13T00:00:00+08:00",
}  # fmt: skip
CONTRACT = "物业服务合同 2020"
FASTER = {
    "hours": "business", "ack_min": 60, "first_response_min": 90, "resolve_min": 2850,
    "anchor": "合同第三条", "priorities": ["P3"], "kinds": ["complaint"],
}  # fmt: skip


def roster(**change: Any) -> SetEscalationDuty:
    body = {"estate_id": "xx", "holders": [LEAD], "absences": [LEAVE]}
    command = SetEscalationDuty.model_validate(body | change)
    return said(command, KEY, NOW, "wang", Role.OPERATOR)


def policy(**change: Any) -> SetSlaPolicy:
    command = SetSlaPolicy.model_validate({"estate_id": "xx", "source": CONTRACT} | change)
    return said(command, KEY, NOW, "chen", Role.ESTATE_MANAGER)


def policies(*changes: dict[str, Any]) -> SlaPolicies:
    state = SLA_POLICIES.initial
    for change in changes:
        state = SLA_POLICIES.fold(SLA_POLICIES.decide(policy(**change), state), state)
    return state


# --- the roster ------------------------------------------------------------------------------


def test_a_roster_takes_the_place_of_the_one_before() -> None:
    (first,) = DUTY.decide(roster(), DUTY.initial)
    sun = Holder(role=Role.ESTATE_MANAGER, person_id="sun")
    second = EscalationDutySet(occurred_at=NOW, n=2, holders=(sun,), by_id="wang")
    again = roster(holders=[sun.model_dump()], absences=[])
    Spec(DUTY).given(first).when(again).then(second)
    duty = DUTY.fold([first, second])
    assert duty == Duty((sun,), (), 2)
    assert (duty.of(Role.STEWARD_LEAD), duty.of(Role.ESTATE_MANAGER)) == ((), ("sun",))


@pytest.mark.parametrize(
    "change",
    [
        {"holders": [LEAD | {"role": "volunteer"}]},
        {"holders": [LEAD | {"role": "king"}]},
        {"holders": [LEAD | {"person_id": "../he"}]},
        {"holders": [LEAD] * 101},
        {"absences": [LEAVE | {"until": LEAVE["since"]}]},
        {"absences": [LEAVE | {"until": "2020-10-01T00:00:00+08:00"}]},
        {"absences": [LEAVE | {"reason": "bored"}]},
        {"absences": [LEAVE | {"since": 1602172800}]},
        {"absences": [LEAVE | {"more": 1}]},
    ],
)
def test_a_roster_that_means_nothing_is_no_command(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        roster(**change)


# --- deadlines -------------------------------------------------------------------------------


def test_an_estate_without_any_has_the_defaults() -> None:
    assert SLA_POLICIES.initial.now is DEFAULT


def test_a_version_is_added_and_none_is_changed() -> None:
    state = policies({"targets": [FASTER]}, {"no_ack_min": 60})
    assert [*state.versions] == ["own-1", "own-2"]
    assert state.now is state.versions["own-2"]
    before, after = state.versions.values()
    start = local(12, 8, 30)
    first, second = (p.agreed(Kind.COMPLAINT, Priority.P3, start) for p in (before, after))
    assert (first.policy_version, first.first_response_min, first.anchor) == (
        "own-1", 90, "合同第三条",
    )  # fmt: skip
    assert (second.policy_version, second.first_response_min) == ("own-2", 120)
    assert before.agreed(Kind.INQUIRY, Priority.P3, start).resolve_min == 570  # by default
    assert (before.no_ack_min, after.no_ack_min) == (30, 60)


def test_holidays_of_one_s_own_come_before_those_announced() -> None:
    calendar = policies(
        {"holidays": ["2020-10-09"], "workdays": ["2020-10-11", "2031-01-04"]}
    ).now.calendar
    days = [date(2020, 10, 9), date(2020, 10, 10), date(2020, 10, 11)]
    assert [calendar.works(day) for day in days] == [False, True, True]
    assert 2031 in calendar.years
    assert calendar.source == f"{CONTRACT}; after {china().source}"
    closed = policies({"holidays": ["2020-10-10"]}).now.calendar
    assert not closed.works(date(2020, 10, 10))


def test_how_a_due_time_was_computed_stands_beside_it() -> None:
    state = policies({"holidays": ["2020-10-09"]})
    sla = state.now.agreed(Kind.COMPLAINT, Priority.P3, local(30, 16, 30, month=9))
    assert sla.first_response_due == local(10, 9, 0)
    assert sla.since == local(30, 16, 30, month=9)
    weekdays = (1, 2, 5, 6, 7, 8, 9)
    assert sla.holidays == tuple(date(2020, 10, day) for day in weekdays)
    assert sla.workdays == (date(2020, 10, 10),)
    assert sla.calendar == f"{CONTRACT}; after {china().source}"


@pytest.mark.parametrize(
    "change",
    [
        {"warn_bp": 10_000}, {"l2_bp": 10_000}, {"l2_bp": 20_000, "l3_bp": 20_000},
        {"no_ack_min": 0}, {"holidays": ["2020-10-09"], "workdays": ["2020-10-09"]},
        {"targets": [FASTER | {"ack_min": 0}]}, {"targets": [FASTER | {"hours": "lunch"}]},
        {"targets": [FASTER | {"kinds": ["party"]}]}, {"holidays": ["2020-02-30"]},
    ],
)  # fmt: skip
def test_deadlines_that_mean_nothing_are_no_command(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        policy(**change)


# --- a case keeps its own --------------------------------------------------------------------


def test_a_case_keeps_the_deadlines_it_was_opened_under() -> None:
    """Seen red with the default taken for a resumption."""
    state = policies({"targets": [FASTER], "holidays": ["2020-10-12"]}, {})
    (opened,) = CASES.decide(by(LI, report().learned(sla=state.versions["own-1"])), None)
    assert isinstance(opened, CaseOpened)
    assert opened.sla
    assert opened.sla.resolve_due == local(16, 9, 2)
    past = [opened, *PAST[Status.IN_PROGRESS][1:], PAUSED]
    resume = by(DENG, ResumeCase().learned(slas=state.versions), local(13, 9, 2))
    (*_, resumed) = CASES.decide(resume, CASES.fold(past))
    assert isinstance(resumed, CaseResumed)
    assert resumed.sla
    # Paused all of Friday and Saturday that were left, and not on Monday, which is off.
    assert resumed.sla.paused_min == 538 + 570 + 32


# --- who looks it up -------------------------------------------------------------------------


class Shelf:
    """What a reader would load."""

    def __init__(self) -> None:
        self.estate, self.asked = "xx", list[UUID]()

    async def load(self, decider: Any, key: UUID) -> Any:
        self.asked.append(key)
        return decider.initial


@pytest.mark.parametrize(
    ("command", "keys"),
    [
        (report(), [policies_of("xx")]),
        (ResumeCase(), [policies_of("xx")]),
        (CASES.fired("resume", NOW), [policies_of("xx")]),
        (CASES.fired("sla-ack", NOW), [policies_of("xx"), roster_of("xx")]),
        (CASES.fired("call", NOW), [policies_of("xx"), roster_of("xx")]),
        (CASES.fired("close", NOW), [policies_of("xx")]),
        (CASES.fired("visit", NOW), []),
        (CASES.fired("milestone-2", NOW), []),
        (ReopenCase(reason="又不亮了"), [policies_of("xx"), roster_of("xx")]),
        (CASES.fired("review", NOW), [policies_of("xx"), roster_of("xx")]),
    ],
)
async def test_only_what_sets_moments_or_calls_somebody_is_told_of_policy_and_roster(
    command: CaseCommand, keys: list[UUID]
) -> None:
    shelf = Shelf()
    await informed(shelf, command)  # type: ignore[arg-type]
    assert shelf.asked == keys
    assert SERVICE.learns == {"case": informed}
