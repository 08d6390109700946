"""Deng's demonstration post 示范岗 in the estate xx, awarded by Zhao on 6 January 2020."""

from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from linli_estates.honours.commands import AwardPost, WithdrawPost
from linli_estates.honours.domain import HONOURS, fired
from linli_estates.honours.events import (
    DemonstrationPostAwarded,
    DemonstrationPostExpired,
    DemonstrationPostWithdrawn,
)
from linli_estates.honours.policy import Policy
from linli_estates.honours.terms import Cause, HonourKind
from linli_estates.stewards.state import Steward
from linli_language.roles import Role
from linli_shared.messages import SYSTEM, Command
from linli_shared.testing import Spec, said

from services.estates.tests.a_badge import DENG, STEWARD, ZHAO
from services.estates.tests.a_company import NOW

C = TypeVar("C", bound=Command)
HONOUR = UUID("0192c000-0000-7000-8000-0000000000e1")
SERVING = Steward(DENG)


def by(command: C, person: str = ZHAO) -> C:
    return said(command, HONOUR, NOW, person, Role.ESTATE_MANAGER)


def awarding(steward: Steward | None = SERVING, person: str = ZHAO, **change: Any) -> AwardPost:
    body: dict[str, Any] = {
        "estate_id": "xx", "steward_id": STEWARD, "honour": "demonstration",
        "awarded_on": "2020-01-06", "evidence_refs": ["photo-2"],
    }  # fmt: skip
    return by(AwardPost(**body | change).learned(steward=steward), person)


def over(due: datetime) -> Any:
    return said(fired("term", due), HONOUR, due, SYSTEM, SYSTEM)


WITHDRAW = by(WithdrawPost(cause=Cause.STANDARDS))
_OF: dict[str, Any] = {
    "occurred_at": NOW, "honour_id": HONOUR, "honour": HonourKind.DEMONSTRATION,
    "steward_id": STEWARD, "person_id": DENG, "by_id": ZHAO,
}  # fmt: skip
LAST = date(2021, 1, 5)
AWARDED = DemonstrationPostAwarded(
    **_OF, awarded_on=date(2020, 1, 6), until=LAST, evidence_refs=("photo-2",),
    policy_version=Policy().version,
)  # fmt: skip
WITHDRAWN = DemonstrationPostWithdrawn(**_OF, cause=Cause.STANDARDS)
EXPIRED = DemonstrationPostExpired(**_OF | {"by_id": SYSTEM}, until=LAST)

NO_POST = Spec(HONOURS)
HELD = NO_POST.given(AWARDED)
