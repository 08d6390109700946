"""Deng, a steward of the estate xx: appointed, with all standards, a badge and building 3."""

from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from linli_estates.stewards.commands import (
    AppointSteward,
    AssignSteward,
    EndAssignment,
    IssueBadge,
    PassStandard,
)
from linli_estates.stewards.domain import STEWARDS
from linli_estates.stewards.events import (
    BadgeIssued,
    StewardAppointed,
    StewardAssigned,
    StewardAssignmentEnded,
    StewardshipEnded,
    StewardStandardPassed,
)
from linli_estates.stewards.policy import Policy
from linli_estates.stewards.terms import Standard
from linli_language.roles import Role
from linli_shared.messages import Command
from linli_shared.testing import Spec, said

from services.estates.tests.a_company import NOW

C = TypeVar("C", bound=Command)
DENG, ZHAO = "deng", "zhao"
STEWARD = UUID("0192c000-0000-7000-8000-0000000000c1")
TOKEN = "iJ0V3yq0mQ8sZ6wC2fK1bA"
SINCE = date(2020, 1, 6)
HOUSEHOLDS = {"3": 120, "4": 120, "5": 161}


def by(command: C, person: str = ZHAO) -> C:
    return said(command, STEWARD, NOW, person, Role.ESTATE_MANAGER)


def appointing(known: frozenset[str] = frozenset({DENG})) -> AppointSteward:
    command = AppointSteward(estate_id="xx", person_id=DENG, shown_name="邓管家")
    return by(command.learned(known=known))


def passing(standard: Standard, person: str = ZHAO) -> PassStandard:
    return by(PassStandard(standard=standard), person)


def badging(badge_no: str = "G-007") -> IssueBadge:
    return by(IssueBadge(badge_no=badge_no, photo_ref="photo-deng").learned(token=TOKEN))


def assigning(building_id: str = "3", **change: Any) -> AssignSteward:
    body: dict[str, Any] = {"building_id": building_id, "from_on": SINCE} | change
    return by(AssignSteward(**body).learned(households=HOUSEHOLDS))


def ending(no: int = 1) -> EndAssignment:
    return by(EndAssignment(assignment_no=no))


_OF: dict[str, Any] = {
    "occurred_at": NOW, "steward_id": STEWARD, "person_id": DENG, "by_id": ZHAO,
}  # fmt: skip
APPOINTED = StewardAppointed(**_OF, shown_name="邓管家")
PASSED = [StewardStandardPassed(**_OF, standard=standard) for standard in Standard]
FIRST_PASSED = PASSED[0]
BADGED = BadgeIssued(**_OF, badge_no="G-007", badge_token=TOKEN, photo_ref="photo-deng")
LEADS = StewardAssigned(
    **_OF, assignment_no=1, building_id="3", lead=True, from_on=SINCE, households=120,
    policy_version=Policy().version,
)  # fmt: skip
LED = StewardAssignmentEnded(**_OF, assignment_no=1, building_id="3", lead=True)
ENDED = StewardshipEnded(**_OF)

NOBODY = Spec(STEWARDS)
NEW = NOBODY.given(APPOINTED)
CERTIFIED = NEW.given(*PASSED)
READY = CERTIFIED.given(BADGED)
LEADING = READY.given(LEADS)
