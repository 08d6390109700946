"""A dispute 邻里纠纷 without a mediator: filed, contacted, accepted or declined, withdrawn."""

from typing import Any

import pytest
from linli_cases.disputes.commands import (
    RecordConsent,
    RecordContactAttempt,
    RecuseMediator,
    WithdrawDispute,
)
from linli_cases.disputes.events import DisputeFiled, DisputeWithdrawn
from linli_cases.disputes.reservations import taken
from linli_cases.disputes.terms import Side, Status
from linli_shared.decider import Hold, Release

from services.cases.tests.a_dispute import (
    ACCEPTED,
    AT,
    CONSENT_A,
    CONSENT_B,
    DECLINED,
    DENG,
    DOWN,
    EXHAUSTED,
    FILED,
    LODGER,
    MISSED,
    NOTHING,
    OPERATOR,
    PAPERS,
    PARTIES,
    UP,
    WITHDRAWN,
    ZHOU,
    by,
    filing,
    of,
)

JUST_FILED = AT[Status.FILED]
CONSENTS_B = RecordConsent(side=Side.B, consents=True)


def test_a_party_files() -> None:
    NOTHING.when(by(DOWN, filing())).then(FILED)


def test_staff_file_for_a_side() -> None:
    filed = FILED.model_copy(update={"by_id": OPERATOR, "filing_side": "B"})
    NOTHING.when(by(OPERATOR, filing(filing_side="B"))).then(filed)


@pytest.mark.parametrize(("person", "side"), [(ZHOU, "A"), (DOWN, "B"), (UP, "A")])
def test_a_resident_files_only_for_their_own_side(person: str, side: str) -> None:
    NOTHING.when(by(person, filing(filing_side=side))).rejected("ROLE_NOT_PERMITTED")


@pytest.mark.parametrize(
    "parties",
    [[], PARTIES[:1], PARTIES[1:], [*PARTIES, PARTIES[0] | {"side": "B"}]],
    ids=["nobody", "only A", "only B", "one person on both"],
)
def test_a_dispute_has_two_sides(parties: list[dict[str, Any]]) -> None:
    NOTHING.when(by(OPERATOR, filing(parties=parties))).rejected("PARTIES_INCOMPLETE")


def test_the_same_people_over_the_same_thing_have_one_dispute() -> None:
    same = Hold("dispute", f"leakage|{DOWN}|{LODGER}|{UP}")
    NOTHING.when(by(DOWN, filing())).reserves(same)
    NOTHING.when(by(DOWN, filing(parties=PARTIES[::-1]))).reserves(same)
    refused = taken("dispute", "d-7")
    assert (refused.code, refused.params) == (
        "DUPLICATE_OPEN_DISPUTE",
        {"existing_dispute_id": "d-7"},
    )


# --- reaching them ---------------------------------------------------------------------------


def test_the_third_attempt_in_vain_makes_it_a_persons_task() -> None:
    attempt = by(OPERATOR, RecordContactAttempt(side=Side.B, reached=False))
    second, third, fourth = (MISSED.model_copy(update={"n": n}) for n in (2, 3, 4))
    JUST_FILED.when(attempt).then(MISSED)
    JUST_FILED.given(MISSED).when(attempt).then(second)
    JUST_FILED.given(MISSED, second).when(attempt).then(third, EXHAUSTED)
    JUST_FILED.given(MISSED, second, third, EXHAUSTED).when(attempt).then(fourth)


def test_each_side_is_counted_alone_and_from_the_last_time_it_was_reached() -> None:
    second = MISSED.model_copy(update={"n": 2})
    reached = MISSED.model_copy(update={"reached": True, "n": 0})
    of_a = MISSED.model_copy(update={"side": "A"})
    spec = JUST_FILED.given(MISSED, second)
    spec.when(by(OPERATOR, RecordContactAttempt(side=Side.B, reached=True))).then(reached)
    spec.when(by(OPERATOR, RecordContactAttempt(side=Side.A, reached=False))).then(of_a)
    again = by(OPERATOR, RecordContactAttempt(side=Side.B, reached=False))
    spec.given(reached).when(again).then(MISSED)


