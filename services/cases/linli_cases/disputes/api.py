"""HTTP for disputes 邻里纠纷: parse, hand over, answer. No rule lives here."""

from datetime import datetime
from uuid import UUID

from fastapi import Request
from linli_service.http import Asking, Call, Done, commands
from linli_shared.store import EventStore
from pydantic import BaseModel

from linli_cases.disputes.commands import (
    AssignMediator,
    ChallengeMediator,
    ConcludeWithoutAgreement,
    ExtendMediation,
    FileDispute,
    GiveRightsNotice,
    HoldSession,
    RecordAgreement,
    RecordConsent,
    RecordContactAttempt,
    RecordPerformance,
    RecuseMediator,
    WithdrawDispute,
    WriteNote,
)
from linli_cases.disputes.domain import DISPUTES
from linli_cases.disputes.homes import with_homes, with_ties_and_papers
from linli_cases.disputes.mediation import notes_for

router = commands("/disputes", "disputes")


@router.post("", status_code=201)
async def file(command: FileDispute, call: Call) -> Done:
    return Done.of(await call.create(DISPUTES, command, command.estate_id))


@router.post("/{dispute_id}/record-contact-attempt")
async def record_attempt(dispute_id: UUID, command: RecordContactAttempt, call: Call) -> Done:
    return Done.of(await call.act(DISPUTES, dispute_id, command))


@router.post("/{dispute_id}/record-consent")
async def record_consent(dispute_id: UUID, command: RecordConsent, call: Call) -> Done:
    return Done.of(await call.act(DISPUTES, dispute_id, command))


@router.post("/{dispute_id}/assign-mediator")
async def assign_mediator(dispute_id: UUID, command: AssignMediator, call: Call) -> Done:
    return Done.of(await call.act(DISPUTES, dispute_id, command, with_ties_and_papers))


@router.post("/{dispute_id}/give-rights-notice")
async def give_rights_notice(dispute_id: UUID, command: GiveRightsNotice, call: Call) -> Done:
    return Done.of(await call.act(DISPUTES, dispute_id, command, with_homes))


@router.post("/{dispute_id}/hold-session")
async def hold_session(dispute_id: UUID, command: HoldSession, call: Call) -> Done:
    return Done.of(await call.act(DISPUTES, dispute_id, command, with_homes))


@router.post("/{dispute_id}/challenge-mediator")
async def challenge_mediator(dispute_id: UUID, command: ChallengeMediator, call: Call) -> Done:
    return Done.of(await call.act(DISPUTES, dispute_id, command))


@router.post("/{dispute_id}/recuse-mediator")
async def recuse_mediator(dispute_id: UUID, command: RecuseMediator, call: Call) -> Done:
    return Done.of(await call.act(DISPUTES, dispute_id, command))


@router.post("/{dispute_id}/record-agreement")
async def record_agreement(dispute_id: UUID, command: RecordAgreement, call: Call) -> Done:
    return Done.of(await call.act(DISPUTES, dispute_id, command, with_homes))


@router.post("/{dispute_id}/conclude-without-agreement")
async def conclude(dispute_id: UUID, command: ConcludeWithoutAgreement, call: Call) -> Done:
    return Done.of(await call.act(DISPUTES, dispute_id, command, with_homes))


@router.post("/{dispute_id}/record-performance")
async def record_performance(dispute_id: UUID, command: RecordPerformance, call: Call) -> Done:
    return Done.of(await call.act(DISPUTES, dispute_id, command))


@router.post("/{dispute_id}/extend-mediation")
async def extend(dispute_id: UUID, command: ExtendMediation, call: Call) -> Done:
    return Done.of(await call.act(DISPUTES, dispute_id, command))


@router.post("/{dispute_id}/write-note")
async def write_note(dispute_id: UUID, command: WriteNote, call: Call) -> Done:
    return Done.of(await call.act(DISPUTES, dispute_id, command))


class PrivateNote(BaseModel):
    written_at: datetime
    note: str


@router.get("/{dispute_id}/notes")
async def notes(dispute_id: UUID, caller: Asking, request: Request) -> list[PrivateNote]:
    """A mediator's own, and nobody else's."""
    store: EventStore = request.app.state.store
    loaded = await store.load(DISPUTES, sorted(caller.estates), dispute_id)
    found = notes_for(loaded.state, caller.person)
    texts = await store.seal.texts([loaded.estate], (note.text for note in found))
    return [PrivateNote(written_at=note.written_at, note=texts[note.text]) for note in found]


@router.post("/{dispute_id}/withdraw")
async def withdraw(dispute_id: UUID, command: WithdrawDispute, call: Call) -> Done:
    return Done.of(await call.act(DISPUTES, dispute_id, command))
