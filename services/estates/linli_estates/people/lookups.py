"""Who is a person of a company. Once somebody is, they stay one, so nothing is guarded."""

from collections.abc import Iterable
from typing import Protocol, Self, TypeVar

from asyncpg import Pool
from linli_shared.store import Reader
from linli_shared.tenancy import reading

from linli_estates.people.commands import DeclareKinship, key_of
from linli_estates.people.domain import PEOPLE, Person


class _OfPerson(Protocol):
    person_id: str

    def learned(self, **facts: object) -> Self: ...


N = TypeVar("N", bound=_OfPerson)
_THERE = "select * from estates.there($1, $2) as stream"
_COMPANY = "select estates.company_of($1) as company"


async def known(pool: Pool, company: str | None, people: Iterable[str]) -> frozenset[str]:
    """Those of `people` who are of the company; without one nobody is."""
    if company is None:
        return frozenset()
    streams = {PEOPLE.stream(key_of(company, one)): one for one in people}
    async with reading(pool, [company]) as db:
        rows = await db.fetch(_THERE, company, list(streams))
    return frozenset(streams[row["stream"]] for row in rows)


async def with_person(reader: Reader, command: N) -> N:
    """Whether whom it is about is of the company in whose tenant it is."""
    return command.learned(known=await known(reader.pool, reader.estate, [command.person_id]))


async def company_of(reader: Reader) -> str | None:
    """The tenant of the company that the command's estate is registered with."""
    (row,) = await reader.rows(_COMPANY, reader.estate)
    company: str | None = row["company"]
    return company


async def person_of(reader: Reader, person_id: str) -> Person | None:
    """Their entry in the register of the company in whose tenant it is asked, guarded."""
    return await reader.load(PEOPLE, key_of(reader.estate, person_id))


async def with_other(reader: Reader, command: DeclareKinship) -> DeclareKinship:
    return command.learned(known=await known(reader.pool, reader.estate, [command.other_id]))
