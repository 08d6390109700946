"""What is looked up before checks of a norm 规范 begin: whether the company knows who answers."""

from linli_shared.store import Reader

from linli_estates.norms.commands import BeginNormChecks
from linli_estates.people.lookups import company_of, known


async def with_responsible(reader: Reader, command: BeginNormChecks) -> BeginNormChecks:
    found = await known(reader.pool, await company_of(reader), [command.responsible_id])
    return command.learned(known=found)
