"""Cases 事件: complaints, repairs, questions, legacy problems and key matters, report to rating.

This is where a command finds its rule: in `reporting`, `handling`, `waiting`, `clocks`, `proof`,
`ending`, `care` or `matters`.
"""

from collections.abc import Sequence
from functools import reduce
from typing import Final, TypeAlias, assert_never

from linli_shared import lifecycle
from linli_shared.decider import Decider

from linli_cases.complaints import (
    care,
    clocks,
    ending,
    handling,
    matters,
    proof,
    reporting,
    waiting,
)
from linli_cases.complaints.care_commands import (
    AnswerRating,
    AskAgainWhenDue,
    Caring,
    NoteFromReporter,
    RateCase,
    RecordReturnVisit,
)
from linli_cases.complaints.commands import (
    AcknowledgeCase,
    AcknowledgeEscalation,
    AddEvidence,
    AssignCase,
    CaseCommand,
    CheckClock,
    CheckSilence,
    ClaimCase,
    CloseUnconfirmed,
    ConfirmCase,
    EndDeliberation,
    Ending,
    EscalateCase,
    Handling,
    LinkToTopic,
    MergeCase,
    OpenCase,
    ReferToDeliberation,
    RejectCase,
    ReopenCase,
    ReopenOverturned,
    ResolveByResolution,
    ResolveCase,
    RespondToReporter,
    ResumeCase,
    ResumeWhenDue,
    StartWork,
    SuspendCase,
    Told,
    TransferCase,
    WithdrawCase,
)
from linli_cases.complaints.events import CaseAcknowledged, CaseEvent
from linli_cases.complaints.matter_commands import (
    FindMilestoneMissed,
    FindReviewMissed,
    PlanMilestones,
    Planning,
    ReachMilestone,
    ReviewMatter,
)
from linli_cases.complaints.moves import MOVES
from linli_cases.complaints.reminders import fired, remind
from linli_cases.complaints.reservations import reserve, taken
from linli_cases.complaints.speaking import facts_of
from linli_cases.complaints.state import Case, evolve

_After: TypeAlias = Ending | Caring | Planning | Told
_Asked: TypeAlias = Handling | _After


def decide(command: CaseCommand, case: Case | None) -> Sequence[CaseEvent]:
    match command:
        case MergeCase():
            reporting.not_into_itself(command)
        case ReferToDeliberation():
            waiting.not_twice(case)
    lifecycle.check(MOVES, command, case.status if case else None)
    if isinstance(command, OpenCase):
        return reporting.open_case(command)
    assert case is not None, "every other command needs a state"
    late = clocks.overdue(command, case)
    return [*late, *_asked(command, reduce(evolve, late, case))]


def _asked(
    command: Handling | Ending | Caring | Planning | Told, case: Case
) -> Sequence[CaseEvent]:
    match command:
        case AcknowledgeCase():
            return [CaseAcknowledged(**facts_of(command, case))]
        case RejectCase():
            return reporting.reject(command, case)
        case MergeCase():
            return reporting.merge(command, case)
        case AssignCase():
            return handling.assign(command, case, command.assignee_id)
        case ClaimCase():
            return handling.assign(command, case, command.actor.id)
        case StartWork():
            return handling.start(command, case)
        case RespondToReporter():
            return handling.respond(command, case)
        case SuspendCase():
            return waiting.suspend(command, case)
        case ResumeCase():
            return waiting.resume(command, case)
        case ReferToDeliberation():
            return waiting.refer(command, case)
        case TransferCase():
            return handling.transfer(command, case)
        case EscalateCase():
            return clocks.escalate(command, case)
        case AcknowledgeEscalation():
            return clocks.acknowledge(command, case)
        case AddEvidence():
            return proof.add(command, case)
        case _:
            return _at_the_end(command, case)


def _at_the_end(command: _After, case: Case) -> Sequence[CaseEvent]:
    match command:
        case ResolveCase():
            return ending.resolve(command, case)
        case ConfirmCase():
            return ending.confirm(command, case)
        case ReopenCase():
            return ending.reopen(command, case)
        case WithdrawCase():
            return ending.withdraw(command, case)
        case NoteFromReporter() | RateCase() | AnswerRating() | RecordReturnVisit():
            return care.care(command, case)
        case PlanMilestones() | ReachMilestone() | ReviewMatter():
            return matters.plan(command, case)
        case _:
            return _told(command, case)


def _told(command: Told, case: Case) -> Sequence[CaseEvent]:
    match command:
        case CheckClock():
            return clocks.check(command, case)
        case CheckSilence():
            return clocks.check_silence(command, case)
        case ResumeWhenDue():
            return waiting.resume_when_due(command, case)
        case CloseUnconfirmed():
            return ending.close_unconfirmed(command, case)
        case AskAgainWhenDue():
            return care.ask_again(command, case)
        case FindMilestoneMissed():
            return matters.find_milestone_missed(command, case)
        case FindReviewMissed():
            return matters.find_review_missed(command, case)
        case LinkToTopic():
            return waiting.link(command, case)
        case EndDeliberation():
            return waiting.end_deliberation(command, case)
        case ResolveByResolution():
            return ending.resolve_by_resolution(command, case)
        case ReopenOverturned():
            return ending.reopen_overturned(command, case)
        case _:
            assert_never(command)


CASES: Final = Decider(
    "case", None, decide, evolve, reserve, taken, remind, fired, reserves_texts=True
)
