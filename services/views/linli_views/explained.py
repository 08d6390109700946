"""How the due times of a case 时限依据 were computed, told so that anybody can do it again."""

from datetime import date, datetime
from typing import Final
from uuid import UUID

from linli_sealed.numbers import Masked
from linli_service.http import queries
from linli_shared.decider import Rejected
from pydantic import BaseModel

from linli_views import case_board
from linli_views.deadlines import CLOCKS, DEADLINES, Clock, Deadlines
from linli_views.figures import ZONE
from linli_views.sight import Read

router = queries("/cases", "deadlines")
_ONE: Final = "select * from {table} where estate = $1 and case_id = $2"


class Line(BaseModel):
    """One clock of a case. `running`: it is still to be kept."""

    clock: Clock
    minutes: int | None
    due: datetime
    running: bool
    breached: bool
    text_zh: str
    text_en: str


class Explained(BaseModel):
    """How it was computed: `minutes` of `hours` from `since` on and what it stood still, by the
    policy's version and by `calendar`; `holidays` are weekdays that did not count, `workdays` days
    of weekends that did."""

    case_id: UUID
    policy_version: str
    hours: str
    since: datetime | None
    paused_min: int
    paused: bool
    provisional: bool
    anchor: Masked | None
    calendar: Masked | None
    holidays: list[date]
    workdays: list[date]
    clocks: list[Line]


@router.get("/{case_id}/deadlines")
async def explained(case_id: UUID, read: Read) -> Explained:
    """For those who see the case."""
    estate = (await case_board.LISTING.one(read, case_id))["estate"]
    assert DEADLINES.rows
    found = _ONE.format(table=DEADLINES.rows.of(read.number))
    if (record := await read.db.fetchrow(found, estate, case_id)) is None:
        raise Rejected("NOT_FOUND")
    row: Deadlines = DEADLINES.rows.parse(record)
    told = {name: getattr(row, name) for name in Explained.model_fields if name != "clocks"}
    return Explained(**told, clocks=[line for clock in CLOCKS if (line := _line(row, clock))])


def _line(row: Deadlines, clock: Clock) -> Line | None:
    if (due := row.due(clock)) is None:
        return None
    minutes: int | None = getattr(row, f"{clock}_min")
    zh, en = _sentence(row, minutes, due)
    running, breached = clock in row.running, clock in row.breached
    return Line(
        clock=clock, minutes=minutes, due=due, running=running, breached=breached, text_zh=zh,
        text_en=en,
    )  # fmt: skip


def _sentence(row: Deadlines, minutes: int | None, due: datetime) -> tuple[str, str]:
    since, until = (at.astimezone(ZONE).strftime("%Y-%m-%d %H:%M") if at else "?" for at in
                    (row.since, due))  # fmt: skip
    business = row.hours == "business"
    zh = f"自 {since} 起 {minutes} {'个工作分钟' if business else '分钟'}"
    en = f"{minutes} {'business minutes' if business else 'minutes'} from {since}"
    if row.paused_min:
        zh, en = zh + f"，暂停最多 {row.paused_min} 分钟", en + f", at most {row.paused_min} paused"
    if row.holidays:
        days = "、".join(row.holidays), ", ".join(row.holidays)
        zh, en = zh + f"，不计 {days[0]}", en + f", without {days[1]}"
    if row.workdays:
        days = "、".join(row.workdays), ", ".join(row.workdays)
        zh, en = zh + f"，计入 {days[0]}", en + f", with {days[1]}"
    return f"{zh}：截止 {until}。", f"{en}: due {until}."
