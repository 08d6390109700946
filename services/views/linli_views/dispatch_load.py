"""Who has how much in hand 派单负荷: counted when it is asked for, from the case board."""

from datetime import datetime
from typing import Annotated, Final

from fastapi import Query
from linli_service.http import queries
from linli_shared.text import Key
from pydantic import BaseModel, ConfigDict

from linli_views.sight import Read

_LOAD: Final = """
select c.assignee_id,
       count(*) as open,
       count(*) filter (where c.state = 'assigned') as not_started,
       count(*) filter (where c.state = 'pending') as pending,
       count(*) filter (where jsonb_array_length(d.breached) > 0) as late,
       count(*) filter (where c.escalation_level > 0) as escalated,
       min(c.opened_at) as oldest
  from view.case_board_{number} c
  left join view.deadlines_{number} d on d.estate = c.estate and d.case_id = c.case_id
 where c.estate = $1 and c.assignee_id is not null
   and c.state in ('assigned', 'in_progress', 'pending')
 group by c.assignee_id order by count(*) desc, c.assignee_id"""


class Load(BaseModel):
    """Of one worker, in cases: `open` are all they have in hand, of which so many are `not_started`
    or `pending`; `late` have missed a deadline, `escalated` are above them. `oldest`: since when
    the oldest of them is open."""

    assignee_id: str
    open: int
    not_started: int
    pending: int
    late: int
    escalated: int
    oldest: datetime


class Wanted(BaseModel):
    model_config = ConfigDict(extra="forbid")

    estate: Key


router = queries("/dispatch-load", "cases")


@router.get("")
async def dispatch_load(wanted: Annotated[Wanted, Query()], read: Read) -> list[Load]:
    """For staff: whoever has the most first. What nobody has in hand is on the case board."""
    read.sight.staff_of(wanted.estate)
    records = await read.db.fetch(_LOAD.format(number=read.number), wanted.estate)
    return [Load(**dict(record)) for record in records]
