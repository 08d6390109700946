"""What keeps a person from a shift, as far as the views know: their places and their visits.

The rule is that of the service volunteers, told again for people to look at before they sign up;
the command looks at all estates, and decides.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from pydantic import BaseModel

from linli_views.sight import Reading
from linli_views.signups import PLACED

_MINUTE: Final = timedelta(minutes=1)
_ENGAGED: Final = """
select 'shift' as what, b.shift_id as id, b.post, b.starts_at, b.ends_at, b.travel_buffer_min
  from view.signups_{number} s join view.shift_board_{number} b using (estate, shift_id)
 where s.estate = any ($1) and s.person_id = $2 and s.state = any ($3)
   and b.state in ('published', 'in_progress')
 union all
select 'visit', v.visit_id, 'elder:' || v.elder_id, v.starts_at, v.ends_at, v.travel_buffer_min
  from view.visit_log_{number} v
 where v.estate = any ($1) and v.visitor_id = $2 and v.state in ('assigned', 'arrived')"""


class Overlap(BaseModel):
    """With which shift or visit; negative minutes are of both at once, others too few for the way
    between two posts."""

    what: str
    id: UUID
    gap_min: int


@dataclass(frozen=True, slots=True)
class Engagement:
    """From `starts_at` to before `ends_at` at `post`; `way_min`: minutes to any other."""

    what: str
    id: UUID
    post: str
    starts_at: datetime
    ends_at: datetime
    way_min: int

    def gap(self, other: "Engagement") -> timedelta:
        return max(self.starts_at, other.starts_at) - min(self.ends_at, other.ends_at)

    def clashes(self, other: "Engagement") -> bool:
        """The way is that from the earlier one, and none where both are at one post."""
        way = min(self, other, key=lambda one: one.starts_at).way_min
        needed = way * _MINUTE if self.post != other.post else timedelta()
        return self.gap(other) < needed


async def engaged(read: Reading) -> list[Engagement]:
    """What whoever asks has promised, in the estates of their token."""
    statement, caller = _ENGAGED.format(number=read.number), read.caller
    rows = await read.db.fetch(statement, sorted(caller.estates), caller.person, list(PLACED))
    return [Engagement(*row) for row in rows]


def overlap(one: Engagement, others: Iterable[Engagement]) -> Overlap | None:
    """The one that `one` clashes with most."""
    clashing = [other for other in others if other.id != one.id and one.clashes(other)]
    if not clashing:
        return None
    worst = min(clashing, key=one.gap)
    return Overlap(what=worst.what, id=worst.id, gap_min=one.gap(worst) // _MINUTE)
