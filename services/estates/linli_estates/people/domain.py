"""People 人员 of a company: who they are, sealed, and who they say they are kin to."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Any, Final, assert_never

from linli_shared import lifecycle
from linli_shared.decider import Decider, Rejected

from linli_estates.days import day_of
from linli_estates.people.commands import (
    KEEPERS,
    CorrectPerson,
    DeclareKinship,
    PersonCommand,
    RegisterPerson,
    WithdrawKinship,
)
from linli_estates.people.events import (
    KinshipDeclared,
    KinshipWithdrawn,
    PersonCorrected,
    PersonEvent,
    PersonRegistered,
)
from linli_estates.people.terms import Kinship

_REGISTERED: Final = "registered"
MOVES: Final[lifecycle.Moves] = {
    RegisterPerson: ({None}, _REGISTERED),
    CorrectPerson: ({_REGISTERED}, None),
    DeclareKinship: ({_REGISTERED}, None),
    WithdrawKinship: ({_REGISTERED}, None),
}


@dataclass(frozen=True, slots=True)
class Person:
    """Nothing of who it is, but, sealed as it came, the day of birth: what a child may decide
    alone is a rule of others."""

    person_id: str
    kin: AbstractSet[tuple[str, str]] = frozenset()
    """Pairs of a person's id and what they are."""
    guardians: AbstractSet[str] = frozenset()
    """Those of them who decide for the person: named by somebody else than themselves."""
    born: str | None = None


def decide(command: PersonCommand, person: Person | None) -> Sequence[PersonEvent]:
    lifecycle.check(MOVES, command, _REGISTERED if person else None)
    if isinstance(command, RegisterPerson):
        of = _facts(command, command.person_id) | _details(command)
        return [PersonRegistered(**of, type=command.type)]
    assert person is not None, "every other command needs a state"
    of = _facts(command, person.person_id)
    match command:
        case CorrectPerson():
            return [PersonCorrected(**of | _details(command))]
        case DeclareKinship():
            return _declare(command, person, of)
        case WithdrawKinship():
            _may(command, person, (command.other_id, Kinship.GUARDIAN) in person.kin)
            if command.other_id not in {other for other, _ in person.kin}:
                raise Rejected("NOT_FOUND")
            return [KinshipWithdrawn(**of, other_id=command.other_id)]
        case _:
            assert_never(command)


def _declare(
    command: DeclareKinship, person: Person, of: dict[str, Any]
) -> Sequence[KinshipDeclared]:
    guards = (command.other_id, Kinship.GUARDIAN) in person.kin
    _may(command, person, guards or command.kinship is Kinship.GUARDIAN)
    if command.other_id == person.person_id or command.other_id not in command._known:
        raise Rejected("PERSON_UNKNOWN")
    guardian = command.kinship is Kinship.GUARDIAN
    if guardian and command.actor.id == command.other_id:
        raise Rejected("VERIFIER_IS_EXECUTOR")
    if (command.other_id, command.kinship) in person.kin and (
        not guardian or command.other_id in person.guardians
    ):
        return []
    return [KinshipDeclared(**of, other_id=command.other_id, kinship=command.kinship)]


def _may(command: DeclareKinship | WithdrawKinship, person: Person, of_guardian: bool) -> None:
    """What others are to somebody else is for those who keep the register; and who somebody's
    guardian is, who decides for them (docs/adr/0030)."""
    own = command.actor.id == person.person_id and not of_guardian
    if not command.actor.roles & KEEPERS and not own:
        raise Rejected("ROLE_NOT_PERMITTED", roles=sorted(KEEPERS))


def _details(command: RegisterPerson | CorrectPerson) -> dict[str, Any]:
    if command.birth_date and command.birth_date > day_of(command.now):
        raise Rejected("OCCURRED_IN_FUTURE", limit_min=0)
    born = command.birth_date.isoformat() if command.birth_date else None
    return {"full_name": command.full_name, "phone": command.phone, "birth_date": born}


def _facts(command: PersonCommand, person_id: str) -> dict[str, Any]:
    return {
        "occurred_at": command.at,
        "person_key": command.key,
        "person_id": person_id,
        "by_id": command.actor.id,
    }


def evolve(person: Person | None, event: PersonEvent) -> Person:
    if isinstance(event, PersonRegistered):
        return Person(event.person_id, born=event.birth_date)
    assert person is not None, "a stream begins with PersonRegistered"
    match event:
        case PersonCorrected():
            return replace(person, born=event.birth_date)
        case KinshipDeclared() | KinshipWithdrawn():
            kin = frozenset(pair for pair in person.kin if pair[0] != event.other_id)
            guardians = person.guardians - {event.other_id}
            if isinstance(event, KinshipDeclared):
                kin |= {(event.other_id, event.kinship)}
                if event.kinship is Kinship.GUARDIAN and event.by_id != event.other_id:
                    guardians |= {event.other_id}
            return replace(person, kin=kin, guardians=guardians)
        case _:
            assert_never(event)


PEOPLE: Final = Decider("person", None, decide, evolve)
