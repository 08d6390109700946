"""What a reporter is owed for a case 事件 beside the work: notes that are heard, a rating that is
answered, and somebody who asks again 回访."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, assert_never

from linli_shared.decider import Rejected

from linli_cases.complaints import waiting
from linli_cases.complaints.asking import STAFF
from linli_cases.complaints.care_commands import (
    AnswerRating,
    AskAgainWhenDue,
    Caring,
    NoteFromReporter,
    RateCase,
    RecordReturnVisit,
)
from linli_cases.complaints.care_events import (
    CaseRated,
    RatingAnswered,
    ReporterNoted,
    ReturnVisitDue,
    ReturnVisitRecorded,
)
from linli_cases.complaints.commands import CloseUnconfirmed, ConfirmCase
from linli_cases.complaints.events import CaseEvent
from linli_cases.complaints.speaking import (
    assignee_or_desk,
    facts_of,
    only_reporter,
    with_assignee,
)
from linli_cases.complaints.state import Case
from linli_cases.complaints.terms import ReturnVisit, Wait


def care(command: Caring, case: Case) -> Sequence[CaseEvent]:
    match command:
        case NoteFromReporter():
            return note(command, case)
        case RateCase():
            return rate(command, case)
        case AnswerRating():
            return answer_rating(command, case)
        case RecordReturnVisit():
            return record_visit(command, case)
        case _:
            assert_never(command)


def note(command: NoteFromReporter, case: Case) -> Sequence[CaseEvent]:
    """By any channel it is the reply that a case waited for."""
    if not command.actor.roles & {*STAFF}:
        only_reporter(command, case)
    of = facts_of(command, case)
    noted = ReporterNoted(**of, channel=command.channel, message=command.message)
    if case.waiting is None or case.waiting.wait_for is not Wait.RESIDENT:
        return [noted]
    return [noted, waiting.replied(command, case)]


def rate(command: RateCase, case: Case) -> Sequence[CaseEvent]:
    only_reporter(command, case)
    if case.care.rated:
        raise Rejected("ALREADY_RATED")
    return [CaseRated(**facts_of(command, case), score=command.score, solved=command.solved)]


def answer_rating(command: AnswerRating, case: Case) -> Sequence[CaseEvent]:
    """Once, as it is rated once."""
    assignee_or_desk(command, case)
    if not case.care.rated:
        raise Rejected("NOT_RATED")
    if case.care.answered:
        raise Rejected("RATING_ALREADY_ANSWERED")
    return [RatingAnswered(**facts_of(command, case), message=command.message)]


def visit(command: ConfirmCase | CloseUnconfirmed, case: Case) -> dict[str, Any]:
    """What a closed case says of its return visit, by the policy that it was opened under."""
    policy = command.sla_policy(case.sla)
    wanted = policy.return_visit
    due: datetime | None = command.now + policy.visit_after
    never = wanted is ReturnVisit.NEVER
    return {"return_visit": wanted, "visit_due": None if never else due}


def ask_again(command: AskAgainWhenDue, case: Case) -> Sequence[CaseEvent]:
    """Whether it was rated counts as it is then."""
    care = case.care
    if care.visit_due != command.due:
        return []
    wanted = {
        ReturnVisit.NEVER: False,
        ReturnVisit.IF_RATED: care.rated,
        ReturnVisit.UNLESS_RATED: not care.rated,
        ReturnVisit.ALWAYS: True,
    }
    if not wanted[care.return_visit]:
        return []
    return [ReturnVisitDue(**with_assignee(command, case), due=command.due)]


def record_visit(command: RecordReturnVisit, case: Case) -> Sequence[CaseEvent]:
    """Also where no policy wants one, and again where nobody was reached."""
    assignee_or_desk(command, case)
    if case.care.visited:
        raise Rejected("ALREADY_VISITED")
    return [
        ReturnVisitRecorded(
            **facts_of(command, case),
            n=case.care.visits + 1,
            channel=command.channel,
            reached=command.reached,
            solved=command.solved,
            note=command.note,
        )
    ]
