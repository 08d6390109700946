"""The register of people 人员 of a company. Who they are is sealed in the table, opened for the
person and masked for those who keep the register: what is behind the stars takes a reason and
leaves a trace (`disclosure_log`)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Query, Response
from linli_language.roles import Role
from linli_service.http import queries
from linli_service.paging import Page
from linli_shared.kafka import Fact
from linli_shared.text import Key
from linli_shared.view import View
from typing_extensions import TypedDict

from linli_views import estate_events as events
from linli_views import masking
from linli_views.conditional import UNCHANGED, ETag, told
from linli_views.following import follow
from linli_views.listing import Asked, Listing
from linli_views.sight import Read


class Relative(TypedDict):
    """`other_id` is the person's `kinship`."""

    other_id: str
    kinship: str


@dataclass(frozen=True, slots=True)
class Person:
    """`estate` is the company's tenant; `version` is the stream's, for If-Match."""

    estate: str
    person_key: UUID
    person_id: str
    type: str
    full_name: str
    phone: str | None
    birth_date: str | None
    kin: tuple[Relative, ...]
    registered_at: datetime
    changed_at: datetime
    version: int


MASKS: Final = {
    "full_name": masking.name, "phone": masking.phone, "birth_date": masking.day,
}  # fmt: skip
KEEPERS: Final = (Role.COMPANY_USER, Role.ESTATE_MANAGER, Role.OPERATOR)
PEOPLE: Final = View(
    "person_board",
    row=Person,
    key=["person_key"],
    indexes=["estate, registered_at desc, person_key desc", "estate, person_id"],
)
LISTING: Final = Listing(
    "person_board", "registered_at", "person_key", lambda number: "t.person_id = :person", (),
    seen_by=KEEPERS,
)  # fmt: skip


@PEOPLE.on(events.PersonRegistered.wire, events.PersonRegistered)
def registered(person: Person | None, event: events.PersonRegistered, fact: Fact) -> Person:
    return Person(
        estate=fact.estate,
        person_key=event.person_key,
        person_id=event.person_id,
        type=event.type,
        full_name=event.full_name,
        phone=event.phone,
        birth_date=event.birth_date,
        kin=(),
        registered_at=event.occurred_at,
        changed_at=fact.recorded_at,
        version=fact.version,
    )


def _changes(person: Person, event: events.AboutPerson) -> dict[str, Any]:
    match event:
        case events.PersonCorrected():
            known = {"full_name": event.full_name, "phone": event.phone}
            return known | {"birth_date": event.birth_date}
        case events.KinshipDeclared() | events.KinshipWithdrawn():
            kin = tuple(one for one in person.kin if one["other_id"] != event.other_id)
            if isinstance(event, events.KinshipDeclared):
                kin = (*kin, Relative(other_id=event.other_id, kinship=event.kinship))
            return {"kin": kin}
        case _:
            return {}


follow(PEOPLE, events.OF_PEOPLE, _changes)

router = queries("/people", "people")


class Wanted(Asked):
    person_id: Key | None = None


@router.get("")
async def people(wanted: Annotated[Wanted, Query()], read: Read) -> Page[Person]:
    """The newest first. Who keeps the register of a company sees all its people, everybody else
    themselves."""
    found, following = await LISTING.page(read, {"person_id": wanted.person_id}, wanted)
    assert PEOPLE.rows
    rows = [PEOPLE.rows.parse(record) for record in found]
    return Page(items=await opened(read, rows), next=following)


@router.get("/{person_key}", response_model=Person, responses=UNCHANGED)
async def person(person_key: UUID, read: Read, to: Response, if_none_match: ETag = None) -> Any:
    """As they are known; the ETag is what a command's If-Match takes."""
    assert PEOPLE.rows
    (found,) = await opened(read, [PEOPLE.rows.parse(await LISTING.one(read, person_key))])
    return told(found, found.version, if_none_match, to, found.full_name)


async def opened(read: Read, rows: Iterable[Person]) -> list[Person]:
    """As the caller may read them: oneself, and masked whoever else."""
    known = list(rows)
    sealed = (text for one in known for text in _details(one).values() if text is not None)
    texts = await read.texts(sealed)
    shown = []
    for one in known:
        details = {
            field: None if text is None else texts[text] for field, text in _details(one).items()
        }
        if one.person_id != read.caller.person:
            details = {
                field: None if text is None else MASKS[field](text)
                for field, text in details.items()
            }
        shown.append(replace(one, **details))  # type: ignore[arg-type]
    return shown


def _details(person: Person) -> dict[str, str | None]:
    return {field: getattr(person, field) for field in MASKS}
