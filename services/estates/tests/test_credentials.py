"""Credentials 资质: recorded by somebody else, expired on their day, and nothing kept of what a
check has found."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from linli_estates.credentials.commands import ExpireCredential, RecordCredential
from linli_estates.credentials.domain import CREDENTIALS, NONE, fired
from linli_estates.credentials.events import CredentialRecorded
from linli_estates.credentials.terms import CredentialType, Result
from linli_estates.days import ZONE
from linli_language.roles import Role
from linli_shared.decider import Cancel, Timer
from linli_shared.messages import SYSTEM
from linli_shared.testing import Spec, said
from pydantic import ValidationError

from services.estates.tests.a_paper import CHECK, EXPIRED, PAPER, RECORDED, TANG, recording

EXPIRES = datetime(2021, 1, 1, tzinfo=ZONE)
NOTHING = Spec(CREDENTIALS)


def due(at: datetime = EXPIRES) -> ExpireCredential:
    """As the clock says it, some time later."""
    return said(fired(CHECK, at), PAPER, at + timedelta(hours=1), SYSTEM, SYSTEM)


def test_somebody_else_records_it() -> None:
    """Checked by taking the rule out: one's own is taken."""
    NOTHING.when(recording()).then(RECORDED)
    NOTHING.when(recording(TANG)).rejected("VERIFIER_IS_EXECUTOR")


def test_it_is_of_a_person_of_the_company() -> None:
    NOTHING.when(recording(known=frozenset())).rejected("PERSON_UNKNOWN")


def test_a_check_of_tomorrow_is_none() -> None:
    NOTHING.when(recording(checked_on="2020-01-07")).rejected("OCCURRED_IN_FUTURE", limit_min=0)


def test_of_a_check_only_result_day_and_verifier_are_kept() -> None:
    kept = set(CredentialRecorded.model_fields) - {"credentials_key", "occurred_at"}
    assert kept == {"person_id", "type", "result", "checked_on", "expires_on", "by_id"}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"expires_on": "2020-01-03"}, "expire after"),
        ({"expires_on": "2021-01-03"}, "365 days"),
        ({"type": "first_aid", "expires_on": "2030-01-05"}, "ten years"),
        ({"checked_on": 20200103}, "RFC 3339"),
    ],
)
def test_its_days_make_sense(change: Any, why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        recording(**change)
    recording(type="first_aid", expires_on="2030-01-03")


def test_it_expires_at_the_beginning_of_its_day_in_the_estates() -> None:
    NOTHING.when(recording()).reminds(Timer(CHECK, EXPIRES))
    at = EXPIRED.model_copy(update={"occurred_at": EXPIRES})
    NOTHING.given(RECORDED).when(due()).then(at)
    NOTHING.given(RECORDED).when(due()).reminds(Cancel(CHECK))
    NOTHING.given(RECORDED, EXPIRED).when(due()).then()


def test_what_was_renewed_does_not_expire_on_the_old_day() -> None:
    """Checked by not comparing the days: the new one is then gone."""
    renewed = RECORDED.model_copy(update={"expires_on": date(2021, 12, 1)})
    NOTHING.given(RECORDED, renewed).when(due()).then()
    NOTHING.given(RECORDED, renewed).when(due(datetime(2021, 12, 1, tzinfo=ZONE))).then(
        EXPIRED.model_copy(
            update={
                "expired_on": date(2021, 12, 1),
                "occurred_at": datetime(2021, 12, 1, tzinfo=ZONE),
            }
        )
    )


def test_whoever_was_found_unfit_has_nothing_that_could_expire() -> None:
    hit = recording(result=Result.HIT)
    NOTHING.given(RECORDED).when(hit).reminds(Cancel(CHECK))
    found = RECORDED.model_copy(update={"result": Result.HIT})
    NOTHING.given(RECORDED, found).when(due()).then()
    assert CREDENTIALS.fold([RECORDED, found]) == NONE


def test_one_type_says_nothing_of_another() -> None:
    other = RECORDED.model_copy(update={"type": CredentialType.FIRST_AID, "result": Result.HIT})
    assert set(CREDENTIALS.fold([RECORDED, other])) == {CHECK}


def test_only_who_answers_for_people_may() -> None:
    may = {Role.COMPANY_USER, Role.ESTATE_MANAGER, Role.VOLUNTEER_COORDINATOR}
    assert RecordCredential.by == may
    assert ExpireCredential.by == {SYSTEM}
