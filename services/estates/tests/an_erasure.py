"""Ms Li asks 湘江物业 to erase what it holds of her."""

from collections.abc import Set as AbstractSet
from typing import Any, TypeVar

from linli_estates.erasures.commands import (
    ApproveErasure,
    AskErasure,
    RefuseErasure,
    WithdrawErasure,
    key_of,
)
from linli_estates.erasures.domain import ERASURES
from linli_estates.erasures.events import (
    ErasureAsked,
    ErasureRefused,
    ErasureWithdrawn,
    PersonErased,
)
from linli_estates.erasures.terms import AskedBy, Refusal
from linli_language.roles import Role
from linli_shared.messages import Command
from linli_shared.testing import Spec, said

from services.estates.tests.a_company import NOW, SONG, TENANT

C = TypeVar("C", bound=Command)

LI, DESK = "li", "desk"
NOBODY: AbstractSet[str] = frozenset()
ERASURE = key_of(TENANT, LI)


def by(person: str, role: Role, command: C) -> C:
    return said(command, ERASURE, NOW, person, role)


def asking(
    person: str = LI,
    role: Role = Role.RESIDENT,
    guardians: AbstractSet[str] = NOBODY,
    **change: Any,
) -> AskErasure:
    asked = AskErasure(**{"tenant": TENANT, "person_id": LI} | change)
    return by(person, role, asked.learned(guardians=guardians))


def approving(
    person: str = SONG,
    matters: AbstractSet[str] | None = frozenset(),
) -> ApproveErasure:
    learned = ApproveErasure().learned(estates=["yy", "xx"], matters=matters)
    return by(person, Role.COMPANY_USER, learned)


def refusing(reason: Refusal = Refusal.CLAIM_PENDING) -> RefuseErasure:
    return by(SONG, Role.COMPANY_USER, RefuseErasure(reason=reason))


def withdrawing(
    person: str = LI, role: Role = Role.RESIDENT, guardians: AbstractSet[str] = NOBODY
) -> WithdrawErasure:
    return by(person, role, WithdrawErasure().learned(guardians=guardians))


def of(person: str = LI) -> dict[str, Any]:
    return {"occurred_at": NOW, "erasure_id": ERASURE, "person_id": LI, "by_id": person}


ASKED = ErasureAsked(**of(), asked_by=AskedBy.PERSON)
REFUSED = ErasureRefused(**of(SONG), reason=Refusal.CLAIM_PENDING)
WITHDRAWN = ErasureWithdrawn(**of())
ERASED = PersonErased(**of(SONG), asked_by_id=LI, estate_ids=("xx", "yy"))
NOTHING = Spec(ERASURES)
WAITING = NOTHING.given(ASKED)
