"""A mediator who has come to be tied to a party since: recused without anybody asking, and never
mediating meanwhile, whatever happens in the estate in whatever order."""

from contextlib import suppress
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linli_cases.directory import Kinship, OfKin, declared, withdrawn
from linli_cases.disputes.commands import (
    ChallengeMediator,
    ConcludeWithoutAgreement,
    GiveRightsNotice,
    Mediating,
    RecordConsent,
    RecuseMediator,
    RecuseTied,
)
from linli_cases.disputes.domain import DISPUTES
from linli_cases.disputes.events import (
    DisputeEvent,
    DisputeMediated,
    MediationSessionHeld,
    MediatorRecused,
    RightsNoticeGiven,
)
from linli_cases.disputes.homes import mediator_of
from linli_cases.disputes.interests import Home, tie
from linli_cases.disputes.mediations import (
    Mediation,
    assigned,
    ended,
    filed,
    recused,
    tied,
)
from linli_cases.disputes.state import Dispute
from linli_cases.disputes.terms import UNDER_MEDIATION, Forum, Interest, Side, Status, Tie
from linli_shared.decider import Rejected
from linli_shared.messages import SYSTEM
from linli_shared.testing import said

from services.cases.tests.a_dispute import (
    ASSIGNED,
    AT,
    DENG,
    DISPUTE,
    DOWN,
    FILED,
    LODGER,
    NOW,
    OPERATOR,
    PAPERS,
    PAST,
    RECUSED,
    UP,
    agreement,
    assignment,
    by,
    filing,
    of,
)
from services.cases.tests.test_dispute_states import SESSION
from services.cases.tests.test_mediators import OWNS_UP, WITH_DOWN, a_fact

WAIVER = {"reason": "双方都信任她。", "approver_id": "officer", "written": PAPERS}
RELATION = Interest.DECLARED_RELATIONSHIP
MEETING = AT[Status.IN_SESSION]


def watching(mediator: str = DENG, **known: Any) -> RecuseTied:
    command = RecuseTied(mediator_id=mediator).learned(**known)
    return said(command, DISPUTE, NOW, "system:watch", SYSTEM)


def gone(**why: Any) -> MediatorRecused:
    return MediatorRecused(
        **of("system:watch"), mediator_id=DENG, cause="conflict", coordinator_id=OPERATOR, **why
    )


@pytest.mark.parametrize(
    ("home", "found"),
    [(WITH_DOWN, Tie.SAME_HOUSEHOLD), (OWNS_UP, Tie.OWNER_OF_PARTY_UNIT)],
)
def test_who_moves_in_with_a_party_or_gets_their_home_is_recused_and_it_says_why(
    home: Home, found: Tie
) -> None:
    for status in UNDER_MEDIATION:
        AT[status].when(watching(homes=(home,))).then(gone(tie=found))


def test_kin_who_are_declared_are_a_reason_unless_both_sides_have_waived_it() -> None:
    """Seen red without the look at what was waived."""
    kin = frozenset({UP, "nobody"})
    MEETING.when(watching(kin=kin)).then(gone(interest=RELATION))
    known = ASSIGNED.model_copy(update={"declared": (RELATION,)})
    waived = AT[Status.ACCEPTED].given(known)
    waived.when(watching(kin=kin)).then()
    waived.when(watching(kin=kin, homes=(WITH_DOWN,))).then(gone(tie=Tie.SAME_HOUSEHOLD))


def test_who_mediates_no_more_or_is_not_tied_is_left_alone() -> None:
    MEETING.when(watching(kin=frozenset({"nobody"}))).then()
    MEETING.when(watching("he", homes=(WITH_DOWN,))).then()
    for status in set(Status) - UNDER_MEDIATION:
        AT[status].when(watching(homes=(WITH_DOWN,))).then()


def test_kin_of_the_register_take_a_waiver_whether_they_were_declared_or_not() -> None:
    """Seen red with the command's own declarations alone."""
    accepted, kin = AT[Status.ACCEPTED], frozenset({UP})
    spec = accepted.when(by(OPERATOR, assignment().learned(kin=kin)))
    spec.rejected("MEDIATOR_CONFLICT_OF_INTEREST", reason=RELATION)
    for given_ in ([], [RELATION]):
        command = assignment(declared=given_, override=WAIVER).learned(kin=kin)
        (_, event) = DISPUTES.decide(by(OPERATOR, command), DISPUTES.fold(PAST[Status.ACCEPTED]))
        assert event == ASSIGNED.model_copy(update={"declared": (RELATION,)})


def test_an_interest_that_becomes_known_is_named_by_whoever_steps_down() -> None:
    event = gone(interest=Interest.EMPLOYER_IS_PARTY).model_copy(update={"by_id": DENG})
    MEETING.when(by(DENG, RecuseMediator(interest=Interest.EMPLOYER_IS_PARTY))).then(event)


# --- the look --------------------------------------------------------------------------------


