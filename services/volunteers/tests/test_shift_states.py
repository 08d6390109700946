"""Which command fits which state of a shift 班次, said again from the specification."""

from typing import get_args

import pytest
from linli_volunteers.shifts.commands import (
    CancelShift,
    CancelSignup,
    CheckIn,
    CheckOut,
    PublishShift,
    ShiftCommand,
    SignUpForShift,
)
from linli_volunteers.shifts.moves import MOVES
from linli_volunteers.shifts.terms import Status
from linli_volunteers.shifts.timers import fired

from services.volunteers.tests.a_shift import (
    AT,
    COORDINATOR,
    NOTHING,
    START,
    TANG,
    by,
)

ON = {Status.PUBLISHED, Status.IN_PROGRESS}
ALLOWED: dict[Status, list[str]] = {
    Status.DRAFT: ["cancelled", "published"],
    Status.PUBLISHED: ["cancelled", "completed", "in_progress"],
    Status.IN_PROGRESS: ["cancelled", "completed"],
}
COMMANDS: list[tuple[ShiftCommand, str, set[Status]]] = [
    (PublishShift(), "published", {Status.DRAFT}),
    (CancelShift(reason="台风停课"), "cancelled", {Status.DRAFT, *ON}),
    (CancelSignup(person_id=TANG), "", ON),
    (CheckIn(post="school-gate"), "", ON),
    (CheckOut(post="school-gate"), "", ON),
]


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize(("command", "to", "sources"), COMMANDS)
def test_a_command_that_does_not_fit_the_state_says_what_does(
    command: ShiftCommand, to: str, sources: set[Status], status: Status
) -> None:
    if status not in sources:
        told = {"from": status, "to": to or status, "allowed": ALLOWED.get(status, [])}
        AT[status].when(by(COORDINATOR, command)).rejected("INVALID_TRANSITION", **told)


@pytest.mark.parametrize(
    "command", [SignUpForShift(), fired("start", START), *(command for command, _, _ in COMMANDS)]
)
def test_a_shift_that_is_not_there_is_not_found(command: ShiftCommand) -> None:
    NOTHING.when(by(COORDINATOR, command)).rejected("NOT_FOUND")


def test_the_table_has_a_row_for_every_command_and_no_other() -> None:
    assert {*MOVES} == {*get_args(ShiftCommand)}
