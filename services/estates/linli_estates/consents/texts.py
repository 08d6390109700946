"""The texts of consents 同意书: every version is kept, the last one is what can be consented to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from linli_shared.decider import Decider, Rejected

from linli_estates.consents.commands import PublishConsentText
from linli_estates.consents.events import ConsentTextPublished
from linli_estates.consents.terms import USED, Locale, hash_of


@dataclass(frozen=True, slots=True)
class Texts:
    """The last version; 0 where there is none."""

    version: int = 0
    by_hash: Mapping[str, Locale] = field(default_factory=dict)


def decide(command: PublishConsentText, texts: Texts) -> Sequence[ConsentTextPublished]:
    if command.purpose not in USED:
        raise Rejected("PURPOSE_NOT_USED", purpose=command.purpose)
    zh, en = hash_of(command.text_zh), hash_of(command.text_en)
    if {zh: Locale.ZH} | {en: Locale.EN} == texts.by_hash:
        return []  # the same words are no other version
    return [
        ConsentTextPublished(
            occurred_at=command.at,
            text_id=command.key,
            purpose=command.purpose,
            text_version=texts.version + 1,
            text_zh=command.text_zh,
            text_en=command.text_en,
            sha256_zh=zh,
            sha256_en=en,
            by_id=command.actor.id,
        )
    ]


def evolve(texts: Texts, event: ConsentTextPublished) -> Texts:
    return Texts(event.text_version, {event.sha256_zh: Locale.ZH} | {event.sha256_en: Locale.EN})


CONSENT_TEXTS: Final = Decider("consent_text", Texts(), decide, evolve)
