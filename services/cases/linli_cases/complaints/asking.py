"""What commands of a case 事件 are made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from linli_language.roles import Role
from linli_shared.messages import Command
from linli_shared.text import Key, Line
from pydantic import PrivateAttr

from linli_cases.complaints.about import Place
from linli_cases.complaints.policy import POLICY, Policy
from linli_cases.complaints.sla import DEFAULT, Sla, SlaPolicy
from linli_cases.complaints.terms import Status
from linli_cases.duty.domain import Duty

REPORTERS: Final = (Role.RESIDENT, Role.STEWARD, Role.OPERATOR, Role.INTEGRATOR)
DESK: Final = (Role.OPERATOR, Role.ESTATE_MANAGER)
STAFF: Final = (Role.STEWARD, Role.STEWARD_LEAD, *DESK)


@dataclass(frozen=True, slots=True)
class Link:
    """One case on the way from a merge's target up to what that was merged into, and so on."""

    case_id: UUID
    status: Status


class GivenPlace(Place, extra="forbid"):
    building_id: Key | None = None
    unit_id: Key | None = None
    public_area: Line | None = None


class OfCase(Command, by=()):
    """Policy has numbers for whatever is asked of a case, for any command may find it late.
    `_slas` are deadlines by version, beside the default; `_duty` is who hears of it. Both are
    looked up for those commands that set moments or call somebody (`informed`)."""

    _policy: Policy = PrivateAttr(default=POLICY)
    _slas: Mapping[str, SlaPolicy] = PrivateAttr(default_factory=dict)
    _duty: Duty = PrivateAttr(default=Duty())

    def sla_policy(self, sla: Sla | None) -> SlaPolicy:
        """The one that was in force when the case was opened."""
        return self._slas.get(sla.policy_version if sla else "", DEFAULT)
