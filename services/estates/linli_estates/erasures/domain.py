"""Erasures 删除个人信息: asked for by the person, approved by somebody else, and final."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, assert_never

from linli_shared import lifecycle
from linli_shared.decider import Decider, Rejected

from linli_estates.erasures.commands import (
    DESK,
    ApproveErasure,
    AskErasure,
    ErasureCommand,
    RefuseErasure,
    WithdrawErasure,
)
from linli_estates.erasures.events import (
    ErasureAsked,
    ErasureEvent,
    ErasureRefused,
    ErasureWithdrawn,
    PersonErased,
)
from linli_estates.erasures.terms import AskedBy


class Phase(StrEnum):
    ASKED = "asked"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    ERASED = "erased"


MOVES: Final[lifecycle.Moves] = {
    # Also of somebody who was erased and has come back.
    AskErasure: ({None, Phase.REFUSED, Phase.WITHDRAWN, Phase.ERASED}, Phase.ASKED),
    ApproveErasure: ({Phase.ASKED}, Phase.ERASED),
    RefuseErasure: ({Phase.ASKED}, Phase.REFUSED),
    WithdrawErasure: ({Phase.ASKED}, Phase.WITHDRAWN),
}


@dataclass(frozen=True, slots=True)
class Erasure:
    person_id: str
    asked_by_id: str
    asked_at: datetime
    phase: Phase


def decide(command: ErasureCommand, erasure: Erasure | None) -> Sequence[ErasureEvent]:
    lifecycle.check(MOVES, command, erasure.phase if erasure else None)
    if isinstance(command, AskErasure):
        _theirs(command, command.person_id)
        if command.asked_by is AskedBy.GUARDIAN and not command._guardians:
            raise Rejected("GUARDIAN_REQUIRED")
        facts = _facts(command, command.person_id)
        return [ErasureAsked(**facts, asked_by=command.asked_by)]
    assert erasure is not None, "every other command needs a state"
    facts = _facts(command, erasure.person_id)
    match command:
        case ApproveErasure():
            return [_approve(command, erasure, facts)]
        case RefuseErasure():
            return [ErasureRefused(**facts, reason=command.reason)]
        case WithdrawErasure():
            _theirs(command, erasure.person_id)
            return [ErasureWithdrawn(**facts)]
        case _:
            assert_never(command)


def _theirs(command: AskErasure | WithdrawErasure, person_id: str) -> None:
    who = command.actor
    if who.id not in {person_id, *command._guardians} and not who.roles & DESK:
        raise Rejected("NOT_ELIGIBLE")


def _approve(command: ApproveErasure, erasure: Erasure, facts: dict[str, Any]) -> PersonErased:
    if command.actor.id in {erasure.asked_by_id, erasure.person_id}:
        raise Rejected("VERIFIER_IS_EXECUTOR")
    if command._matters is None:
        raise Rejected("COPY_TOO_OLD")
    if command._matters:
        raise Rejected("PROTECTED_MATTER_OPEN", matters=sorted(command._matters))
    return PersonErased(
        **facts, asked_by_id=erasure.asked_by_id, estate_ids=tuple(sorted(command._estates))
    )


def _facts(command: ErasureCommand, person_id: str) -> dict[str, Any]:
    return {
        "occurred_at": command.at,
        "erasure_id": command.key,
        "person_id": person_id,
        "by_id": command.actor.id,
    }


def evolve(erasure: Erasure | None, event: ErasureEvent) -> Erasure:
    match event:
        case ErasureAsked():
            return Erasure(event.person_id, event.by_id, event.occurred_at, Phase.ASKED)
        case ErasureRefused():
            phase = Phase.REFUSED
        case ErasureWithdrawn():
            phase = Phase.WITHDRAWN
        case PersonErased():
            phase = Phase.ERASED
        case _:
            assert_never(event)
    assert erasure is not None, "a stream begins with ErasureAsked"
    return replace(erasure, phase=phase)


ERASURES: Final = Decider("erasure", None, decide, evolve)
