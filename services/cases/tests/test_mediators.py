"""Who cannot mediate whoever waives it, what a mediator writes for themselves, and the times of
mediation."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from linli_cases.directory import (
    Certificate,
    EstateRegistered,
    Expired,
    OfCompany,
    Recorded,
    expired,
    recorded,
    registered,
)
from linli_cases.disputes.commands import (
    ConcludeWithoutAgreement,
    DisputeCommand,
    ExtendMediation,
    GiveRightsNotice,
    HoldSession,
    WriteNote,
)
from linli_cases.disputes.domain import DISPUTES
from linli_cases.disputes.events import (
    ContactOverdue,
    JudicialConfirmationDue,
    MediationDeadlineExtended,
    MediationOverdue,
    Party,
    PrivateNoteWritten,
)
from linli_cases.disputes.homes import (
    OfResident,
    Transferred,
    moved_in,
    moved_out,
    transferred,
)
from linli_cases.disputes.interests import Home, tie
from linli_cases.disputes.mediation import notes_for
from linli_cases.disputes.policy import Policy
from linli_cases.disputes.reminders import fired
from linli_cases.disputes.state import Note
from linli_cases.disputes.terms import Forum, Side, Status, Tie
from linli_shared.decider import Cancel, Rejected, Timer
from linli_shared.kafka import Fact
from linli_shared.messages import SYSTEM
from linli_shared.testing import said

from services.cases.tests.a_dispute import (
    ASSIGNED,
    AT,
    CONSENT_A,
    DENG,
    DISPUTE,
    DOWN,
    FILED,
    LODGER,
    MONTH,
    NOTHING,
    NOW,
    OPERATOR,
    PAPERS,
    PARTIES,
    PAST,
    RECUSED,
    SETTLED,
    UP,
    agreement,
    assignment,
    by,
    of,
)

PEOPLE = [Party.model_validate(party) for party in PARTIES]
MEDIATING, MEETING, ACCEPTED_ONE = (
    AT[Status.MEDIATOR_ASSIGNED], AT[Status.IN_SESSION], AT[Status.ACCEPTED],
)  # fmt: skip


def home(unit: str, *residents: tuple[str, int], owners: tuple[str, ...] = ()) -> Home:
    return Home("xx", unit, owners, residents)


# --- ties ------------------------------------------------------------------------------------

WITH_DOWN = home("7-1-0502", (DOWN, 1), (DENG, 1))
OWNS_UP = home("7-1-0602", (UP, 1), owners=(DENG,))


@pytest.mark.parametrize(
    ("homes", "found"),
    [
        ([], None),
        ([WITH_DOWN], Tie.SAME_HOUSEHOLD),
        ([home("7-1-0502", (DOWN, 1), (DENG, 2))], None),  # two households under one roof
        ([home("7-1-0502", (DENG, 2))], Tie.SAME_HOUSEHOLD),  # the party is not known there
        ([home("9-9-0101", (DENG, 1), (LODGER, 1))], Tie.SAME_HOUSEHOLD),  # elsewhere than given
        ([home("9-9-0101", (DENG, 1))], None),
        ([OWNS_UP], Tie.OWNER_OF_PARTY_UNIT),
        ([home("7-1-0602", owners=(DENG, "other"))], Tie.OWNER_OF_PARTY_UNIT),
        ([home("9-9-0101", (LODGER, 3), owners=(DENG,))], Tie.OWNER_OF_PARTY_UNIT),
        ([home("9-9-0101", owners=(DENG,))], None),
        ([OWNS_UP, WITH_DOWN], Tie.SAME_HOUSEHOLD),
    ],
)
def test_a_home_shared_or_owned_ties_a_mediator_to_a_party(
    homes: list[Home], found: Tie | None
) -> None:
    assert tie(DENG, PEOPLE, homes) is found


def test_a_party_mediates_nothing_of_their_own() -> None:
    assert tie(UP, PEOPLE, []) is Tie.PARTY


@pytest.mark.parametrize("home_", [WITH_DOWN, OWNS_UP])
def test_no_waiver_of_both_sides_helps_whoever_is_tied(home_: Home) -> None:
    """Seen red without the check at the assignment."""
    waiver = {"reason": "双方都信任她。", "approver_id": "officer", "written": PAPERS}
    command = assignment(declared=["declared_relationship"], override=waiver)
    reason = tie(DENG, PEOPLE, [home_])
    spec = ACCEPTED_ONE.when(by(OPERATOR, command.learned(homes=(home_,))))
    spec.rejected("MEDIATOR_CONFLICT_OF_INTEREST", reason=reason)


@pytest.mark.parametrize(
    "command",
    [
        GiveRightsNotice(),
        HoldSession.model_validate({"starts_at": NOW, "mode": "in_person", "attended": [DOWN, UP]}),
        agreement(),
        ConcludeWithoutAgreement(refer_to=Forum.COURT),
    ],
)
def test_a_mediator_who_has_moved_in_with_a_party_since_can_do_nothing_more(command: Any) -> None:
    """Seen red with the check at the assignment alone."""
    moved = by(DENG, command.learned(homes=(WITH_DOWN,)))
    MEETING.when(moved).rejected("MEDIATOR_CONFLICT_OF_INTEREST", reason="same_household")


def a_fact(kind: str, tenant: str = "xx") -> Fact:
    return Fact(
        1, 1, tenant, f"unit-{DISPUTE}", 1, f"linli.estates.{kind}.v1", uuid4(),
        "linli/estates", uuid4(), NOW, NOW, b"{}",
    )  # fmt: skip


def test_the_directory_says_who_owns_a_home_and_who_lives_there() -> None:
    fact = a_fact("ResidentMovedIn")
    unit = {"unit_id": "7-1-0502"}
    titles = [{"person_id": "li", "share_bp": 5000}, {"person_id": "wu", "share_bp": 5000}]
    owned = transferred(None, Transferred.model_validate(unit | {"titles": titles}), fact)
    assert owned == home("7-1-0502", owners=("li", "wu"))
    li, he = (
        OfResident.model_validate(unit | {"person_id": person, "household_no": no})
        for person, no in (("li", 1), ("he", 2))
    )
    both = moved_in(moved_in(owned, li, fact), he, fact)
    assert both.residents == (("li", 1), ("he", 2))
    again = OfResident.model_validate(unit | {"person_id": "li", "household_no": 2})
    assert moved_in(both, again, fact).residents == (("he", 2), ("li", 2))
    left = moved_out(both, li, fact)
    assert left
    assert (left.owners, left.residents) == (("li", "wu"), (("he", 2),))
    assert moved_out(None, li, fact) is None
    assert moved_in(None, li, fact) == home("7-1-0502", ("li", 1))


# --- certificates ----------------------------------------------------------------------------

TODAY = date(2020, 9, 1)  # that of NOW in the estates


@pytest.mark.parametrize(
    ("papers", "code"),
    [
        (None, "COPY_TOO_OLD"),
        ((), "MEDIATOR_NOT_QUALIFIED"),
        ((TODAY,), "MEDIATOR_NOT_QUALIFIED"),  # the day it expires on
        ((TODAY - timedelta(days=1),), "MEDIATOR_NOT_QUALIFIED"),
        ((TODAY + timedelta(days=1),), ""),
    ],
)
def test_nobody_mediates_without_a_certificate_that_holds_that_day(
    papers: tuple[date, ...] | None, code: str
) -> None:
    """Also where that is not known well enough. Seen red without each of the two checks."""
    spec = ACCEPTED_ONE.when(by(OPERATOR, assignment().learned(certified=papers)))
    spec.rejected(code) if code else spec.then(ASSIGNED)


def test_a_day_begins_when_it_does_in_the_estates() -> None:
    """Four in the afternoon of London is midnight there. Seen red with days of UTC."""
    command = assignment().learned(certified=(TODAY + timedelta(days=1),))
    late = datetime(2020, 9, 1, 16, 0, tzinfo=UTC)
    ACCEPTED_ONE.when(by(OPERATOR, command, late)).rejected("MEDIATOR_NOT_QUALIFIED")


def test_whoever_is_tied_is_told_so_whatever_papers_they_have() -> None:
    command = assignment(mediator_id=UP).learned(certified=None)
    spec = ACCEPTED_ONE.when(by(OPERATOR, command))
    spec.rejected("MEDIATOR_CONFLICT_OF_INTEREST", reason="party")


def test_the_last_word_of_the_directory_on_a_certificate_counts() -> None:
    of_company = a_fact("CredentialRecorded", "company:c1")

    def told(day: date, **change: str) -> Recorded:
        body = {"person_id": DENG, "type": "mediation_cert", "result": "clear"} | change
        return Recorded.model_validate(body | {"expires_on": day})

    have = Certificate("company:c1", DENG, TODAY)
    assert recorded(None, told(TODAY), of_company) == have
    assert recorded(have, told(TODAY, type="first_aid", result="hit"), of_company) is have
    assert recorded(have, told(TODAY, result="hit"), of_company) is None
    for kind, left in (("mediation_cert", None), ("first_aid", have)):
        assert expired(have, Expired(person_id=DENG, type=kind), of_company) is left
    line = registered(EstateRegistered(estate_id="xx"), of_company)
    assert line == [OfCompany("xx", "company:c1")]


# --- notes -----------------------------------------------------------------------------------

NOTE = PrivateNoteWritten(**of(DENG), mediator_id=DENG, note="甲方愿意让步。")


def test_a_mediator_writes_for_themselves() -> None:
    MEDIATING.when(by(DENG, WriteNote(note="甲方愿意让步。"))).then(NOTE)
    other = said(WriteNote(note="x"), DISPUTE, NOW, "he", "mediator")
    MEDIATING.when(other).rejected("ROLE_NOT_PERMITTED", roles=["assigned_mediator"])


@pytest.mark.parametrize("person", [OPERATOR, DOWN, UP, "officer", "he"])
def test_nobody_else_reads_it_whatever_they_see_of_the_dispute(person: str) -> None:
    dispute = DISPUTES.fold([*PAST[Status.MEDIATOR_ASSIGNED], NOTE])
    assert notes_for(dispute, DENG) == [Note(DENG, NOW, "甲方愿意让步。")]
    with pytest.raises(Rejected) as caught:
        notes_for(dispute, person)
    assert caught.value.code == "ROLE_NOT_PERMITTED"


def test_the_next_mediator_does_not_read_what_the_one_before_wrote() -> None:
    after = ASSIGNED.model_copy(update={"mediator_id": "he"})
    dispute = DISPUTES.fold([*PAST[Status.MEDIATOR_ASSIGNED], NOTE, RECUSED, after])
    assert notes_for(dispute, "he") == []
    assert len(notes_for(dispute, DENG)) == 1
    with pytest.raises(Rejected, match="NOT_FOUND"):
        notes_for(None, DENG)


# --- times -----------------------------------------------------------------------------------


def tick(name: str, due: datetime) -> DisputeCommand:
    return said(fired(name, due), DISPUTE, due, "system:timer", SYSTEM)


def at(due: datetime) -> dict[str, Any]:
    return of("system:timer", occurred_at=due)


def test_sides_that_do_not_answer_in_three_days_are_named_once() -> None:
    due = NOW + timedelta(days=3)
    late = ContactOverdue(**at(due), sides=(Side.B,), due=due)
    spec = NOTHING.given(FILED, CONSENT_A)
    spec.when(tick("contact", due)).then(late)
    spec.when(tick("contact", due)).reminds(Cancel("contact"))
    spec.given(late).when(tick("contact", due)).then()
    ACCEPTED_ONE.when(tick("contact", due)).then()


def test_mediation_that_takes_longer_than_a_month_says_so_and_goes_on() -> None:
    late = MediationOverdue(**at(MONTH), due=MONTH)
    MEETING.when(tick("mediate", MONTH)).then(late)
    MEETING.given(late).when(tick("mediate", MONTH)).then()
    MEETING.given(late, SETTLED).when(tick("mediate", MONTH)).then()
    for status in (Status.NOT_SETTLED, Status.SETTLED, Status.WITHDRAWN):
        AT[status].when(tick("mediate", MONTH)).then()


def test_both_sides_give_it_a_month_more_and_only_once() -> None:
    longer = datetime(2020, 11, 1, 2, 0, tzinfo=UTC)
    extended = MediationDeadlineExtended(
        **of(DENG), mediate_by=longer, document_ids=("doc-a", "doc-b")
    )
    command = by(DENG, ExtendMediation.model_validate({"written": PAPERS}))
    MEETING.when(command).then(extended)
    MEETING.when(command).reminds(Timer("mediate", longer))
    MEETING.given(extended).when(command).rejected("DEADLINE_ALREADY_EXTENDED")
    MEETING.given(extended).when(tick("mediate", MONTH)).then()
    one = by(DENG, ExtendMediation.model_validate({"written": PAPERS[:1]}))
    MEETING.when(one).rejected("BOTH_SIDES_REQUIRED", missing=["B"])


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ((2021, 1, 31), (2021, 2, 28)),
        ((2020, 1, 30), (2020, 2, 29)),
        ((2020, 12, 15), (2021, 1, 15)),
    ],
)
def test_a_month_ends_on_the_same_day_or_the_last_one(
    start: tuple[int, int, int], end: tuple[int, int, int]
) -> None:
    noon = timedelta(hours=4)
    begin, until = (datetime(*day, tzinfo=UTC) + noon for day in (start, end))
    assert Policy().mediate_by(begin) == until


def test_ten_days_before_a_court_can_no_longer_be_asked_both_sides_are_reminded() -> None:
    until = NOW + timedelta(days=30)
    settled = SETTLED.model_copy(update={"confirm_by": until, "seal_ref": "seal-1"})
    due = NOW + timedelta(days=20)
    spec = MEETING.given(settled)
    reminded = JudicialConfirmationDue(**at(due), confirm_by=until)
    spec.when(tick("confirm", due)).then(reminded)
    spec.given(reminded).when(tick("confirm", due)).then()
    AT[Status.SETTLED].when(tick("confirm", due)).then()
    asked = agreement(judicial_confirmation=True, seal_ref="seal-1")
    MEETING.when(by(DENG, asked)).reminds(
        Cancel("mediate"),
        Timer("term-1", NOW + timedelta(days=14)),
        Timer("confirm", due),
    )
