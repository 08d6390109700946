"""The demo's figures, three ways: what was put in, what the views say, what the store holds."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

import asyncpg
from rich.table import Table

from .screen import out

if TYPE_CHECKING:
    from .demo import Session

TOPIC: Final = "linli.cases.v1"
MANAGER: Final = ("manager-guo", "estate_manager")
_STORE: Final = """
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
}


async def stored(env: Mapping[str, str], estate: str) -> dict[str, int]:
    """Counts over the event store; empty where the estate has no event."""
    db = await asyncpg.connect(env["LINLI_CASES_RELAY_URL"])
    try:
        row = await db.fetchrow(_STORE, estate)
    finally:
        await db.close()
    return dict(row) if row and row["complaints_opened"] else {}


async def compare(session: "Session", estate: str) -> int:
    """Print the table; 0 where all three columns are equal."""
    put, held = rates(vars(session.put)), rates(await stored(session.env, estate))
    viewed = await _viewed(session, estate)
    table = Table("figure", title=f"{estate} 长沙·湘熙水郡", title_justify="left")
    for name in ("put in", "views", "event store"):
        table.add_column(name, justify="right")
    equal = True
    for name, label in _ROWS.items():
        found = [source.get(name) for source in (put, viewed, held)]
        same = len(set(found)) == 1
        equal = equal and same
        style = "" if same else "bold red"
        table.add_row(label, *(_shown(name, value) for value in found), style=style)
    out.print(table)
    out.print(
        "[green]✓[/] Equal in all three." if equal
        else "[red]✗[/] They differ. Is a view behind, or was the estate changed by hand?"
    )  # fmt: skip
    return 0 if equal else 1


async def _viewed(session: "Session", estate: str) -> dict[str, int | None]:
    until = (datetime.now(ZoneInfo("Asia/Shanghai")) + timedelta(days=1)).date()
    path = f"/kpi/headline?scope={estate}&window={session.put.since}/{until}"
    answer = await session.ask("views", path, MANAGER, TOPIC)
    return {name: kpi["value"] for name, kpi in answer["kpis"].items()}


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
