"""Which company an estate is of, and so where else an id of somebody is theirs: ids of people are a
company's, whatever estates their token lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from asyncpg import Pool
from linli_shared.kafka import Fact
from linli_shared.tenancy import reading
from linli_shared.view import View

from linli_views import estate_events as events
from linli_views.company_board import COMPANIES

_COMPANY: Final = "company:"


@dataclass(frozen=True, slots=True)
class OfCompany:
    """Of the estate `estate`, which a company registers once and for ever: the one row here that is
    not in the tenant of its fact. Whoever is in the estate may know whose it is."""

    estate: str
    company: str


MEMBERSHIP: Final[View[Any]] = View("membership", lines=OfCompany, line_key=[])
_COMPANIES: Final = "select company from view.membership_{number} where estate = any ($1)"
_ESTATES: Final = "select * from {table} where estate = any ($1)"


@MEMBERSHIP.on(events.EstateRegistered.wire, events.EstateRegistered)
def registered(event: events.EstateRegistered, fact: Fact) -> list[OfCompany]:
    return [OfCompany(event.estate_id, fact.estate)]


async def tenants(pool: Pool, number: int, known: Sequence[str]) -> Sequence[str]:
    """`known`, and the companies of these with all estates of theirs."""
    async with reading(pool, known) as db:
        rows = await db.fetch(_COMPANIES.format(number=number), list(known))
    companies = {row["company"] for row in rows} | {e for e in known if e.startswith(_COMPANY)}
    async with reading(pool, companies) as db:
        assert COMPANIES.rows
        sql = _ESTATES.format(table=COMPANIES.rows.of(number))
        found = [COMPANIES.rows.parse(row) for row in await db.fetch(sql, list(companies))]
    of_them = {estate["estate_id"] for company in found for estate in company.estates}
    return sorted({*known, *companies, *of_them})
