"""How mediation of a dispute 邻里纠纷 ends, and what becomes of an agreement."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from linli_cases.disputes.commands import (
    ConcludeWithoutAgreement,
    FindBreach,
    GiveRightsNotice,
    RecordPerformance,
)
from linli_cases.disputes.events import AgreementBreached, Term, TermPerformed
from linli_cases.disputes.reminders import fired
from linli_cases.disputes.terms import Forum, Status
from linli_shared.decider import Cancel, Release, Timer
from linli_shared.messages import SYSTEM
from linli_shared.testing import said

from services.cases.tests.a_dispute import (
    ACCEPTED,
    ASSIGNED,
    AT,
    BREACHED,
    CHALLENGED,
    DENG,
    DISPUTE,
    DOWN,
    DUE,
    LODGER,
    NOT_SETTLED,
    NOTICE,
    NOW,
    PERFORMED,
    RECUSED,
    REFERRED,
    SESSION,
    SETTLED,
    TERM,
    TERM_DONE,
    UP,
    ZHOU,
    agreement,
    by,
    of,
)

SECOND = DUE + timedelta(days=7)
TAKEN, GIVEN, MEETING = (
    AT[status] for status in (Status.ACCEPTED, Status.MEDIATOR_ASSIGNED, Status.IN_SESSION)
)


def test_a_written_agreement_settles_and_frees_the_parties_to_file_again() -> None:
    MEETING.when(by(DENG, agreement())).then(SETTLED)
    MEETING.when(by(DENG, agreement())).reserves(Release("dispute"))


@pytest.mark.parametrize("field", ["duty", "place", "due_at", "obligor_id"])
def test_a_term_lacks_nothing(field: str) -> None:
    terms = [TERM, {name: value for name, value in TERM.items() if name != field}]
    MEETING.when(by(DENG, agreement(terms=terms))).rejected("AGREEMENT_INCOMPLETE", missing=[field])


def test_all_that_is_missing_is_named() -> None:
    MEETING.when(by(DENG, agreement(terms=[{}]))).rejected(
        "AGREEMENT_INCOMPLETE", missing=["obligor_id", "duty", "place", "due_at"]
    )
    MEETING.when(by(DENG, agreement(terms=[]))).rejected("AGREEMENT_INCOMPLETE", missing=["terms"])
    MEETING.when(by(DENG, agreement(terms=[TERM | {"obligor_id": ZHOU}]))).rejected(
        "AGREEMENT_INCOMPLETE", missing=["obligor_id"]
    )


@pytest.mark.parametrize(
    ("signed", "sides"), [([], ["A", "B"]), ([DOWN, ZHOU], ["B"]), ([UP, LODGER], ["A"])]
)
def test_both_sides_sign(signed: list[str], sides: list[str]) -> None:
    MEETING.when(by(DENG, agreement(signatures=signed))).rejected("SIGNATURE_MISSING", sides=sides)


def test_an_oral_agreement_needs_neither_terms_nor_signatures() -> None:
    oral = {"outcome": "settled_oral", "terms": (), "signed_by": ()}
    command = agreement(form="oral", terms=[], signatures=[])
    MEETING.when(by(DENG, command)).then(SETTLED.model_validate(SETTLED.model_dump() | oral))


def test_a_new_mediator_meets_the_parties_before_an_agreement() -> None:
    changed = MEETING.given(CHALLENGED, RECUSED, ASSIGNED)
    changed.when(by(DENG, agreement())).rejected("SESSION_REQUIRED")
    GIVEN.when(by(DENG, agreement())).rejected("SESSION_REQUIRED")


def test_a_committee_seals_what_a_court_shall_confirm_within_thirty_days() -> None:
    to_court = agreement(judicial_confirmation=True)
    MEETING.when(by(DENG, to_court)).rejected("SEAL_MISSING")
    sealed = {"seal_ref": "seal-7", "confirm_by": NOW + timedelta(days=30)}
    MEETING.when(by(DENG, agreement(judicial_confirmation=True, seal_ref="seal-7"))).then(
        SETTLED.model_copy(update=sealed)
    )


def test_without_a_committee_there_is_nothing_for_a_court_to_confirm() -> None:
    informal = TAKEN.given(ASSIGNED.model_copy(update={"body": "informal"}), NOTICE, SESSION)
    informal.when(by(DENG, agreement(judicial_confirmation=True))).then(
        SETTLED.model_validate(SETTLED.model_dump() | {"body": "informal"})
    )


def test_mediation_that_fails_is_concluded_too_and_says_where_to_go() -> None:
    conclude = by(DENG, ConcludeWithoutAgreement(refer_to=Forum.COURT))
    GIVEN.when(conclude).rejected("SESSION_REQUIRED")
    MEETING.when(conclude).then(NOT_SETTLED, REFERRED)
    MEETING.when(conclude).reserves(Release("dispute"))
    MEETING.given(RECUSED, ASSIGNED).when(conclude).then(NOT_SETTLED, REFERRED)


# --- performance -----------------------------------------------------------------------------

TWO = SETTLED.model_copy(
    update={"terms": (*SETTLED.terms, Term(term_id=2, duty="赔偿", obligor_id=UP))}
)


def performance(term_id: int | None) -> RecordPerformance:
    return by(DENG, RecordPerformance(term_id=term_id, evidence_ids=("photo-1",)))


@pytest.mark.parametrize("spec", [MEETING.given(SETTLED), MEETING.given(SETTLED, BREACHED)])
def test_the_agreement_is_performed_when_its_terms_are(spec: Any) -> None:
    spec.when(performance(1)).then(TERM_DONE, PERFORMED)


def test_it_is_performed_term_by_term_or_at_once() -> None:
    second = TermPerformed(**of(DENG), term_id=2, evidence_ids=("photo-1",))
    two = MEETING.given(TWO)
    two.when(performance(1)).then(TERM_DONE)
    two.given(TERM_DONE).when(performance(2)).then(second, PERFORMED)
    two.when(performance(None)).then(TERM_DONE, second, PERFORMED)
    two.given(TERM_DONE).when(performance(1)).rejected("NOT_FOUND")
    two.when(performance(3)).rejected("NOT_FOUND")


def test_an_oral_agreement_without_terms_is_performed_as_a_whole() -> None:
    oral = SETTLED.model_copy(update={"terms": ()})
    MEETING.given(oral).when(performance(None)).then(PERFORMED)


def test_accepting_is_not_yet_mediating() -> None:
    AT[Status.FILED].given(ACCEPTED).when(by(DENG, GiveRightsNotice())).rejected(
        "INVALID_TRANSITION"
    )


# --- a term that is overdue ------------------------------------------------------------------

BOTH_DUE = SETTLED.model_copy(
    update={"terms": (*SETTLED.terms, Term(term_id=2, duty="赔偿", obligor_id=UP, due_at=SECOND))}
)


def overdue(term_id: int, due: datetime) -> FindBreach:
    command = fired(f"term-{term_id}", due)
    assert isinstance(command, FindBreach)
    return said(command, DISPUTE, due + timedelta(hours=3), "system:timer", SYSTEM)


def breach(term_id: int, due: datetime) -> AgreementBreached:
    return AgreementBreached(**of("system:timer", occurred_at=due), term_id=term_id, due_at=due)


def test_an_agreement_sets_a_timer_for_each_term_that_has_a_due_time() -> None:
    MEETING.when(by(DENG, agreement())).reminds(Cancel("mediate"), Timer("term-1", DUE))
    vague = agreement(form="oral", terms=[{"duty": "小声点"}], signatures=[])
    MEETING.when(by(DENG, vague)).reminds(Cancel("mediate"))


def test_a_term_that_was_not_done_in_time_is_a_breach_once() -> None:
    settled = MEETING.given(SETTLED)
    settled.when(overdue(1, DUE)).then(breach(1, DUE))
    settled.when(overdue(1, DUE)).reminds(Cancel("term-1"))
    settled.given(BREACHED).when(overdue(1, DUE)).then()


def test_each_term_is_breached_on_its_own() -> None:
    settled = MEETING.given(BOTH_DUE)
    settled.given(breach(1, DUE)).when(overdue(2, SECOND)).then(breach(2, SECOND))
    settled.given(breach(1, DUE)).when(performance(None)).then(
        TERM_DONE, TermPerformed(**of(DENG), term_id=2, evidence_ids=("photo-1",)), PERFORMED
    )


def test_a_term_that_is_done_or_moved_or_is_none_is_no_breach() -> None:
    settled = MEETING.given(SETTLED)
    settled.given(TERM_DONE).when(overdue(1, DUE)).then()
    settled.when(overdue(1, SECOND)).then()
    settled.when(overdue(7, DUE)).then()
    settled.when(performance(1)).reminds(Cancel("term-1"))


@pytest.mark.parametrize("status", sorted({*Status} - {Status.SETTLED}))
def test_a_timer_that_comes_late_says_nothing(status: Status) -> None:
    AT[status].when(overdue(1, DUE)).then()
