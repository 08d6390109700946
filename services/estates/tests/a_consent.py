"""What Li of the company c1 is asked to consent to, and that she does: to e-mail."""

from datetime import date
from typing import Any

from linli_estates.consents.commands import (
    GiveConsent,
    PublishConsentText,
    WithdrawConsent,
    consent_of,
    text_of,
)
from linli_estates.consents.domain import CONSENTS
from linli_estates.consents.events import ConsentGiven, ConsentTextPublished, ConsentWithdrawn
from linli_estates.consents.terms import Channel, Locale, Purpose, hash_of
from linli_estates.consents.texts import CONSENT_TEXTS
from linli_language.roles import Role
from linli_shared.testing import Spec, said

from services.estates.tests.a_company import NOW, SONG, TENANT

LI = "li"
EMAIL = Purpose.CONTACT_BY_EMAIL
ZH, EN = (
    "同意小区用电子邮件向我发送消息。",
    "You may send me news by e-mail.",
)
TEXT_ID, CONSENT_ID = text_of(TENANT, EMAIL), consent_of(TENANT, LI, EMAIL)
LAST = (1, {hash_of(ZH): Locale.ZH, hash_of(EN): Locale.EN})


def publishing(**change: Any) -> PublishConsentText:
    words: dict[str, Any] = {
        "tenant": TENANT,
        "purpose": EMAIL,
        "text_zh": ZH,
        "text_en": EN,
    }
    return said(PublishConsentText(**words | change), TEXT_ID, NOW, SONG, Role.COMPANY_USER)


def giving(
    who: str = LI, role: Role = Role.RESIDENT, *, guardians: frozenset[str] = frozenset(),
    last: tuple[int, dict[str, Locale]] = LAST, born: date | None = None, **change: Any,
) -> GiveConsent:  # fmt: skip
    body: dict[str, Any] = {
        "tenant": TENANT, "person_id": LI, "purpose": EMAIL, "text_version": 1,
        "text_sha256": hash_of(ZH),
    }  # fmt: skip
    command = GiveConsent(**body | change).learned(current=last, guardians=guardians, born=born)
    return said(command, CONSENT_ID, NOW, who, role)


def withdrawing(
    who: str = LI, role: Role = Role.RESIDENT, channel: Channel = Channel.APP
) -> WithdrawConsent:
    return said(WithdrawConsent(channel=channel), CONSENT_ID, NOW, who, role)


PUBLISHED = ConsentTextPublished(
    occurred_at=NOW, text_id=TEXT_ID, purpose=EMAIL, text_version=1, text_zh=ZH,
    text_en=EN, sha256_zh=hash_of(ZH), sha256_en=hash_of(EN), by_id=SONG,
)  # fmt: skip
_OF: dict[str, Any] = {
    "occurred_at": NOW, "consent_id": CONSENT_ID, "person_id": LI, "purpose": EMAIL,
    "channel": Channel.APP, "by_id": LI,
}  # fmt: skip
GIVEN = ConsentGiven(**_OF, text_version=1, locale=Locale.ZH, text_sha256=hash_of(ZH))
WITHDRAWN = ConsentWithdrawn(**_OF)
NOTHING = Spec(CONSENTS)
NO_TEXT = Spec(CONSENT_TEXTS)
