"""What somebody wants of consents 同意 and of their texts. The fields are the HTTP bodies."""

from collections.abc import Set as AbstractSet
from datetime import date
from typing import Annotated, Final
from uuid import UUID, uuid5

from linli_language.roles import Role
from linli_shared.messages import Command
from linli_shared.text import Key, Text
from pydantic import Field, PrivateAttr, StringConstraints

from linli_estates.consents.terms import Channel, Locale, Purpose
from linli_estates.tenants import CompanyTenant

_CONSENTS: Final = UUID("7b1f3f64-6f0c-5d0f-8a1d-2c9e5a7b4c11")
_TEXTS: Final = UUID("9e4c2a18-3d5b-5a7e-b6f2-8d1c0e9f7a22")

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


def text_of(company: str, purpose: str) -> UUID:
    """Of the stream of the texts for a purpose."""
    return uuid5(_TEXTS, f"{company}/{purpose}")


def consent_of(company: str, person_id: str, purpose: str) -> UUID:
    """Of the stream of a person's consent for a purpose."""
    return uuid5(_CONSENTS, f"{company}/{person_id}/{purpose}")


class PublishConsentText(Command, by={Role.COMPANY_USER}):
    """The first one of a purpose, or the next version of it."""

    tenant: CompanyTenant
    purpose: Purpose
    text_zh: Text
    text_en: Text


class GiveConsent(Command, by=[*Role]):
    """To the words that `text_sha256` is of: those of the last version, in one of its languages.
    For oneself; for a ward; or, by whoever keeps the register, from a paper."""

    tenant: CompanyTenant
    person_id: Key
    purpose: Purpose
    text_version: Annotated[int, Field(ge=1, le=100_000)]
    text_sha256: Sha256
    channel: Channel = Channel.APP
    document_id: Key | None = None

    _current: "tuple[int, dict[str, Locale]]" = PrivateAttr()
    """The last version, 0 where there is none, and its languages by hash."""
    _guardians: AbstractSet[str] = PrivateAttr()
    """Who decides for the person, where they do not themself."""
    _born: date | None = PrivateAttr(default=None)
    """Asked for where nobody does; None where it is not known."""


class WithdrawConsent(Command, by=[*Role]):
    """As easy as giving it: no reason, and no paper."""

    channel: Channel = Channel.APP


ConsentCommand = GiveConsent | WithdrawConsent