# --- consent ---------------------------------------------------------------------------------


def test_it_is_accepted_when_both_sides_consent() -> None:
    JUST_FILED.when(by(DOWN, RecordConsent(side=Side.A, consents=True))).then(CONSENT_A)
    JUST_FILED.given(CONSENT_A).when(by(UP, CONSENTS_B)).then(CONSENT_B, ACCEPTED)


def test_one_side_consenting_twice_is_not_both() -> None:
    JUST_FILED.given(CONSENT_B).when(by(UP, CONSENTS_B)).then(CONSENT_B)


def test_staff_write_down_the_consent_of_a_side() -> None:
    by_deng = CONSENT_B.model_copy(update={"by_id": DENG})
    JUST_FILED.when(by(DENG, CONSENTS_B)).then(by_deng)


@pytest.mark.parametrize("person", [DOWN, ZHOU])
def test_nobody_else_consents_for_a_side(person: str) -> None:
    JUST_FILED.when(by(person, CONSENTS_B)).rejected("ROLE_NOT_PERMITTED", roles=["party"])


def test_a_side_that_refuses_ends_it() -> None:
    refuse = by(UP, RecordConsent(side=Side.B, consents=False))
    JUST_FILED.given(CONSENT_A).when(refuse).then(DECLINED)
    JUST_FILED.given(CONSENT_A).when(refuse).reserves(Release("dispute"))


# --- withdrawing -----------------------------------------------------------------------------

LATER = [Status.ACCEPTED, Status.MEDIATOR_ASSIGNED, Status.IN_SESSION]


def written(*papers: dict[str, str]) -> WithdrawDispute:
    return WithdrawDispute.model_validate({"written": papers, "reason": "已经和好"})


def test_the_side_that_filed_withdraws_before_it_is_accepted() -> None:
    JUST_FILED.when(by(DOWN, written())).then(WITHDRAWN)
    JUST_FILED.when(by(DOWN, written())).reserves(Release("dispute"))


def test_the_other_side_does_not() -> None:
    JUST_FILED.when(by(UP, written())).rejected("ROLE_NOT_PERMITTED", roles=["filing_side"])


def test_staff_withdraw_what_the_filing_side_has_signed() -> None:
    JUST_FILED.when(by(OPERATOR, written(PAPERS[0]))).then(
        DisputeWithdrawn(
            **of(OPERATOR), sides=(Side.A,), document_ids=("doc-a",), reason="已经和好"
        )
    )
    JUST_FILED.when(by(OPERATOR, written())).rejected("ROLE_NOT_PERMITTED")


@pytest.mark.parametrize("status", LATER)
def test_both_sides_withdraw_after_it_is_accepted(status: Status) -> None:
    both = DisputeWithdrawn(
        **of(OPERATOR), sides=(Side.A, Side.B), document_ids=("doc-a", "doc-b"), reason="已经和好"
    )
    AT[status].when(by(OPERATOR, written(*PAPERS))).then(both)
    AT[status].when(by(OPERATOR, written(PAPERS[0]))).rejected("BOTH_SIDES_REQUIRED", missing=["B"])


@pytest.mark.parametrize("status", LATER)
def test_a_party_does_not_speak_for_the_other_side(status: Status) -> None:
    AT[status].when(by(DOWN, written(*PAPERS))).rejected("BOTH_SIDES_REQUIRED", missing=["B"])


def test_a_resident_who_is_no_party_does_not_withdraw() -> None:
    JUST_FILED.when(by(ZHOU, written(PAPERS[0]))).rejected("ROLE_NOT_PERMITTED", roles=["party"])


# --- how it is told ---------------------------------------------------------------------------


def test_a_dispute_remembers_the_case_it_came_from() -> None:
    case = "0192a000-0000-7000-8000-000000000001"
    (filed,) = NOTHING._decider.decide(by(DOWN, filing(origin_case_id=case)), None)
    assert isinstance(filed, DisputeFiled)
    assert str(filed.origin_case_id) == case


def test_there_is_nobody_to_recuse_before_one_is_assigned() -> None:
    JUST_FILED.when(by(OPERATOR, RecuseMediator())).rejected("INVALID_TRANSITION")
