"""Dead letters 未送达: what a person was to know and could not be sent, as tasks for the desk."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Final, Literal
from uuid import UUID

from fastapi import Depends, Query, Request
from linli_language.roles import Role
from linli_service.http import Asking, queries
from linli_service.paging import Page, after, cursor
from linli_service.positions import Positions, caught_up
from linli_shared.decider import Rejected
from linli_shared.kafka import Fact
from linli_shared.tenancy import reading
from linli_shared.view import View

from linli_notifications import api
from linli_notifications.intents.commands import DESK
from linli_notifications.intents.events import DeadLettered, DeadLetterSettled, Sent

READERS: Final = (*DESK, Role.AUDITOR)
_PAGE: Final = """
select t.* from view.dead_letters_{number} t
 where t.estate = any ($1::text[]) and ($2::text is null or t.state = $2)
   and (t.since, t.intent_id) < ($3, $4)
 order by t.since desc, t.intent_id desc limit $5"""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """`since` is when the last attempt failed, for `reason`; `remedy`: what those at the desk did
    about it. `version` is the intent's, for If-Match. What it would have said is not here."""

    estate: str
    intent_id: UUID
    person_id: str
    template: str
    state: str
    reason: str
    attempts: int
    since: datetime
    version: int
    remedy: str | None = None
    settled_by: str | None = None
    settled_at: datetime | None = None


DEAD_LETTERS: Final = View(
    "dead_letters",
    row=DeadLetter,
    key=["intent_id"],
    indexes=["estate, since desc, intent_id desc"],
)


@DEAD_LETTERS.on(DeadLettered.kind, DeadLettered)
def dead(row: DeadLetter | None, event: DeadLettered, fact: Fact) -> DeadLetter:
    return DeadLetter(
        fact.estate, event.intent_id, event.person_id, event.template, "open", event.reason,
        event.attempts, event.occurred_at, fact.version,
    )  # fmt: skip


@DEAD_LETTERS.on(DeadLetterSettled.kind, DeadLetterSettled)
def settled(row: DeadLetter | None, event: DeadLetterSettled, fact: Fact) -> DeadLetter | None:
    if row is None:
        return None
    return replace(
        row,
        state="settled",
        remedy=event.remedy,
        settled_by=event.by_id,
        settled_at=event.occurred_at,
        version=fact.version,
    )


@DEAD_LETTERS.on(Sent.kind, Sent)
def sent_after_all(row: DeadLetter | None, event: Sent, fact: Fact) -> None:
    """A mail server's late yes."""
    return None


class Asked(api.Asked):
    state: Literal["open", "settled"] | None = None


router = queries("/dead-letters", "dead letters")


@router.get("")
async def dead_letters(
    request: Request,
    caller: Asking,
    asked: Annotated[Asked, Query()],
    waited: Annotated[None, Depends(caught_up)],
) -> Page[DeadLetter]:
    """The newest first, for those at the desk: whom to tell in another way."""
    if not (estates := asked.estates(caller, caller.having(*READERS))):
        raise Rejected("ROLE_NOT_PERMITTED", roles=sorted(READERS))
    positions: Positions = request.app.state.positions
    async with reading(positions.pool, estates) as db:
        statement = _PAGE.format(number=await positions.views.live(db))
        past = after(asked.cursor, api.MOMENT, UUID) or api.NEWEST
        rows = await db.fetch(statement, estates, asked.state, *past, asked.limit + 1)
    assert DEAD_LETTERS.rows
    found: list[DeadLetter] = [DEAD_LETTERS.rows.parse(row) for row in rows[: asked.limit]]
    more = len(rows) > asked.limit
    return Page(items=found, next=cursor(found[-1].since, found[-1].intent_id) if more else None)