def test_the_service_knows_who_mediates_what() -> None:
    fact = a_fact("x")
    row = filed(None, FILED, fact)
    people, units = (DOWN, UP, LODGER), ("7-1-0502", "7-1-0602", "7-1-0602")
    assert row == Mediation("xx", DISPUTE, people, units)
    waived = ASSIGNED.model_copy(update={"declared": (RELATION,)})
    has = assigned(row, waived, fact)
    assert has == Mediation("xx", DISPUTE, people, units, DENG, fact.id, ("declared_relationship",))
    assert recused(has, RECUSED, fact) == row
    assert ended(has, RECUSED, fact) is None
    assert assigned(None, ASSIGNED, fact) is None
    assert recused(None, RECUSED, fact) is None


def test_what_was_waived_is_not_asked_about_again() -> None:
    one = Mediation("xx", DISPUTE, (DOWN,), ("7-1-0502",), DENG, uuid4())
    assert not tied(one, [], kin=False)
    assert tied(one, [WITH_DOWN], kin=False)
    assert tied(one, [], kin=True)
    waived = Mediation("xx", DISPUTE, (DOWN,), ("7-1-0502",), DENG, uuid4(), (RELATION.value,))
    assert not tied(waived, [], kin=True)
    assert tied(waived, [WITH_DOWN], kin=True)


def test_kin_are_as_they_were_declared_last() -> None:
    fact = a_fact("KinshipDeclared", "company:c1")
    pair = OfKin(person_id="li", other_id=DENG)
    assert declared(None, pair, fact) == Kinship("company:c1", "li", DENG)
    assert withdrawn(Kinship("company:c1", "li", DENG), pair, fact) is None


# --- whatever happens ------------------------------------------------------------------------

UNITS, HE = ("7-1-0502", "7-1-0602", "9-9-0101"), "he"
MOVES = st.tuples(st.sampled_from([DENG, HE, DOWN, UP]), st.sampled_from(UNITS), st.integers(1, 2))
SALES = st.tuples(st.sampled_from(UNITS), st.sampled_from([DENG, HE, "owner"]))
ASKED = st.sampled_from(
    [
        (DOWN, filing()),
        (DOWN, RecordConsent(side=Side.A, consents=True)),
        (UP, RecordConsent(side=Side.B, consents=True)),
        *((OPERATOR, assignment(mediator_id=person)) for person in (DENG, HE, UP)),
        (DENG, GiveRightsNotice()),
        (DENG, SESSION),
        (DENG, agreement()),
        (DENG, ConcludeWithoutAgreement(refer_to=Forum.COURT)),
        (UP, ChallengeMediator(reason="是对方的亲戚。")),
    ]
)
BY_THE_MEDIATOR = (RightsNoticeGiven, MediationSessionHeld, DisputeMediated)


class World:
    """Who lives where and owns what, and one dispute of it."""

    def __init__(self, past: tuple[DisputeEvent, ...]) -> None:
        self.lives: dict[str, tuple[str, int]] = {}
        self.owns: dict[str, str] = {}
        self.dispute: Dispute | None = DISPUTES.fold(past)

    def homes(self) -> tuple[Home, ...]:
        """In the order in which nobody has asked for them."""
        return tuple(
            Home(
                "xx",
                unit,
                (self.owns[unit],) if unit in self.owns else (),
                tuple((who, no) for who, (where, no) in self.lives.items() if where == unit),
            )
            for unit in UNITS
        )

    def asks(self, person: str, command: Any) -> list[DisputeEvent]:
        events: list[DisputeEvent] = []
        command = by(person, command) if person != SYSTEM else command
        if isinstance(command, Mediating):
            who = mediator_of(command)
            theirs = [h for h in self.homes() if who in h.owners or h.household(who) is not None]
            command = command.learned(homes=tuple(theirs))
        with suppress(Rejected):
            events = [*DISPUTES.decide(command, self.dispute)]
        for event in events:
            self.dispute = DISPUTES.evolve(self.dispute, event)
        return events

    def conflict(self) -> Tie | None:
        if self.dispute is None or self.dispute.status not in UNDER_MEDIATION:
            return None
        return tie(self.dispute.mediator_id, self.dispute.parties, self.homes())

    def watched(self) -> None:
        if self.dispute and self.dispute.mediator_id:
            self.asks(SYSTEM, watching(self.dispute.mediator_id))


@given(
    st.sampled_from([(), *PAST.values()]),
    st.lists(MOVES | SALES | ASKED | st.just("watch"), max_size=40),
)
def test_nobody_tied_to_a_party_mediates_at_any_moment(
    past: tuple[DisputeEvent, ...], life: list[Any]
) -> None:
    """What a mediator does is done by one who is no party, lives with none and owns no home of
    one, at that moment; and once the watch has looked, none is left who is. Seen red without the
    check of whoever acts."""
    world = World(past)
    for step in life:
        match step:
            case "watch":
                world.watched()
                assert world.conflict() is None
            case (str(who), str(unit), int(no)):
                world.lives[who] = (unit, no)
            case (str(unit), str(owner)):
                world.owns[unit] = owner
            case (person, command):
                tied_before = world.conflict()
                events = world.asks(person, command)
                if any(isinstance(event, BY_THE_MEDIATOR) for event in events):
                    assert tied_before is None
                assert not any(e.mediator_id in {DOWN, UP, LODGER} for e in events
                               if isinstance(e, BY_THE_MEDIATOR))  # fmt: skip
