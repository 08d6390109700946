"""The roster of an estate: who has which role of the ladder, who is away when. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

from linli_language.roles import Role
from linli_shared.decider import Decider

from linli_cases.duty.commands import SetEscalationDuty
from linli_cases.duty.events import Absence, EscalationDutySet, Holder
from linli_cases.duty.terms import Away

_ROSTERS: Final = UUID("5d0a2c6e-31f4-5a1b-9a57-2f1c7d9b4e10")


@dataclass(frozen=True, slots=True)
class Duty:
    holders: tuple[Holder, ...] = ()
    absences: tuple[Absence, ...] = ()
    n: int = 0

    def of(self, role: Role) -> tuple[str, ...]:
        return tuple(holder.person_id for holder in self.holders if holder.role is role)

    def without(self, person: str | None) -> "Duty":
        """Nobody hears of a case that is about them."""
        holders = tuple(holder for holder in self.holders if holder.person_id != person)
        return replace(self, holders=holders)

    def away(self, person: str, at: datetime) -> Away | None:
        """Why that person is not to be called at that moment."""
        reasons = (
            absence.reason
            for absence in self.absences
            if absence.person_id == person and absence.since <= at < absence.until
        )
        return next(reasons, None)


def key_of(estate: str) -> UUID:
    """An estate has one roster, which is known before it is there."""
    return uuid5(_ROSTERS, estate)


def decide(command: SetEscalationDuty, duty: Duty) -> Sequence[EscalationDutySet]:
    return [
        EscalationDutySet(
            occurred_at=command.at,
            n=duty.n + 1,
            holders=tuple(Holder(**holder.model_dump()) for holder in command.holders),
            absences=tuple(Absence(**absence.model_dump()) for absence in command.absences),
            by_id=command.actor.id,
        )
    ]


def evolve(duty: Duty, event: EscalationDutySet) -> Duty:
    return Duty(event.holders, event.absences, event.n)


DUTY: Final = Decider("duty", Duty(), decide, evolve)
