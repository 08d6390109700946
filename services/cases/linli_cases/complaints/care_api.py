"""HTTP for what a reporter says of a case 事件 and is told: parse, hand over, answer."""

from uuid import UUID

from linli_service.http import Call, Done, commands

from linli_cases.complaints.care_commands import (
    AnswerRating,
    NoteFromReporter,
    RateCase,
    RecordReturnVisit,
)
from linli_cases.complaints.domain import CASES

router = commands("/cases", "cases")


@router.post("/{case_id}/note-from-reporter")
async def note(case_id: UUID, command: NoteFromReporter, call: Call) -> Done:
    return Done.of(await call.act(CASES, case_id, command))


@router.post("/{case_id}/rate")
async def rate(case_id: UUID, command: RateCase, call: Call) -> Done:
    return Done.of(await call.act(CASES, case_id, command))


@router.post("/{case_id}/answer-rating")
async def answer_rating(case_id: UUID, command: AnswerRating, call: Call) -> Done:
    return Done.of(await call.act(CASES, case_id, command))


@router.post("/{case_id}/record-return-visit")
async def record_visit(case_id: UUID, command: RecordReturnVisit, call: Call) -> Done:
    return Done.of(await call.act(CASES, case_id, command))
