"""Which command fits which state of a visit 探访, said again from the specification."""

from typing import get_args

import pytest
from linli_volunteers.visits.commands import (
    Arrive,
    AssignVisitor,
    DeclineVisit,
    ReportNoAnswer,
    VisitCommand,
)
from linli_volunteers.visits.moves import MOVES
from linli_volunteers.visits.terms import Proof, Status
from linli_volunteers.visits.timers import fired

from services.volunteers.tests.a_visit import ARRIVE_BY, AT, NOTHING, TANG, by, completion

ALLOWED: dict[Status, list[str]] = {
    Status.PLANNED: ["assigned", "declined"],
    Status.ASSIGNED: ["arrived", "declined", "missed"],
    Status.ARRIVED: ["completed", "declined", "no_answer"],
}
COMMANDS: list[tuple[VisitCommand, str, set[Status]]] = [
    (AssignVisitor(visitor_id=TANG), "assigned", {Status.PLANNED, Status.ASSIGNED}),
    (Arrive(proof=Proof.GPS_COARSE), "arrived", {Status.ASSIGNED}),
    (completion(), "completed", {Status.ARRIVED}),
    (ReportNoAnswer(), "no_answer", {Status.ARRIVED}),
    (DeclineVisit(), "declined", {Status.PLANNED, Status.ASSIGNED, Status.ARRIVED}),
]


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize(("command", "to", "sources"), COMMANDS)
def test_a_command_that_does_not_fit_the_state_says_what_does(
    command: VisitCommand, to: str, sources: set[Status], status: Status
) -> None:
    if status not in sources:
        told = {"from": status, "to": to, "allowed": ALLOWED.get(status, [])}
        AT[status].when(by(TANG, command)).rejected("INVALID_TRANSITION", **told)


@pytest.mark.parametrize(
    "command", [fired("missed", ARRIVE_BY), *(command for command, _, _ in COMMANDS)]
)
def test_a_visit_that_is_not_there_is_not_found(command: VisitCommand) -> None:
    NOTHING.when(by(TANG, command)).rejected("NOT_FOUND")


def test_the_table_has_a_row_for_every_command_and_no_other() -> None:
    assert {*MOVES} == {*get_args(VisitCommand)}
