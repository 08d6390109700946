"""HTTP for visits 探访: parse, hand over, answer. No rule lives here."""

from uuid import UUID

from linli_service.http import Call, Done, commands
from linli_shared.store import Reader

from linli_volunteers.calendars import engaged, raced
from linli_volunteers.credentials.commands import key_of
from linli_volunteers.credentials.domain import CREDENTIALS, Held
from linli_volunteers.visits.commands import (
    Arrive,
    AssignVisitor,
    CompleteVisit,
    DeclineVisit,
    ReportNoAnswer,
    ScheduleVisit,
)
from linli_volunteers.visits.domain import VISITS

router = commands("/visits", "visits")


@router.post("", status_code=201)
async def schedule(command: ScheduleVisit, call: Call) -> Done:
    return Done.of(await call.create(VISITS, command, command.estate_id))


@router.post("/{visit_id}/assign-visitor")
async def assign(visit_id: UUID, command: AssignVisitor, call: Call) -> Done:
    return Done.of(await raced(lambda: call.act(VISITS, visit_id, command, with_calendar)))


@router.post("/{visit_id}/arrive")
async def arrive(visit_id: UUID, command: Arrive, call: Call) -> Done:
    return Done.of(await call.act(VISITS, visit_id, command))


@router.post("/{visit_id}/complete")
async def complete(visit_id: UUID, command: CompleteVisit, call: Call) -> Done:
    return Done.of(await call.act(VISITS, visit_id, command))


@router.post("/{visit_id}/report-no-answer")
async def report_no_answer(visit_id: UUID, command: ReportNoAnswer, call: Call) -> Done:
    return Done.of(await call.act(VISITS, visit_id, command))


@router.post("/{visit_id}/decline")
async def decline(visit_id: UUID, command: DeclineVisit, call: Call) -> Done:
    return Done.of(await call.act(VISITS, visit_id, command))


async def with_calendar(reader: Reader, command: AssignVisitor) -> AssignVisitor:
    """What else the visitor is engaged in, and may do."""
    visit = await reader.load(VISITS, command.key)
    assert visit is not None, "a command is for a visit that is there"
    mine = visit.engagement(command.key)
    held: Held = await reader.load(CREDENTIALS, key_of(command.visitor_id))
    return command.learned(engaged=await engaged(reader, [command.visitor_id], mine), held=held)
