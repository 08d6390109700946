"""The demo's figures, three ways: what was put in, what the views say, what the store holds."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import asyncpg
from rich.table import Table

from .life import ESTATE, ZONE, Session
from .screen import out

MANAGER: Final = ("manager-guo", "estate_manager")
_CASES: Final = """
with event as (
    select e.stream, e.version, split_part(e.type, '.', 3) as name, e.data,
           e.data ->> 'kind' as kind
      from es.event e where e.estate = $1),
life as (
    select stream, max(kind) as kind,
           (array_agg(name order by version desc) filter (where name in (
               'CaseOpened', 'CaseRejected', 'CaseMerged', 'CaseResolved', 'CaseClosed',
               'CaseReopened', 'CaseWithdrawn')))[1] as stands,
           bool_or(name = 'CaseResolved') as resolved_once,
           bool_or(name = 'CaseReopened') as reopened
      from event where stream like 'case-%' group by stream)
select count(*) filter (where kind = 'complaint') as complaints_opened,
       count(*) filter (where kind = 'complaint' and stands in ('CaseResolved', 'CaseClosed'))
           as complaints_resolved,
       count(*) filter (where kind = 'legacy_issue' and stands in ('CaseResolved', 'CaseClosed'))
           as legacy_resolved,
       count(*) filter (where kind = 'complaint' and stands not in
                              ('CaseRejected', 'CaseMerged', 'CaseWithdrawn')) as kept,
       count(*) filter (where kind = 'complaint' and resolved_once) as resolved_once,
       count(*) filter (where kind = 'complaint' and reopened) as reopened,
       (select count(*) from event where name = 'CaseRated' and kind = 'complaint') as rated,
       (select count(*) from event where name = 'CaseRated' and kind = 'complaint'
                                     and (data ->> 'score')::int >= 4) as rated_well,
       (select count(*) from event where name = 'DisputeFiled') as disputes_filed,
       (select count(*) from event where name = 'DisputeMediated') as disputes_mediated,
       (select count(*) from event where name = 'DisputeMediated'
                                     and data ->> 'outcome' <> 'not_settled') as disputes_settled
  from life"""
_VOLUNTEERS: Final = """
select count(*) filter (where e.type like '%.VisitScheduled.v1') as visits_scheduled,
       count(*) filter (where e.type like '%.VisitCompleted.v_') as visits_completed,
       count(*) filter (where e.type like '%.VisitMissed.v1') as visits_missed,
       count(*) filter (where e.type like '%.ShiftPublished.v1') as shifts_published,
       count(*) filter (where e.type like '%.ShiftCompleted.v1') as shifts_completed,
       count(*) filter (where e.type like '%.VolunteerCheckedIn.v1') as attended
  from es.event e where e.estate = $1"""
_MEETINGS: Final = """
select count(*) filter (where e.type like '%.TopicProposed.v1') as topics_proposed,
       count(*) filter (where e.type like '%.ResolutionAdopted.v1') as resolutions_adopted,
       count(distinct e.stream) filter (where e.data ->> 'verdict' = 'effective')
           - count(*) filter (where e.type like '%.ResolutionOverturned.v1')
           as resolutions_effective,
       count(*) filter (where e.type like '%.ResolutionOverturned.v1') as resolutions_overturned
  from es.event e where e.estate = $1"""
_ROWS: Final = {
    "complaints_opened": "Complaints opened 投诉",
    "complaints_resolved": "Complaints resolved 解决投诉",
    "legacy_resolved": "Legacy problems resolved 历史遗留问题",
    "resolution_bp": "Resolution rate 办结率",
    "satisfaction_bp": "Satisfaction 满意率",
    "reopen_bp": "Reopened 重新办理率",
    "disputes_filed": "Disputes filed 纠纷申请",
    "disputes_mediated": "Disputes mediated 调解",
    "mediation_success_bp": "Mediation success 调解成功率",
    "visits_scheduled": "Visits planned 计划探访",
    "visits_completed": "Visits made 完成探访",
    "visits_missed": "Visits missed 未探访",
    "shifts_published": "Shifts published 发布班次",
    "shifts_completed": "Shifts held 完成班次",
    "attended": "Volunteers who came 到岗",
    "topics_proposed": "Topics proposed 议题",
    "resolutions_adopted": "Resolutions adopted 通过决议",
    "resolutions_effective": "Resolutions found effective 评价有效",
    "resolutions_overturned": "Resolutions overturned 推翻",
}


async def stored(env: Mapping[str, str], estate: str) -> dict[str, int]:
    """Counts over the event stores; empty where the estate has no event."""
    found: dict[str, int] = {}
    questions = {"CASES": _CASES, "VOLUNTEERS": _VOLUNTEERS, "MEETINGS": _MEETINGS}
    for service, question in questions.items():
        db = await asyncpg.connect(env[f"LINLI_{service}_RELAY_URL"])
        try:
            found |= dict(await db.fetchrow(question, estate) or {})
        finally:
            await db.close()
    return found if any(found.values()) else {}


async def compare(session: Session, *, since: bool, patience_s: float = 5) -> int:
    """Print the table; 0 where all three columns are equal, soon or at once. `since`: others may
    have put in more since it was played, so that views and stores are to be equal alone."""
    put, end = rates(session.put), asyncio.get_running_loop().time() + patience_s
    while True:
        held, viewed = rates(await stored(session.env, ESTATE)), await _viewed(session)
        rows = {name: [of.get(name) for of in (put, viewed, held)] for name in _ROWS}
        equal = all(len(set(found)) == 1 for found in rows.values())
        agreed = all(found[1] == found[2] for found in rows.values())
        fine = equal or (since and agreed)
        if fine or asyncio.get_running_loop().time() > end:
            break
        await asyncio.sleep(0.2)
    table = Table("figure", title=f"{ESTATE} 长沙·湘熙水郡", title_justify="left")
    for name in ("put in", "views", "event stores"):
        table.add_column(name, justify="right")
    for name, found in rows.items():
        style = "" if len(set(found)) == 1 else "bold red"
        table.add_row(_ROWS[name], *(_shown(name, value) for value in found), style=style)
    out.print(table)
    out.print(
        "[green]✓[/] Equal in all three." if equal
        else "[green]✓[/] Views and stores are equal; since the demo more was put in." if fine
        else "[red]✗[/] They differ. Is a view behind? linli status says more."
    )  # fmt: skip
    return 0 if fine else 1


async def _viewed(session: Session) -> dict[str, int | None]:
    until = (datetime.now(ZONE) + timedelta(days=1)).date()
    window = f"{session.begins.astimezone(ZONE).date()}/{until}"
    headline = await session.ask(f"/kpi/headline?scope={ESTATE}&window={window}", MANAGER)
    counted = {name: kpi["value"] for name, kpi in headline["kpis"].items()}
    boards = {
        board: (await session.ask(f"/{board}?estate={ESTATE}&limit=200", MANAGER))["items"]
        for board in ("visits", "shifts", "topics", "resolutions")
    }
    states = {board: Counter(row["state"] for row in rows) for board, rows in boards.items()}
    visits, shifts, decided = states["visits"], states["shifts"], states["resolutions"]
    return counted | {
        "visits_scheduled": visits.total(),
        "visits_completed": visits["completed"],
        "visits_missed": visits["missed"],
        "shifts_published": shifts.total() - shifts["draft"],
        "shifts_completed": shifts["completed"],
        "attended": sum(row["present"] for row in boards["shifts"]),
        "topics_proposed": states["topics"].total(),
        "resolutions_adopted": decided.total() - decided["rejected"],
        "resolutions_effective": decided["evaluated_effective"],
        "resolutions_overturned": decided["overturned"],
    }


def rates(counts: Mapping[str, Any]) -> dict[str, int | None]:
    """The counts and the rates made of them, in bp, rounded half up."""

    def bp(part: str, whole: str) -> int | None:
        among = counts.get(whole, 0)
        return (20_000 * counts[part] + among) // (2 * among) if among else None

    return dict(counts) | {
        "resolution_bp": bp("complaints_resolved", "kept"),
        "satisfaction_bp": bp("rated_well", "rated"),
        "reopen_bp": bp("reopened", "resolved_once"),
        "mediation_success_bp": bp("disputes_settled", "disputes_mediated"),
    }


def _shown(name: str, value: int | None) -> str:
    if value is None:
        return "–"
    return f"{value / 100:.2f} %" if name.endswith("_bp") else str(value)
