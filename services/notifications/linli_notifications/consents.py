"""This service's own view of who has withdrawn consent 同意 to be written to by e-mail.

Consents are a company's, messages an estate's: the view knows which estate is of which company.
"""

from dataclasses import dataclass
from typing import Final, Protocol

from asyncpg import Pool
from linli_shared.kafka import Fact
from linli_shared.view import View
from linli_shared.viewset import ViewSet
from pydantic import BaseModel

from linli_notifications import templates

BY_EMAIL: Final = "contact_by_email"


@dataclass(frozen=True, slots=True)
class OfCompany:
    """An estate of the company whose tenant is `estate`."""

    estate: str
    estate_id: str


@dataclass(frozen=True, slots=True)
class MailConsent:
    estate: str
    person_id: str
    held: bool


ESTATES: Final = View("estate_of_company", row=OfCompany, key=["estate_id"])
CONSENTS: Final = View("mail_consent", row=MailConsent, key=["person_id"])
OWN_CONSENTS: Final = ViewSet(
    "consents", 1, topics=["linli.estates.v1"], members=[ESTATES, CONSENTS]
)
_OBJECTED: Final = """
select exists (select from {estates} e join {consents} c on c.estate = e.estate
                where e.estate_id = $1 and c.person_id = $2 and not c.held)"""


class EstateRegistered(BaseModel):
    estate_id: str


class OfConsent(BaseModel):
    person_id: str
    purpose: str


@ESTATES.on("linli.estates.EstateRegistered.v1", EstateRegistered)
def registered(row: OfCompany | None, event: EstateRegistered, fact: Fact) -> OfCompany:
    return OfCompany(fact.estate, event.estate_id)


@CONSENTS.on("linli.estates.ConsentGiven.v1", OfConsent)
def given(row: MailConsent | None, event: OfConsent, fact: Fact) -> MailConsent | None:
    return MailConsent(fact.estate, event.person_id, True) if event.purpose == BY_EMAIL else row


@CONSENTS.on("linli.estates.ConsentWithdrawn.v1", OfConsent)
def withdrawn(row: MailConsent | None, event: OfConsent, fact: Fact) -> MailConsent | None:
    return MailConsent(fact.estate, event.person_id, False) if event.purpose == BY_EMAIL else row


class Message(Protocol):
    @property
    def estate(self) -> str: ...
    @property
    def person_id(self) -> str: ...
    @property
    def template(self) -> str: ...


async def objected(pool: Pool, message: Message) -> bool:
    """Whether its person has withdrawn consent to it. What is necessary needs none. `pool` is the
    projector's, which sees both tenants. Raises NotLive while the view is built: until it is known,
    nobody is sent what is not necessary."""
    if templates.necessary(message.template):
        return False
    number = await OWN_CONSENTS.live(pool)
    assert ESTATES.rows
    assert CONSENTS.rows
    sql = _OBJECTED.format(estates=ESTATES.rows.of(number), consents=CONSENTS.rows.of(number))
    return bool(await pool.fetchval(sql, message.estate, message.person_id))
