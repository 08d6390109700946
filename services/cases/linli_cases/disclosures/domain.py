"""Disclosures 查阅 of cases: nobody sees the numbers in one without leaving who, when, why."""

from collections.abc import Sequence
from typing import Final

from linli_shared.decider import Decider

from linli_cases.disclosures.commands import RevealCaseField
from linli_cases.disclosures.events import CaseFieldRevealed


def decide(command: RevealCaseField, there: bool) -> Sequence[CaseFieldRevealed]:
    case, reporter = command._case
    return [
        CaseFieldRevealed(
            occurred_at=command.at,
            disclosure_id=command.key,
            case_id=case,
            person_id=reporter,
            field=command.field,
            reason=command.reason,
            by_id=command.actor.id,
        )
    ]


def evolve(there: bool, event: CaseFieldRevealed) -> bool:
    return True


DISCLOSURES: Final = Decider("disclosure", False, decide, evolve)
