"""The case board: one row a case, as it stands."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi import Query, Response
from linli_sealed.numbers import Masked
from linli_service.http import queries
from linli_service.paging import Page
from linli_shared.kafka import Fact
from linli_shared.text import Key
from linli_shared.view import View
from typing_extensions import TypedDict

from linli_views import events
from linli_views.conditional import UNCHANGED, ETag, told
from linli_views.following import follow
from linli_views.listing import Asked, Listing
from linli_views.sight import Read

OPEN: Final = ("new", "acknowledged", "assigned", "in_progress", "pending")
State = Literal[
    "open", "new", "acknowledged", "assigned", "in_progress", "pending", "resolved", "closed",
    "rejected", "merged", "transferred", "withdrawn",
]  # fmt: skip
STATES: Final[Mapping[type[events.Read], str]] = {
    events.CaseAcknowledged: "acknowledged",
    events.CaseRejected: "rejected",
    events.CaseMerged: "merged",
    events.CaseAssigned: "assigned",
    events.WorkStarted: "in_progress",
    events.CaseSuspended: "pending",
    events.CaseReferredToDeliberation: "pending",
    events.CaseResumed: "in_progress",
    events.CaseTransferred: "transferred",
    events.CaseResolved: "resolved",
    events.CaseClosed: "closed",
    events.CaseReopened: "in_progress",
    events.CaseWithdrawn: "withdrawn",
}
"""Where a case stands after a fact; after others, where it stood."""
Kind = Literal["complaint", "repair", "suggestion", "inquiry", "legacy_issue", "key_matter"]


class Picture(TypedDict):
    """`stage`: before or after. It is at `/cases/{case_id}/evidence/{evidence_id}` of cases."""

    evidence_id: str
    stage: str


@dataclass(frozen=True, slots=True)
class Case:
    """`version` is the stream's, for If-Match. Times are of the field world, but for `changed_at`:
    when its last fact was recorded. `suspects` are cases that looked like the same matter."""

    estate: str
    case_id: UUID
    case_no: str
    kind: str
    service_code: str
    priority: str
    channel: str
    state: str
    title: Masked
    building_id: str | None
    unit_id: str | None
    public_area: Masked | None
    reporter_id: str
    opened_at: datetime
    changed_at: datetime
    version: int
    assignee_id: str | None = None
    acknowledged_at: datetime | None = None
    first_answer_at: datetime | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    reopen_count: int = 0
    escalation_level: int = 0
    duplicate_of: UUID | None = None
    suspects: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()
    visit_due: datetime | None = None
    """When somebody is to ask the reporter again, until they were reached."""
    score: int | None = None
    solved: bool | None = None


CASES: Final = View(
    "case_board",
    row=Case,
    key=["case_id"],
    indexes=[
        "estate, opened_at desc, case_id desc",
        "estate, state, opened_at desc, case_id desc",
        "estate, reporter_id, opened_at desc, case_id desc",
        "estate, assignee_id, opened_at desc, case_id desc",
    ],
)
LISTING: Final = Listing(
    "case_board", "opened_at", "case_id", lambda number: "reporter_id = :person", OPEN
)


@CASES.on(events.CaseOpened.wire, events.CaseOpened)
def opened(case: Case | None, event: events.CaseOpened, fact: Fact) -> Case:
    return Case(
        estate=fact.estate,
        case_id=event.case_id,
        case_no=event.case_no,
        kind=event.kind,
        service_code=event.service_code,
        priority=event.priority,
        channel=event.channel,
        state="new",
        title=event.title,
        building_id=event.place.building_id,
        unit_id=event.place.unit_id,
        public_area=event.place.public_area,
        reporter_id=event.reporter_id,
        opened_at=event.occurred_at,
        changed_at=fact.recorded_at,
        version=fact.version,
    )


def _changes(case: Case, event: events.Read) -> dict[str, Any]:
    state = STATES.get(type(event), case.state)
    return {"state": state} | _more(case, event) | _ending(event)


def _more(case: Case, event: events.Read) -> dict[str, Any]:
    at = event.occurred_at
    match event:
        case events.CaseAcknowledged():
            return {"acknowledged_at": at}
        case events.CaseMerged():
            return {"duplicate_of": event.into}
        case events.CaseAssigned():
            return {"assignee_id": event.assignee_id}
        case events.ReporterAnswered():
            return {"first_answer_at": case.first_answer_at or at}
        case events.EvidenceAdded():
            picture = Picture(evidence_id=str(event.evidence_id), stage=event.stage)
            return {"pictures": (*case.pictures, picture)}
        case events.DuplicateSuspected():
            return {"suspects": tuple(str(near.case_id) for near in event.candidates)}
        case _:
            return {}


def _ending(event: events.Read) -> dict[str, Any]:
    match event:
        case events.CaseResolved():
            return {"resolved_at": event.occurred_at}
        case events.CaseClosed():
            return {"closed_at": event.occurred_at, "visit_due": event.visit_due}
        case events.CaseReopened():
            again = {"resolved_at": None, "closed_at": None, "visit_due": None}
            return {"reopen_count": event.n, **again}
        case events.CaseEscalated():
            return {"escalation_level": event.level}
        case events.ReturnVisitRecorded():
            return {"visit_due": None} if event.reached else {}
        case events.CaseRated():
            return {"score": event.score, "solved": event.solved}
        case _:
            return {}


follow(CASES, events.OF_CASES, _changes)
follow(CASES, [events.RuleOverridden], _changes, keys=lambda event: [(event.subject_id,)])

router = queries("/cases", "cases")


class Wanted(Asked):
    """`open` is any state in which somebody has something to do."""

    state: State | None = None
    kind: Kind | None = None
    assignee_id: Key | None = None
    reporter_id: Key | None = None
    building_id: Key | None = None
    service_code: Key | None = None


@router.get("")
async def cases(wanted: Annotated[Wanted, Query()], read: Read) -> Page[Case]:
    """The newest first. Staff see every case of their estates, everybody else those they
    reported."""
    filters = wanted.model_dump(include=Wanted.model_fields.keys() - Asked.model_fields.keys())
    found, following = await LISTING.page(read, filters, wanted)
    assert CASES.rows
    return Page(items=await _opened(read, map(CASES.rows.parse, found)), next=following)


@router.get("/{case_id}", response_model=Case, responses=UNCHANGED)
async def case(case_id: UUID, read: Read, to: Response, if_none_match: ETag = None) -> Any:
    """As it stands; its ETag is what a command's If-Match takes."""
    assert CASES.rows
    (found,) = await _opened(read, [CASES.rows.parse(await LISTING.one(read, case_id))])
    return told(found, found.version, if_none_match, to, found.title)


async def _opened(read: Read, rows: Iterable[Case]) -> list[Case]:
    """With titles as the caller may read them. In the table they are sealed."""
    cases = list(rows)
    titles = await read.texts(case.title for case in cases)
    return [replace(case, title=titles[case.title]) for case in cases]
