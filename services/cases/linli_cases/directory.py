"""This service's own copy of what the directory says of people of a company: which company an
estate is of, who holds a certificate of mediation 调解员证, who is whose kin, and who is on leave
休假. Only what a rule here asks for.

People are a company's and cases an estate's, two tenants. The line of an estate says which
company's copy holds for it; the directory lets no company register an estate that is not its own.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from linli_shared.kafka import Fact
from linli_shared.postgres import Db
from linli_shared.store import Reader
from linli_shared.tenancy import reading
from linli_shared.view import View
from linli_shared.viewset import NotLive, ViewSet
from linli_shared.watermarks import complete_at
from pydantic import BaseModel, ConfigDict

STALE: Final = timedelta(days=7)
"""A copy that may lack more than that is not relied on. When a certificate expires it says itself;
that one was withdrawn may be news, at most so old. No child's or elder's safety hangs on it, so a
directory that is being repaired stops no mediation for a week."""
_TOPICS: Final = ("linli.estates.v1",)
_MEDIATION: Final = "mediation_cert"
_COMPANY: Final = "select company from {table} where estate = $1"
_KIN: Final = """
select case when person_id = $2 then other_id else person_id end as kin
  from {table} where estate = $1 and $2 in (person_id, other_id)"""
_CERTIFICATE: Final = "select expires_on from {table} where estate = $1 and person_id = $2"


class Read(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


@dataclass(frozen=True, slots=True)
class OfCompany:
    """The tenant that the people of `estate` are of."""

    estate: str
    company: str


@dataclass(frozen=True, slots=True)
class Certificate:
    """Clear, and holds until the day before; `estate` is the company's tenant."""

    estate: str
    person_id: str
    expires_on: date


@dataclass(frozen=True, slots=True)
class Kinship:
    """As one of the two has declared it; it holds both ways."""

    estate: str
    person_id: str
    other_id: str


@dataclass(frozen=True, slots=True)
class Leave:
    """Both days are days of leave; `estate` is the company's tenant."""

    estate: str
    person_id: str
    leave_no: int
    starts_on: date
    ends_on: date


COMPANIES: Final[View[Any]] = View("company_of_estate", lines=OfCompany, line_key=["company"])
CERTIFICATES: Final = View("mediation_certificate", row=Certificate, key=["person_id"])
KINSHIPS: Final = View("kinship", row=Kinship, key=["person_id", "other_id"])
LEAVE: Final = View("leave", row=Leave, key=["person_id", "leave_no"])
DIRECTORY: Final = ViewSet(
    "directory", 1, topics=_TOPICS, members=[COMPANIES, CERTIFICATES, KINSHIPS, LEAVE]
)


class EstateRegistered(Read):
    estate_id: str


class Recorded(Read):
    person_id: str
    type: str
    result: str
    expires_on: date


class Expired(Read):
    person_id: str
    type: str


@COMPANIES.on("linli.estates.EstateRegistered.v1", EstateRegistered)
def registered(event: EstateRegistered, fact: Fact) -> list[OfCompany]:
    return [OfCompany(event.estate_id, fact.estate)]


@CERTIFICATES.on("linli.estates.CredentialRecorded.v1", Recorded)
def recorded(row: Certificate | None, event: Recorded, fact: Fact) -> Certificate | None:
    """The last one counts, also where it takes away what the one before has given."""
    if event.type != _MEDIATION:
        return row
    clear = event.result == "clear"
    return Certificate(fact.estate, event.person_id, event.expires_on) if clear else None


@CERTIFICATES.on("linli.estates.CredentialExpired.v1", Expired)
def expired(row: Certificate | None, event: Expired, fact: Fact) -> Certificate | None:
    return None if event.type == _MEDIATION else row


class OfKin(Read):
    person_id: str
    other_id: str


@KINSHIPS.on("linli.estates.KinshipDeclared.v1", OfKin)
def declared(row: Kinship | None, event: OfKin, fact: Fact) -> Kinship:
    return Kinship(fact.estate, event.person_id, event.other_id)


@KINSHIPS.on("linli.estates.KinshipWithdrawn.v1", OfKin)
def withdrawn(row: Kinship | None, event: OfKin, fact: Fact) -> None:
    return None


class OfLeave(Read):
    person_id: str
    leave_no: int


class OnLeave(OfLeave):
    starts_on: date
    ends_on: date


@LEAVE.on("linli.estates.StaffOnLeave.v1", OnLeave)
def on_leave(row: Leave | None, event: OnLeave, fact: Fact) -> Leave:
    days = (event.starts_on, event.ends_on)
    return Leave(fact.estate, event.person_id, event.leave_no, *days)


@LEAVE.on("linli.estates.LeaveEnded.v1", OfLeave)
def back(row: Leave | None, event: OfLeave, fact: Fact) -> None:
    return None


@asynccontextmanager
async def copied(reader: Reader) -> AsyncIterator[tuple[Db, str, int] | None]:
    """A connection that sees the people of the estate's company, which company that is (none where
    nobody has registered the estate), and the build's number; None where the copy is too old."""
    try:
        number = await DIRECTORY.live(reader.pool)
    except NotLive:
        yield None
        return
    company = await company_of(reader, number)
    async with reading(reader.pool, [company]) as db:
        at = await complete_at(db, f"{DIRECTORY.name}.{number}", _TOPICS, company or reader.estate)
        fresh = at is not None and at >= reader.now - STALE
        yield (db, company, number) if fresh else None


async def company_of(reader: Reader, number: int) -> str:
    """The tenant of the estate's company by that build, "" where none is known."""
    assert COMPANIES.lines
    rows = await reader.rows(_COMPANY.format(table=COMPANIES.lines.of(number)), reader.estate)
    return str(rows[0]["company"]) if rows else ""


@dataclass(frozen=True, slots=True)
class Known:
    """What the directory says of a person: the day from which on their certificate holds no more,
    if they have one, and who is their kin."""

    certified: tuple[date, ...]
    kin: frozenset[str]


async def known(reader: Reader, person: str) -> Known | None:
    """None where that is not known well enough."""
    assert CERTIFICATES.rows
    assert KINSHIPS.rows
    async with copied(reader) as copy:
        if copy is None:
            return None
        db, company, number = copy
        sql = _CERTIFICATE.format(table=CERTIFICATES.rows.of(number))
        papers = await db.fetch(sql, company, person)
        kin = await db.fetch(_KIN.format(table=KINSHIPS.rows.of(number)), company, person)
        days = tuple(row["expires_on"] for row in papers)
        return Known(days, frozenset(row["kin"] for row in kin))
