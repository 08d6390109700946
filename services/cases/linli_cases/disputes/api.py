"""HTTP for disputes 邻里纠纷: parse, hand over, answer. No rule lives here."""

from uuid import UUID

from linli_service.http import Call, Done, commands

from linli_cases.disputes.commands import (
    AssignMediator,
    ChallengeMediator,
    ConcludeWithoutAgreement,
    FileDispute,
    GiveRightsNotice,
    HoldSession,
    RecordAgreement,
    RecordConsent,
    RecordContactAttempt,
    RecordPerformance,
    RecuseMediator,
    WithdrawDispute,
)
from linli_cases.disputes.domain import DISPUTES

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
    return Done.of(await call.act(DISPUTES, dispute_id, command))


@router.post("/{dispute_id}/give-rights-notice")
async def give_rights_notice(dispute_id: UUID, command: GiveRightsNotice, call: Call) -> Done:
    return Done.of(await call.act(DISPUTES, dispute_id, command))


@router.post("/{dispute_id}/hold-session")
async def hold_session(dispute_id: UUID, command: HoldSession, call: Call) -> Done:
    return Done.of(await call.act(DISPUTES, dispute_id, command))


@router.post("/{dispute_id}/challenge-mediator")
async def challenge_mediator(dispute_id: UUID, command: ChallengeMediator, call: Call) -> Done:
    return Done.of(await call.act(DISPUTES, dispute_id, command))


@router.post("/{dispute_id}/recuse-mediator")
async def recuse_mediator(dispute_id: UUID, command: RecuseMediator, call: Call) -> Done:
    return Done.of(await call.act(DISPUTES, dispute_id, command))


@router.post("/{dispute_id}/record-agreement")
async def record_agreement(dispute_id: UUID, command: RecordAgreement, call: Call) -> Done:
    return Done.of(await call.act(DISPUTES, dispute_id, command))


@router.post("/{dispute_id}/conclude-without-agreement")
async def conclude(dispute_id: UUID, command: ConcludeWithoutAgreement, call: Call) -> Done:
    return Done.of(await call.act(DISPUTES, dispute_id, command))


@router.post("/{dispute_id}/record-performance")
async def record_performance(dispute_id: UUID, command: RecordPerformance, call: Call) -> Done:
    return Done.of(await call.act(DISPUTES, dispute_id, command))


@router.post("/{dispute_id}/withdraw")
async def withdraw(dispute_id: UUID, command: WithdrawDispute, call: Call) -> Done:
    return Done.of(await call.act(DISPUTES, dispute_id, command))
