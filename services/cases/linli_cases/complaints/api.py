"""HTTP for cases 事件: parse, hand over, answer. No rule lives here."""

from typing import Self
from uuid import UUID

from linli_sealed.numbers import Masked
from linli_service.http import Call, Done, commands
from linli_shared.asked import Outcome
from linli_shared.store import Reader

from linli_cases.complaints.about import Near, Place
from linli_cases.complaints.asking import Link
from linli_cases.complaints.commands import (
    AcknowledgeCase,
    AcknowledgeEscalation,
    AssignCase,
    ClaimCase,
    ConfirmCase,
    EscalateCase,
    MergeCase,
    OpenCase,
    ReferToDeliberation,
    RejectCase,
    ReopenCase,
    ResolveCase,
    RespondToReporter,
    ResumeCase,
    StartWork,
    SuspendCase,
    TransferCase,
    WithdrawCase,
)
from linli_cases.complaints.domain import CASES
from linli_cases.complaints.events import CaseOpened, CaseReferredToDeliberation, DuplicateSuspected
from linli_cases.complaints.likeness import near
from linli_cases.complaints.open_cases import known
from linli_cases.days import day_of
from linli_cases.linked_actions import with_actions

router = commands("/cases", "cases")


class Spot(Place):
    public_area: Masked | None = None


class Beside(Near):
    place: Spot


class Opened(Done):
    """`suspected`: open cases that look like the same matter, the likest first."""

    case_no: str
    suspected: tuple[Beside, ...] = ()

    @classmethod
    def of(cls, outcome: Outcome) -> Self:
        opened = cls(id=outcome.key, version=outcome.version, case_no="")
        for event in outcome.events:
            match event:
                case CaseOpened():
                    opened.case_no = event.case_no
                case DuplicateSuspected():
                    opened.suspected = tuple(
                        Beside.model_validate(near.model_dump()) for near in event.candidates
                    )
        return opened


@router.post("", status_code=201)
async def open_case(command: OpenCase, call: Call) -> Opened:
    return Opened.of(await call.create(CASES, command, command.estate_id, numbered_and_compared))


async def numbered_and_compared(reader: Reader, command: OpenCase) -> OpenCase:
    year = day_of(reader.now).year
    seq = await reader.number(f"case_no/{year}")
    others, policy = await known(reader, command), command._policy
    return command.learned(
        case_no=f"{reader.estate.upper()}-{year}-{seq:06}",
        near=near(others, command.place, command.title, command.description, policy),
    )


@router.post("/{case_id}/acknowledge")
async def acknowledge(case_id: UUID, command: AcknowledgeCase, call: Call) -> Done:
    return Done.of(await call.act(CASES, case_id, command))


@router.post("/{case_id}/reject")
async def reject(case_id: UUID, command: RejectCase, call: Call) -> Done:
    return Done.of(await call.act(CASES, case_id, command))


@router.post("/{case_id}/merge")
async def merge(case_id: UUID, command: MergeCase, call: Call) -> Done:
    return Done.of(await call.act(CASES, case_id, command, _with_chain))


async def _with_chain(reader: Reader, command: MergeCase) -> MergeCase:
    """The target and what it was merged into, and so on. Each is guarded: a merge elsewhere that
    would close a circle meanwhile makes this one decide again."""
    chain: list[Link] = []
    into = command.into
    while case := await reader.load(CASES, into):
        chain.append(Link(into, case.status))
        if into == command.key or not case.duplicate_of:
            break
        into = case.duplicate_of
    return command.learned(chain=tuple(chain))


@router.post("/{case_id}/assign")
async def assign(case_id: UUID, command: AssignCase, call: Call) -> Done:
    return Done.of(await call.act(CASES, case_id, command))


@router.post("/{case_id}/claim")
async def claim(case_id: UUID, command: ClaimCase, call: Call) -> Done:
    return Done.of(await call.act(CASES, case_id, command))


@router.post("/{case_id}/start")
async def start(case_id: UUID, command: StartWork, call: Call) -> Done:
    return Done.of(await call.act(CASES, case_id, command))


@router.post("/{case_id}/respond")
async def respond(case_id: UUID, command: RespondToReporter, call: Call) -> Done:
    return Done.of(await call.act(CASES, case_id, command))


@router.post("/{case_id}/suspend")
async def suspend(case_id: UUID, command: SuspendCase, call: Call) -> Done:
    return Done.of(await call.act(CASES, case_id, command))


@router.post("/{case_id}/resume")
async def resume(case_id: UUID, command: ResumeCase, call: Call) -> Done:
    return Done.of(await call.act(CASES, case_id, command))


class Referred(Done):
    """The topic that is to be proposed: its id is known before it is there."""

    topic_id: UUID
    chain_id: UUID

    @classmethod
    def of(cls, outcome: Outcome) -> Self:
        referral = next(e for e in outcome.events if isinstance(e, CaseReferredToDeliberation))
        topic, chain = referral.topic_id, referral.chain_id
        return cls(id=outcome.key, version=outcome.version, topic_id=topic, chain_id=chain)


@router.post("/{case_id}/refer-to-deliberation")
async def refer(case_id: UUID, command: ReferToDeliberation, call: Call) -> Referred:
    return Referred.of(await call.act(CASES, case_id, command))


@router.post("/{case_id}/transfer")
async def transfer(case_id: UUID, command: TransferCase, call: Call) -> Done:
    return Done.of(await call.act(CASES, case_id, command))


@router.post("/{case_id}/escalate")
async def escalate(case_id: UUID, command: EscalateCase, call: Call) -> Done:
    return Done.of(await call.act(CASES, case_id, command))


@router.post("/{case_id}/acknowledge-escalation")
async def acknowledge_escalation(case_id: UUID, command: AcknowledgeEscalation, call: Call) -> Done:
    return Done.of(await call.act(CASES, case_id, command))


@router.post("/{case_id}/resolve")
async def resolve(case_id: UUID, command: ResolveCase, call: Call) -> Done:
    return Done.of(await call.act(CASES, case_id, command, with_actions))


@router.post("/{case_id}/confirm")
async def confirm(case_id: UUID, command: ConfirmCase, call: Call) -> Done:
    return Done.of(await call.act(CASES, case_id, command))


@router.post("/{case_id}/reopen")
async def reopen(case_id: UUID, command: ReopenCase, call: Call) -> Done:
    return Done.of(await call.act(CASES, case_id, command))


@router.post("/{case_id}/withdraw")
async def withdraw(case_id: UUID, command: WithdrawCase, call: Call) -> Done:
    return Done.of(await call.act(CASES, case_id, command))
