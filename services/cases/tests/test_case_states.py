"""Which command fits which state of a case 事件: the table of the specification, said again."""

from collections.abc import Set
from typing import get_args

import pytest
from linli_cases.complaints.asking import Link
from linli_cases.complaints.care_commands import (
    AnswerRating,
    NoteFromReporter,
    RateCase,
    RecordReturnVisit,
)
from linli_cases.complaints.commands import (
    AcknowledgeCase,
    AssignCase,
    CaseCommand,
    ClaimCase,
    ConfirmCase,
    EscalateCase,
    MergeCase,
    ReferToDeliberation,
    RejectCase,
    ReopenCase,
    ReopenOverturned,
    ResolveByResolution,
    ResolveCase,
    RespondToReporter,
    ResumeCase,
    StartWork,
    SuspendCase,
    TransferCase,
    WithdrawCase,
)
from linli_cases.complaints.matter_commands import (
    GivenMilestone,
    PlanMilestones,
    ReachMilestone,
    ReviewMatter,
)
from linli_cases.complaints.moves import MOVES
from linli_cases.complaints.terms import OPEN, Channel, Status, Wait

from services.cases.tests.a_case import (
    ACKNOWLEDGED,
    HE,
    NOTHING,
    OPENED,
    OPERATOR,
    OTHER,
    PAST,
    PHOTO,
    RESOLUTION,
    SUSPECTED,
    UNTIL,
    by,
)

ALLOWED: dict[Status, set[str]] = {
    Status.NEW: {"acknowledged", "rejected", "merged", "withdrawn"},
    Status.ACKNOWLEDGED: {"rejected", "merged", "assigned", "withdrawn"},
    Status.ASSIGNED: {"in_progress", "withdrawn"},
    Status.IN_PROGRESS: {"assigned", "pending", "transferred", "resolved", "withdrawn"},
    Status.PENDING: {"in_progress", "withdrawn"},
    Status.RESOLVED: {"closed", "in_progress"},
    Status.CLOSED: {"in_progress"},
    Status.REJECTED: set(),
    Status.MERGED: set(),
    Status.TRANSFERRED: set(),
    Status.WITHDRAWN: set(),
}
MERGE = MergeCase(into=OTHER).learned(chain=(Link(OTHER, Status.NEW),))
COMMANDS: list[tuple[CaseCommand, str, Set[Status]]] = [
    (AcknowledgeCase(), "acknowledged", {Status.NEW}),
    (RejectCase(reason="abusive"), "rejected", {Status.NEW, Status.ACKNOWLEDGED}),
    (
        MergeCase(into=OTHER).learned(chain=(Link(OTHER, Status.NEW),)),
        "merged",
        {Status.NEW, Status.ACKNOWLEDGED},
    ),
    (ClaimCase(), "assigned", {Status.ACKNOWLEDGED}),
    (AssignCase(assignee_id=HE), "assigned", OPEN - {Status.NEW, Status.PENDING}),
    (StartWork(), "in_progress", {Status.ASSIGNED}),
    (ResolveCase(outcome="已办。", evidence_ids=(PHOTO,)), "resolved", {Status.IN_PROGRESS}),
    (ConfirmCase(), "closed", {Status.RESOLVED}),
    (ReopenCase(reason="又不亮了"), "in_progress", {Status.RESOLVED, Status.CLOSED}),
    (SuspendCase(wait_for=Wait.RESIDENT, until=UNTIL), "pending", {Status.IN_PROGRESS}),
    (ResumeCase(), "in_progress", {Status.PENDING}),
    (ReferToDeliberation(title="充电", description="议一议"), "pending", {Status.IN_PROGRESS}),
    (TransferCase(agency="供电公司"), "transferred", {Status.IN_PROGRESS}),
    (EscalateCase(level=1, reason="久拖不决"), "", set(OPEN)),
    (
        ResolveByResolution(resolution_id=RESOLUTION, outcome="已办。"),
        "",
        {Status.IN_PROGRESS, Status.RESOLVED, Status.CLOSED},
    ),
    (
        ReopenOverturned(resolution_id=RESOLUTION, reason="无效果"),
        "",
        {*OPEN, Status.RESOLVED, Status.CLOSED},
    ),
    (WithdrawCase(), "withdrawn", set(OPEN)),
    (RespondToReporter(channel=Channel.PHONE, message="在办。"), "", set(OPEN)),
    (RateCase(score=1, solved=False), "", {Status.RESOLVED, Status.CLOSED}),
    (AnswerRating(message="谢谢。"), "", {Status.RESOLVED, Status.CLOSED}),
    (RecordReturnVisit(channel=Channel.PHONE, reached=False), "", {Status.CLOSED}),
    (PlanMilestones(milestones=(GivenMilestone(title="方案", due_at=UNTIL),)), "", set(OPEN)),
    (ReachMilestone(milestone_no=1), "", set(OPEN)),
    (ReviewMatter(note="等待报价。"), "", set(OPEN)),
    (NoteFromReporter(channel=Channel.APP, message="在家。"), "", set(OPEN)),
]


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize(("command", "to", "sources"), COMMANDS)
def test_a_command_that_does_not_fit_the_state_says_what_does(
    command: CaseCommand, to: str, sources: Set[Status], status: Status
) -> None:
    spec = NOTHING.given(*PAST[status])
    if status not in sources:
        told = {"from": status, "to": to or status, "allowed": sorted(ALLOWED[status])}
        spec.when(by(OPERATOR, command)).rejected("INVALID_TRANSITION", **told)


@pytest.mark.parametrize("command", [command for command, _, _ in COMMANDS])
def test_a_case_that_is_not_there_is_not_found(command: CaseCommand) -> None:
    NOTHING.when(by(OPERATOR, command)).rejected("NOT_FOUND")


def test_a_suspicion_changes_nothing_of_a_case() -> None:
    NOTHING.given(OPENED, SUSPECTED).when(by(OPERATOR, AcknowledgeCase())).then(ACKNOWLEDGED)


def test_the_table_has_a_row_for_every_command_and_no_other() -> None:
    assert {*MOVES} == {*get_args(CaseCommand)}
