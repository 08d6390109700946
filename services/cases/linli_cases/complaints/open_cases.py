"""This service's own view of its open cases: what a new report is compared with."""

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Final

from linli_shared.kafka import Fact
from linli_shared.store import Reader
from linli_shared.view import View
from linli_shared.viewset import ViewSet

from linli_cases.complaints.commands import OpenCase
from linli_cases.complaints.events import (
    CaseMerged,
    CaseOpened,
    CaseRejected,
    CaseReopened,
    CaseResolved,
    CaseTransferred,
    CaseWithdrawn,
)
from linli_cases.complaints.likeness import Reported
from linli_cases.own_views import live

OPEN_CASE: Final = View(
    "open_case",
    row=Reported,
    key=["case_id"],
    indexes=["estate, service_code, building_id, opened_at"],
)
OPEN_CASES: Final = ViewSet("open_cases", 3, topics=["linli.cases.v1"], members=[OPEN_CASE])

_MOST: Final = 200
_COLUMNS: Final = ", ".join(field.name for field in fields(Reported))
_KNOWN: Final = """
select {columns} from {table}
 where estate = $1 and service_code = $2 and open and opened_at > $3
   and (building_id = $4 or $4 is null and building_id is null)
 order by opened_at desc limit $5"""


@OPEN_CASE.on(CaseOpened.kind, CaseOpened)
def opened(row: Reported | None, event: CaseOpened, fact: Fact) -> Reported:
    return Reported.of(event, fact.estate)


@OPEN_CASE.on(CaseResolved.kind, CaseResolved)
def resolved(row: Reported | None, event: CaseResolved, fact: Fact) -> Reported | None:
    return replace(row, open=False) if row else None


@OPEN_CASE.on(CaseReopened.kind, CaseReopened)
def reopened(row: Reported | None, event: CaseReopened, fact: Fact) -> Reported | None:
    return replace(row, open=True) if row else None


@OPEN_CASE.on(CaseRejected.kind, CaseRejected)
@OPEN_CASE.on(CaseMerged.kind, CaseMerged)
@OPEN_CASE.on(CaseTransferred.kind, CaseTransferred)
@OPEN_CASE.on(CaseWithdrawn.kind, CaseWithdrawn)
def ended(row: Reported | None, event: object, fact: Fact) -> None:
    return None


async def known(reader: Reader, command: OpenCase) -> Sequence[Reported]:
    """The latest open cases of the same service at the same building, or at none, as far as they
    are known here."""
    if not (table := await live(reader, OPEN_CASES, OPEN_CASE)):
        return []
    sql = _KNOWN.format(columns=_COLUMNS, table=table)
    since, building = reader.now - command._policy.near_window, command.place.building_id
    rows = await reader.rows(sql, reader.estate, command.service_code, since, building, _MOST)
    found = [Reported(**row) for row in rows]
    texts = await reader.texts(text for one in found for text in (one.title, one.description))
    return [
        replace(one, title=texts[one.title], description=texts[one.description]) for one in found
    ]
