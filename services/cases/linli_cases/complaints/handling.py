"""Work on a case 事件: given to somebody, started, answered, passed on."""

from collections.abc import Sequence

from linli_shared.decider import Rejected

from linli_cases.complaints.commands import (
    AssignCase,
    ClaimCase,
    RespondToReporter,
    StartWork,
    TransferCase,
)
from linli_cases.complaints.events import (
    CaseAssigned,
    CaseEvent,
    CaseTransferred,
    ReporterAnswered,
    WorkStarted,
)
from linli_cases.complaints.speaking import assignee_or_desk, facts_of, with_assignee
from linli_cases.complaints.state import Case


def assign(command: AssignCase | ClaimCase, case: Case, assignee: str) -> Sequence[CaseEvent]:
    if assignee == case.about_person_id:
        raise Rejected("ASSIGNEE_IS_SUBJECT")
    return [
        CaseAssigned(
            **facts_of(command, case),
            assignee_id=assignee,
            previous_id=case.assignee_id,
            max_open=command._policy.max_open_per_worker,
        )
    ]


def start(command: StartWork, case: Case) -> Sequence[CaseEvent]:
    assignee_or_desk(command, case)
    return [WorkStarted(**facts_of(command, case))]


def respond(command: RespondToReporter, case: Case) -> Sequence[CaseEvent]:
    return [
        ReporterAnswered(
            **facts_of(command, case),
            channel=command.channel,
            message=command.message,
            first=not case.answered,
        )
    ]


def transfer(command: TransferCase, case: Case) -> Sequence[CaseEvent]:
    of = with_assignee(command, case)
    return [CaseTransferred(**of, agency=command.agency, note=command.note)]
