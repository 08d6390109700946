"""HTTP for consents 同意 and their texts: parse, hand over, answer. No rule lives here."""

from uuid import UUID

from linli_service.http import Call, Done, commands

from linli_estates.consents.commands import (
    GiveConsent,
    PublishConsentText,
    WithdrawConsent,
    consent_of,
    text_of,
)
from linli_estates.consents.domain import CONSENTS
from linli_estates.consents.lookups import with_words
from linli_estates.consents.texts import CONSENT_TEXTS

router = commands("/consents", "consents")
texts = commands("/consent-texts", "consents")


@texts.post("", status_code=201)
async def publish(command: PublishConsentText, call: Call) -> Done:
    key = text_of(command.tenant, command.purpose)
    return Done.of(await call.reach(CONSENT_TEXTS, key, command, command.tenant))


@router.post("", status_code=201)
async def give(command: GiveConsent, call: Call) -> Done:
    key = consent_of(command.tenant, command.person_id, command.purpose)
    return Done.of(await call.reach(CONSENTS, key, command, command.tenant, with_words))


@router.post("/{consent_id}/withdraw")
async def withdraw(consent_id: UUID, command: WithdrawConsent, call: Call) -> Done:
    return Done.of(await call.act(CONSENTS, consent_id, command))
