"""Consents 同意: one row a person and purpose, as it stands; and every text that was ever asked."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi import Query, Response
from linli_service.http import queries
from linli_service.paging import Page
from linli_shared.kafka import Fact
from linli_shared.text import Key
from linli_shared.view import View
from pydantic import Field

from linli_views import estate_events as events
from linli_views.conditional import UNCHANGED, ETag, told
from linli_views.following import follow
from linli_views.listing import Asked, Listing
from linli_views.person_board import KEEPERS
from linli_views.sight import Read


@dataclass(frozen=True, slots=True)
class Consent:
    """`estate` is the company's tenant; `version` is the stream's, for If-Match. It was given last
    to the words of `text_version`, whose hash is `text_sha256`, by `given_by_id`: themself, a
    guardian, or who had it on paper. `withdrawn_at` is null while it holds."""

    estate: str
    consent_id: UUID
    person_id: str
    purpose: str
    state: str
    text_version: int
    text_sha256: str
    locale: str
    given_by_id: str
    first_given_at: datetime
    given_at: datetime
    withdrawn_at: datetime | None
    changed_at: datetime
    version: int


@dataclass(frozen=True, slots=True)
class ConsentText:
    """What is asked, in both languages, and SHA-256 of each in UTF-8: consent names one of them."""

    estate: str
    text_id: UUID
    purpose: str
    text_version: int
    text_zh: str
    text_en: str
    sha256_zh: str
    sha256_en: str
    published_at: datetime


CONSENTS: Final = View(
    "consent_board",
    row=Consent,
    key=["consent_id"],
    indexes=["estate, first_given_at desc, consent_id desc", "estate, person_id"],
)
TEXTS: Final = View(
    "consent_text",
    row=ConsentText,
    key=["text_id", "text_version"],
    indexes=["estate, published_at desc, text_id desc"],
)
LISTING: Final = Listing(
    "consent_board", "first_given_at", "consent_id",
    lambda number: "(t.person_id = :person or t.given_by_id = :person)", (), seen_by=KEEPERS,
)  # fmt: skip
TEXT_LISTING: Final = Listing("consent_text", "published_at", "text_id", lambda number: "true", ())


@CONSENTS.on(events.ConsentGiven.wire, events.ConsentGiven)
def given(consent: Consent | None, event: events.ConsentGiven, fact: Fact) -> Consent:
    return Consent(
        estate=fact.estate,
        consent_id=event.consent_id,
        person_id=event.person_id,
        purpose=event.purpose,
        state="given",
        text_version=event.text_version,
        text_sha256=event.text_sha256,
        locale=event.locale,
        given_by_id=event.by_id,
        first_given_at=consent.first_given_at if consent else event.occurred_at,
        given_at=event.occurred_at,
        withdrawn_at=None,
        changed_at=fact.recorded_at,
        version=fact.version,
    )


def _withdrawn(consent: Consent, event: events.OfConsent) -> dict[str, Any]:
    return {"state": "withdrawn", "withdrawn_at": event.occurred_at}


follow(CONSENTS, events.OF_CONSENTS, _withdrawn)


@TEXTS.on(events.ConsentTextPublished.wire, events.ConsentTextPublished)
def published(
    text: ConsentText | None, event: events.ConsentTextPublished, fact: Fact
) -> ConsentText:
    said = event.model_dump(exclude={"occurred_at", "by_id"})
    return ConsentText(estate=fact.estate, published_at=event.occurred_at, **said)


router = queries("/consents", "consents")
texts = queries("/consent-texts", "consents")


class Wanted(Asked):
    person_id: Key | None = None
    purpose: Key | None = None
    state: Literal["given", "withdrawn"] | None = None


@router.get("")
async def consents(wanted: Annotated[Wanted, Query()], read: Read) -> Page[Consent]:
    """The newest first. Who keeps a company's register sees all, everybody else their own and those
    that they gave for a ward."""
    filters = wanted.model_dump(include=Wanted.model_fields.keys() - Asked.model_fields.keys())
    found, following = await LISTING.page(read, filters, wanted)
    assert CONSENTS.rows
    return Page(items=[CONSENTS.rows.parse(record) for record in found], next=following)


@router.get("/{consent_id}", response_model=Consent, responses=UNCHANGED)
async def consent(consent_id: UUID, read: Read, to: Response, if_none_match: ETag = None) -> Any:
    """As it stands; its ETag is what a command's If-Match takes."""
    assert CONSENTS.rows
    found: Consent = CONSENTS.rows.parse(await LISTING.one(read, consent_id))
    return told(found, found.version, if_none_match, to)


class WantedText(Asked):
    purpose: Key | None = None
    text_version: Annotated[int, Field(ge=1, le=100_000)] | None = None


@texts.get("")
async def consent_texts(wanted: Annotated[WantedText, Query()], read: Read) -> Page[ConsentText]:
    """The newest first: what is asked for now, and what people consented to before. For everybody
    of the company."""
    filters = {"purpose": wanted.purpose, "text_version": wanted.text_version}
    found, following = await TEXT_LISTING.page(read, filters, wanted)
    assert TEXTS.rows
    return Page(items=[TEXTS.rows.parse(record) for record in found], next=following)
