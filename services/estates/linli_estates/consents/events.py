"""What can happen to the text of a consent 同意书, and to somebody's consent 同意 to it."""

from uuid import UUID

from linli_sealed.fields import Public
from linli_shared.messages import Event
from pydantic import BaseModel

from linli_estates.consents.terms import Channel, Locale, Purpose


class ConsentTextPublished(Event, kind="linli.estates.ConsentTextPublished.v1"):
    """From now on consent for the purpose is to these words. Those from before stay, for who has
    consented to them. The hashes are SHA-256 of the words in UTF-8."""

    text_id: UUID
    """Of the stream; one a purpose and company."""
    purpose: Purpose
    text_version: int
    text_zh: Public
    text_en: Public
    sha256_zh: str
    sha256_en: str
    by_id: str


class OfConsent(BaseModel):
    """What every event of a consent says of it. The fact's `estate` is the company's tenant."""

    consent_id: UUID
    """Of the stream; one a person and purpose."""
    person_id: str
    purpose: Purpose
    channel: Channel
    by_id: str
    """Themself, their guardian, or who has it on paper."""


class ConsentGiven(OfConsent, Event, kind="linli.estates.ConsentGiven.v1"):
    text_version: int
    locale: Locale
    """In which language they read it."""
    text_sha256: str
    document_id: str | None = None
    """The paper that was signed."""


class ConsentWithdrawn(OfConsent, Event, kind="linli.estates.ConsentWithdrawn.v1"):
    """What was done before stays lawful (PIPL art. 15); what comes next is not done."""


ConsentEvent = ConsentGiven | ConsentWithdrawn
