"""Pictures of a case: who may add which, and what they prove."""

from uuid import UUID

import pytest
from linli_cases.complaints.commands import AddEvidence, ReopenCase, ResolveCase
from linli_cases.complaints.domain import CASES
from linli_cases.complaints.events import CaseEvent
from linli_cases.complaints.parts import Photo
from linli_cases.complaints.policy import Policy
from linli_cases.complaints.proof import photo_for
from linli_cases.complaints.terms import Kind, Stage, Status
from linli_shared.decider import Rejected

from services.cases.tests.a_case import (
    ACKNOWLEDGED,
    ASSIGNED,
    DENG,
    DONE,
    HE,
    LI,
    NOTHING,
    OPENED,
    OPERATOR,
    PAST,
    PHOTO,
    PICTURED,
    REOPENED,
    RESOLVED,
    STARTED,
    WORKED_ON,
    ZHOU,
    by,
)

OLD = UUID("0192f000-0000-7000-8000-000000000009")
BEFORE = PICTURED.model_copy(update={"evidence_id": OLD, "stage": Stage.BEFORE})
ELSEWHERE = UUID("0192f000-0000-7000-8000-0000000000ff")


def add(stage: Stage = Stage.AFTER) -> AddEvidence:
    known = {"file_key": "a key", "width": 800, "height": 600, "size_bytes": 90_000}
    return AddEvidence(stage=stage).learned(evidence_id=PHOTO, **known)


def resolve(*photos: UUID) -> ResolveCase:
    return ResolveCase(outcome="已更换灯泡。", evidence_ids=photos)


def of_kind(kind: Kind) -> tuple[CaseEvent, ...]:
    opened = OPENED.model_validate(OPENED.model_dump() | {"kind": kind})
    return opened, ACKNOWLEDGED, ASSIGNED, STARTED


def test_the_one_who_has_it_in_hand_shows_what_was_done() -> None:
    WORKED_ON.when(by(DENG, add())).then(PICTURED)
    WORKED_ON.when(by(OPERATOR, add())).then(PICTURED.model_copy(update={"by_id": OPERATOR}))
    for other in (HE, LI):
        WORKED_ON.when(by(other, add())).rejected("ROLE_NOT_PERMITTED", roles=["assignee"])


@pytest.mark.parametrize("person", [LI, DENG, HE, OPERATOR])
def test_the_reporter_and_whoever_works_there_show_what_it_was_like(person: str) -> None:
    shown = PICTURED.model_copy(update={"stage": Stage.BEFORE, "by_id": person})
    WORKED_ON.when(by(person, add(Stage.BEFORE))).then(shown)


def test_a_neighbour_shows_nothing_of_the_case_of_another() -> None:
    WORKED_ON.when(by(ZHOU, add(Stage.BEFORE))).rejected("NOT_REPORTER")


@pytest.mark.parametrize("status", [Status.CLOSED, Status.MERGED, Status.WITHDRAWN])
def test_a_case_that_is_over_takes_no_picture(status: Status) -> None:
    NOTHING.given(*PAST[status]).when(by(OPERATOR, add())).rejected("INVALID_TRANSITION")


def test_a_case_takes_so_many_pictures_and_no_more() -> None:
    many = [
        PICTURED.model_copy(update={"evidence_id": UUID(int=n)})
        for n in range(Policy().evidence_most)
    ]
    spec = NOTHING.given(OPENED, ACKNOWLEDGED, ASSIGNED, STARTED, *many[1:])
    spec.when(by(DENG, add())).then(PICTURED)
    spec.given(many[0]).when(by(DENG, add())).rejected("EVIDENCE_LIMIT_REACHED", limit=30)


@pytest.mark.parametrize("kind", Kind)
def test_evidence_that_is_not_there_or_of_another_case_is_none(kind: Kind) -> None:
    spec = NOTHING.given(*of_kind(kind), PICTURED)
    spec.when(by(DENG, resolve(PHOTO, ELSEWHERE))).rejected("EVIDENCE_REQUIRED")


@pytest.mark.parametrize("kind", Kind)
def test_work_on_a_thing_is_proved_by_a_picture_taken_afterwards(kind: Kind) -> None:
    needed = kind in {Kind.REPAIR, Kind.KEY_MATTER}
    spec = NOTHING.given(*of_kind(kind), BEFORE, PICTURED)
    for shown in ((), (OLD,)):
        when = spec.when(by(DENG, resolve(*shown)))
        if needed:
            when.rejected("EVIDENCE_REQUIRED")
        else:
            ids = tuple(map(str, shown))
            when.then(RESOLVED.model_copy(update={"case_kind": kind, "evidence_ids": ids}))
    both = RESOLVED.model_copy(update={"case_kind": kind, "evidence_ids": (str(OLD), str(PHOTO))})
    spec.when(by(DENG, resolve(OLD, PHOTO))).then(both)


def test_what_proved_that_it_was_done_proves_nothing_when_it_is_to_be_done_again() -> None:
    """Seen red without moving pictures back in `_again`."""
    spec = NOTHING.given(*of_kind(Kind.REPAIR), PICTURED, RESOLVED, REOPENED)
    spec.when(by(DENG, resolve(PHOTO))).rejected("EVIDENCE_REQUIRED")
    new = PICTURED.model_copy(update={"evidence_id": OLD})
    events = spec.given(new).when(by(DENG, resolve(PHOTO, OLD)))
    events.then(
        RESOLVED.model_copy(
            update={"case_kind": Kind.REPAIR, "evidence_ids": (str(PHOTO), str(OLD))}
        )
    )


def test_a_picture_says_nothing_of_clocks_and_keeps_nobody_from_reopening() -> None:
    DONE.when(by(LI, ReopenCase(reason="又不亮了"))).then(REOPENED)


def test_a_picture_is_shown_to_its_reporter_and_to_staff_and_does_not_exist_for_others() -> None:
    case = CASES.fold(PAST[Status.IN_PROGRESS])
    assert photo_for(case, PHOTO, LI, staff=False) == Photo(Stage.AFTER, "a key")
    assert photo_for(case, PHOTO, HE, staff=True) == Photo(Stage.AFTER, "a key")
    for args in (case, PHOTO, ZHOU), (case, ELSEWHERE, LI), (None, PHOTO, LI):
        with pytest.raises(Rejected, match="NOT_FOUND"):
            photo_for(*args, staff=False)
