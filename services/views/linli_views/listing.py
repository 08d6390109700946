"""Lists, the newest or the oldest first: SQL that takes one short range of an index in each estate.

Rows are ordered by when they began, which never changes: whoever pages through meets each row once,
even if it changes meanwhile.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final
from uuid import UUID

from linli_language.roles import Role
from linli_service.paging import after, cursor
from linli_shared.decider import Rejected
from linli_shared.text import Key, Time
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter

from linli_views.sight import STAFF, Reading, Sight

Cursor = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,400}$")]
Limit = Annotated[int, Field(ge=1, le=200)]
OPEN: Final = "open"
PERSON: Final = ":person"
MOMENT: Final = TypeAdapter(Time).validate_python


class Asked(BaseModel):
    """What every list takes. A parameter nobody knows is refused: a misspelt filter would show
    everything."""

    model_config = ConfigDict(extra="forbid")

    estate: Key | None = None
    cursor: Cursor | None = None
    limit: Limit = 50


@dataclass(frozen=True, slots=True)
class Listing:
    """`table` by number, ordered by `began` and `id`, newest first unless `forward`. Who holds one
    of `seen_by` sees all; everybody else the rows of `own`: it makes, of a build's number,
    the condition of a row that is for `:person`, whoever asks."""

    table: str
    began: str
    id: str
    own: Callable[[int], str]
    open_states: tuple[str, ...]
    seen_by: Sequence[Role] = STAFF
    forward: bool = False

    def sql(
        self, sight: Sight, number: int, wanted: Mapping[str, Any], page: "Asked"
    ) -> tuple[str, list[Any]]:
        """The statement of a page and its values; `wanted` is by column, None means any."""
        values: list[Any] = []

        def put(value: Any) -> str:
            values.append(value)
            return f"${len(values)}"

        conditions = [self._equals(c, v, put) for c, v in wanted.items() if v is not None]
        if (past := after(page.cursor, MOMENT, UUID)) is not None:
            at, last = put(past[0]), put(past[1])
            beyond = ">" if self.forward else "<"
            place = f"({self.began}, {self.id})"
            conditions.append(f"{place} {beyond} ({at}::timestamptz, {last}::uuid)")
        way = "asc" if self.forward else "desc"
        order = f"order by {self.began} {way}, {self.id} {way} limit {put(page.limit + 1)}"
        table, parts = f"view.{self.table}_{number}", []
        for estates, restricted in ((sight.whole, False), (sight.own, True)):
            if estates:
                where = " and ".join(["t.estate = e.estate", *conditions])
                if restricted and PERSON in (own := self.own(number)):
                    where += f" and {own.replace(PERSON, put(sight.person))}"
                elif restricted:
                    where += f" and {own}"
                parts.append(
                    f"(select r.* from unnest({put(list(estates))}::text[]) as e (estate)"
                    f" cross join lateral (select t.* from {table} t where {where} {order}) r)"
                )
        return f"{' union all '.join(parts)} {order}", values

    def _equals(self, column: str, value: Any, put: Callable[[Any], str]) -> str:
        if column == "state" and value == OPEN:
            return f"state = any ({put(list(self.open_states))}::text[])"
        return f"{column} = {put(value)}"

    async def page(
        self,
        read: Reading,
        wanted: Mapping[str, Any],
        asked: Asked,
        seen_by: Sequence[Role] | None = None,
    ) -> tuple[list[Any], str | None]:
        """The records of a page, and the cursor of the next. `seen_by`: fewer than usual, where the
        filter itself would tell what only they may know."""
        sight = Sight.of(read.caller, seen_by or self.seen_by).within(asked.estate)
        if not (sight.whole or sight.own):
            return [], None
        text, values = self.sql(sight, read.number, wanted, asked)
        found = await read.db.fetch(text, *values)
        rows, more = found[: asked.limit], len(found) > asked.limit
        return rows, cursor(rows[-1][self.began], rows[-1][self.id]) if more else None

    async def one(self, read: Reading, id: UUID) -> Any:
        """The record of that id; raises NOT_FOUND where it is not to be seen."""
        rows, _ = await self.page(read, {self.id: id}, Asked(limit=1))
        if not rows:
            raise Rejected("NOT_FOUND")
        return rows[0]
