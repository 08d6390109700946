"""Whom a disclosure 查阅 is of: a person of a register that whoever asks has a role in."""

from typing import TypeVar
from uuid import UUID

from linli_service.auth import Caller
from linli_shared.decider import Rejected
from linli_shared.store import EventStore

from linli_estates.disclosures.commands import EXPORTERS, Disclose, ExportPerson
from linli_estates.people.domain import PEOPLE

D = TypeVar("D", bound=Disclose)


async def with_person(
    store: EventStore, caller: Caller, person_key: UUID, command: D
) -> tuple[str, D]:
    """The tenant, and the command that knows its person. Raises NOT_FOUND."""
    loaded = await store.load(PEOPLE, list(caller.estates), person_key)
    if loaded.state is None:
        raise Rejected("NOT_FOUND")
    known = command.learned(person=(person_key, loaded.state.person_id))
    if isinstance(known, ExportPerson):
        known = known.learned(estates=frozenset(caller.having(*EXPORTERS)))
    return loaded.estate, known
