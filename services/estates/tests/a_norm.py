"""The norm 四有 of the estate xx, for which Zhao answers since January 2020."""

from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from linli_estates.norms.commands import BeginNormChecks, EndNormChecks, RecordNormCheck
from linli_estates.norms.domain import NORMS, fired
from linli_estates.norms.events import (
    NormCheckOverdue,
    NormCheckRecorded,
    NormChecksBegun,
    NormChecksEnded,
)
from linli_estates.norms.terms import ITEMS, Item, Norm
from linli_language.roles import Role
from linli_shared.messages import SYSTEM, Command
from linli_shared.testing import Spec, said

from services.estates.tests.a_company import NOW

C = TypeVar("C", bound=Command)
ZHAO, DENG = "zhao", "deng"
NORM = UUID("0192c000-0000-7000-8000-0000000000d1")
FOUND = {"place": True, "sign": True, "rules": False, "supervision": True}


def by(command: C, person: str = ZHAO, now: datetime = NOW) -> C:
    return said(command, NORM, now, person, Role.ESTATE_MANAGER)


def beginning(
    person: str = ZHAO, known: frozenset[str] = frozenset({ZHAO, DENG}), now: datetime = NOW
) -> BeginNormChecks:
    command = BeginNormChecks(estate_id="xx", norm=Norm.SERVICE, responsible_id=person)
    return by(command.learned(known=known), now=now)


def checking(now: datetime = NOW, **change: Any) -> RecordNormCheck:
    body: dict[str, Any] = {
        "checked_on": f"{now:%Y-%m-%d}", "found": FOUND, "photo_refs": ["photo-1"],
    }  # fmt: skip
    return by(RecordNormCheck(**body | change), now=now)


def over(due: datetime, now: datetime | None = None) -> Any:
    return said(fired("check", due), NORM, now or due, SYSTEM, SYSTEM)


END = by(EndNormChecks())
_OF: dict[str, Any] = {"occurred_at": NOW, "norm_id": NORM, "norm": Norm.SERVICE, "by_id": ZHAO}
BEGUN = NormChecksBegun(**_OF, period="2020-01", responsible_id=ZHAO)
CHECKED = NormCheckRecorded(
    **_OF, period="2020-01", checked_on=date(2020, 1, 6),
    met=(Item.PLACE, Item.SIGN, Item.SUPERVISION), unmet=(Item.RULES,), photo_refs=("photo-1",),
)  # fmt: skip
MISSED = NormCheckOverdue(
    **_OF | {"by_id": SYSTEM}, period="2020-01", responsible_id=ZHAO
)  # fmt: skip
ENDED = NormChecksEnded(**_OF)

NOTHING = Spec(NORMS)
KEPT = NOTHING.given(BEGUN)
assert set(FOUND) == set(ITEMS[Norm.SERVICE])
