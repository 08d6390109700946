"""Who hears of a case that is late: the three levels 三级升级, and who of them is away. Pure.

A level whose holders are all away is skipped at once, and it is said why. A role that the roster
names nobody for is called by its name: who has it is not known here, so neither is that they are
away. Above the third there is nobody: it is called though it is away.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from linli_language.roles import Role

from linli_cases.complaints.about import Skipped
from linli_cases.duty.commands import HEARS
from linli_cases.duty.domain import Duty

TOP: Final = max(HEARS)


@dataclass(frozen=True, slots=True)
class Rung:
    """Who is called, and who was passed over on the way there."""

    level: int
    role: Role
    holder_ids: tuple[str, ...]
    skipped: tuple[Skipped, ...] = ()


def climb(level: int, duty: Duty, at: datetime) -> Rung:
    """The lowest level from `level` on where somebody is there at that moment."""
    role = HEARS[level]
    holders = duty.of(role)
    there = tuple(person for person in holders if duty.away(person, at) is None)
    if there or not holders or level == TOP:
        return Rung(level, role, there or holders)
    reason = duty.away(holders[0], at)
    assert reason is not None, "nobody of them is there"
    above = climb(level + 1, duty, at)
    skipped = (Skipped(role=role, reason=reason), *above.skipped)
    return Rung(above.level, above.role, above.holder_ids, skipped)
