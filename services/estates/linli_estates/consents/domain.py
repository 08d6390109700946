"""Consents 同意: of a person, for a purpose, to words that can be shown again."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, assert_never

from linli_shared import lifecycle
from linli_shared.decider import Decider, Rejected

from linli_estates.consents.commands import ConsentCommand, GiveConsent, WithdrawConsent
from linli_estates.consents.events import ConsentEvent, ConsentGiven, ConsentWithdrawn
from linli_estates.consents.terms import USED, Purpose, is_child
from linli_estates.days import day_of
from linli_estates.people.commands import KEEPERS

_GIVEN: Final = "given"
_WITHDRAWN: Final = "withdrawn"
MOVES: Final[lifecycle.Moves] = {
    GiveConsent: ({None, _GIVEN, _WITHDRAWN}, _GIVEN),
    WithdrawConsent: ({_GIVEN}, _WITHDRAWN),
}


@dataclass(frozen=True, slots=True)
class Consent:
    """`version`: to which words it was given, while it is; `given_by`: by whom the last time."""

    person_id: str
    purpose: Purpose
    given_by: str
    version: int | None

    @property
    def status(self) -> str:
        return _WITHDRAWN if self.version is None else _GIVEN


def decide(command: ConsentCommand, consent: Consent | None) -> Sequence[ConsentEvent]:
    if isinstance(command, WithdrawConsent):
        _may_withdraw(command, consent)
    lifecycle.check(MOVES, command, consent.status if consent else None)
    match command:
        case GiveConsent():
            return _give(command, consent)
        case WithdrawConsent():
            assert consent is not None, "a consent is withdrawn that was given"
            return [ConsentWithdrawn(**_facts(command, consent.person_id, consent.purpose))]
        case _:
            assert_never(command)


def _give(command: GiveConsent, consent: Consent | None) -> Sequence[ConsentGiven]:
    if command.purpose not in USED:
        raise Rejected("PURPOSE_NOT_USED", purpose=command.purpose)
    _may_give(command)
    version, languages = command._current
    locale = languages.get(command.text_sha256)
    if command.text_version != version or locale is None:
        raise Rejected("CONSENT_TEXT_MISMATCH", purpose=command.purpose, text_version=version)
    if consent and consent.version == version:
        return []
    return [
        ConsentGiven(
            **_facts(command, command.person_id, command.purpose),
            text_version=version,
            locale=locale,
            text_sha256=command.text_sha256,
            document_id=command.document_id,
        )
    ]


def _may_give(command: GiveConsent) -> None:
    """A person who has a guardian is decided for by them (PIPL art. 31), whoever else asks; a child
    must have one. On paper, whoever keeps the register says which paper it is. How old somebody is,
    is told to nobody who may not ask."""
    who, guardians = command.actor, command._guardians
    if who.id in guardians:
        return
    if who.id == command.person_id:
        if guardians:
            raise Rejected("GUARDIAN_DECIDES")
    elif not who.roles & KEEPERS:
        raise Rejected("ROLE_NOT_PERMITTED", roles=sorted(KEEPERS))
    elif command.document_id is None:
        raise Rejected("EVIDENCE_REQUIRED")
    if not guardians and command._born and is_child(command._born, day_of(command.now)):
        raise Rejected("GUARDIAN_REQUIRED")


def _may_withdraw(command: WithdrawConsent, consent: Consent | None) -> None:
    """They themself, who gave it for them, who keeps the register. Nobody else knows of it."""
    who = command.actor
    if consent is None or not (
        who.id in {consent.person_id, consent.given_by} or who.roles & KEEPERS
    ):
        raise Rejected("NOT_FOUND")


def _facts(command: ConsentCommand, person: str, purpose: Purpose) -> dict[str, Any]:
    return {
        "occurred_at": command.at,
        "consent_id": command.key,
        "person_id": person,
        "purpose": purpose,
        "channel": command.channel,
        "by_id": command.actor.id,
    }


def evolve(consent: Consent | None, event: ConsentEvent) -> Consent:
    match event:
        case ConsentGiven():
            return Consent(event.person_id, event.purpose, event.by_id, event.text_version)
        case ConsentWithdrawn():
            assert consent is not None, "a consent is withdrawn that was given"
            return Consent(consent.person_id, consent.purpose, consent.given_by, None)
        case _:
            assert_never(event)


CONSENTS: Final = Decider("consent", None, decide, evolve)
