"""Who decides for somebody of whom it is asked that they be erased."""

from typing import TypeVar

from linli_shared.store import Reader

from linli_estates.erasures.commands import AskErasure, WithdrawErasure
from linli_estates.erasures.domain import ERASURES
from linli_estates.people.lookups import person_of

C = TypeVar("C", AskErasure, WithdrawErasure)


async def with_guardians(reader: Reader, command: C) -> C:
    if isinstance(command, AskErasure):
        whose = command.person_id
    else:
        erasure = await reader.load(ERASURES, command.key)
        assert erasure is not None, "a command is for an erasure that is there"
        whose = erasure.person_id
    person = await person_of(reader, whose)
    return command.learned(guardians=person.guardians if person else frozenset())
