"""HTTP: a person's own messages, and nobody else's."""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Annotated, Final
from uuid import UUID

from fastapi import Depends, Query, Request
from linli_sealed.numbers import Masked
from linli_service.auth import Caller
from linli_service.http import Asking, queries
from linli_service.paging import Page, after, cursor
from linli_service.positions import Positions, caught_up
from linli_shared.decider import Rejected
from linli_shared.tenancy import reading
from linli_shared.text import Key, Time
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter

from linli_notifications.inbox import INBOX, Message
from linli_notifications.templates import text

# Row-level security knows estates alone: the person is this statement's to see to.
_OWN: Final = """
select r.*
  from unnest($1::text[]) as e (estate)
 cross join lateral (
       select t.* from view.inbox_line_{number} t
        where t.estate = e.estate and t.person_id = $2 and (t.recorded_at, t.message_id) < ($3, $4)
        order by t.recorded_at desc, t.message_id desc limit $5) r
 order by r.recorded_at desc, r.message_id desc limit $5"""
MOMENT: Final = TypeAdapter(Time).validate_python
NEWEST: Final = (datetime(9000, 1, 1, tzinfo=UTC), UUID(int=2**128 - 1))


class Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")

    estate: Key | None = None
    cursor: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,400}$")] | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50

    def estates(self, caller: Caller, seen: Collection[str]) -> list[str]:
        """Which of the estates `seen` are asked for; raises NOT_FOUND for one that is not the
        caller's at all."""
        if self.estate is None:
            return sorted(seen)
        if self.estate not in caller.estates:
            raise Rejected("NOT_FOUND")
        return [self.estate] if self.estate in seen else []


class Received(BaseModel):
    """`own_case_id` is the case to look at: the person's own, which may have been merged into
    `case_id`. `link` is the path of what to look at, `params` what the texts are made of."""

    message_id: UUID
    estate: str
    person_id: str
    template: str
    params: dict[str, Masked]
    case_id: UUID | None
    own_case_id: UUID | None
    dispute_id: UUID | None
    link: str
    source_event_id: UUID
    occurred_at: datetime
    recorded_at: datetime
    text_zh: Masked
    text_en: Masked


router = queries("/inbox", "inbox")


@router.get("")
async def inbox(
    request: Request,
    caller: Asking,
    asked: Annotated[Asked, Query()],
    waited: Annotated[None, Depends(caught_up)],
) -> Page[Received]:
    """The newest first: the messages to the person of the token, in the token's estates."""
    estates = asked.estates(caller, caller.estates)
    positions: Positions = request.app.state.positions
    async with reading(positions.pool, estates) as db:
        statement = _OWN.format(number=await positions.views.live(db))
        past = after(asked.cursor, MOMENT, UUID) or NEWEST
        rows = await db.fetch(statement, estates, caller.person, *past, asked.limit + 1)
    assert INBOX.lines
    found: list[Message] = [INBOX.lines.parse(row) for row in rows[: asked.limit]]
    following = None
    if len(rows) > asked.limit:
        following = cursor(found[-1].recorded_at, found[-1].message_id)
    return Page(items=[_received(message) for message in found], next=following)


def _received(message: Message) -> Received:
    params = dict(message.params)
    zh, en = text(message.template, params)
    return Received(
        message_id=message.message_id,
        estate=message.estate,
        person_id=message.person_id,
        template=message.template,
        params=params,
        case_id=message.case_id,
        own_case_id=message.own_case_id,
        dispute_id=message.dispute_id,
        link=message.link,
        source_event_id=message.source_event_id,
        occurred_at=message.occurred_at,
        recorded_at=message.recorded_at,
        text_zh=zh,
        text_en=en,
    )
