"""Disclosures 查阅: nobody sees what is masked of a person without leaving who, what, when, why."""

from collections.abc import Sequence
from typing import Any, Final, assert_never

from linli_shared.decider import Decider

from linli_estates.disclosures.commands import DisclosureCommand, ExportPerson, RevealField
from linli_estates.disclosures.events import (
    DisclosureEvent,
    PersonalDataExported,
    PersonalFieldRevealed,
)


def decide(command: DisclosureCommand, there: bool) -> Sequence[DisclosureEvent]:
    key, person = command._person
    of: dict[str, Any] = {
        "occurred_at": command.at,
        "disclosure_id": command.key,
        "person_key": key,
        "person_id": person,
        "reason": command.reason,
        "by_id": command.actor.id,
    }
    match command:
        case RevealField():
            return [PersonalFieldRevealed(**of, field=command.field)]
        case ExportPerson():
            return [PersonalDataExported(**of, estate_ids=tuple(sorted(command._estates)))]
        case _:
            assert_never(command)


def evolve(there: bool, event: DisclosureEvent) -> bool:
    return True


DISCLOSURES: Final = Decider("disclosure", False, decide, evolve)
