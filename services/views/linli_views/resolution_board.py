"""The resolution board: one row a resolution, with its actions and evaluations. It is for
everybody, without who has what to do and over which cases."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi import Query, Response
from linli_sealed.numbers import Masked
from linli_service.http import queries
from linli_service.paging import Page
from linli_shared.kafka import Fact
from linli_shared.view import View
from typing_extensions import TypedDict

from linli_views import resolution_events as events
from linli_views.conditional import UNCHANGED, ETag, told
from linli_views.following import follow
from linli_views.listing import Asked, Listing
from linli_views.sight import Read, Reading

OPEN: Final = ("adopted", "publicised", "in_execution", "executed", "extended")
State = Literal[
    "open", "adopted", "rejected", "publicised", "in_execution", "executed",
    "evaluated_effective", "extended", "overturned",
]  # fmt: skip
_AFTER: Final = {
    "effective": "evaluated_effective", "extend": "extended", "overturn": "overturned",
}  # fmt: skip


class Action(TypedDict):
    """`state`: assigned, started, done or verified. `due_at` as ISO 8601 writes it."""

    action_id: int
    owner_id: str | None
    owner_role: str
    state: str
    due_at: str
    overdue: bool


class Evaluation(TypedDict):
    """One that is still to be held, and whether it was missed."""

    n: int
    due_at: str
    missed: bool


@dataclass(frozen=True, slots=True)
class Resolution:
    """`version` is the stream's, for If-Match. Who chaired, who has what to do and its cases are
    for staff and whoever it is; others see roles, and how many."""

    estate: str
    resolution_id: UUID
    topic_id: UUID
    chain_id: UUID
    meeting_id: UUID
    title: Masked
    state: str
    chair_id: str | None
    in_favour: int
    against: int
    abstained: int
    invited: int
    present: int
    case_ids: tuple[str, ...]
    cases: int
    declared_at: datetime
    changed_at: datetime
    version: int
    publicised_until: datetime | None = None
    idle: bool = False
    actions: tuple[Action, ...] = ()
    executed_at: datetime | None = None
    evaluations: tuple[Evaluation, ...] = ()
    verdict: str | None = None
    evaluated_at: datetime | None = None
    follow_up_topic_id: UUID | None = None


RESOLUTIONS: Final = View(
    "resolution_board",
    row=Resolution,
    key=["resolution_id"],
    indexes=[
        "estate, declared_at desc, resolution_id desc",
        "estate, state, declared_at desc, resolution_id desc",
    ],
)
LISTING: Final = Listing(
    "resolution_board", "declared_at", "resolution_id", lambda number: "true", OPEN
)


@RESOLUTIONS.on(events.ResolutionAdopted.wire, events.ResolutionAdopted)
@RESOLUTIONS.on(events.ResolutionRejected.wire, events.ResolutionRejected)
def declared(row: Resolution | None, event: events.OfResult, fact: Fact) -> Resolution:
    adopted = isinstance(event, events.ResolutionAdopted)
    return Resolution(
        estate=fact.estate,
        resolution_id=event.resolution_id,
        topic_id=event.topic_id,
        chain_id=event.chain_id,
        meeting_id=event.meeting_id,
        title=event.title,
        state="adopted" if adopted else "rejected",
        chair_id=event.result.chair_id,
        in_favour=event.in_favour,
        against=event.against,
        abstained=event.abstained,
        invited=event.result.quorum.invited,
        present=event.result.quorum.present,
        case_ids=tuple(map(str, event.case_ids)),
        cases=len(event.case_ids),
        declared_at=event.occurred_at,
        changed_at=fact.recorded_at,
        version=fact.version,
    )


def _changes(row: Resolution, event: events.OfResolution) -> dict[str, Any]:
    at = event.occurred_at
    match event:
        case events.ResolutionPublicised():
            return {"state": "publicised", "publicised_until": event.until}
        case events.ResolutionIdle():
            return {"idle": True}
        case events.ResolutionExecuted():
            return {"state": "executed", "executed_at": at}
        case events.EvaluationScheduled():
            due = event.due_at.isoformat()
            others = [one for one in row.evaluations if one["n"] != event.n]
            made = [*others, Evaluation(n=event.n, due_at=due, missed=False)]
            return {"evaluations": tuple(sorted(made, key=lambda one: one["n"]))}
        case events.EvaluationMissed():
            missed = [_missed(one, event.n) for one in row.evaluations]
            return {"evaluations": tuple(missed)}
        case events.ResolutionEvaluated():
            left = tuple(one for one in row.evaluations if one["n"] not in event.scheduled)
            said = {"verdict": event.verdict, "evaluated_at": at, "evaluations": left}
            return {"state": _AFTER.get(event.verdict, event.verdict), **said}
        case events.ResolutionOverturned():
            return {"evaluations": (), "follow_up_topic_id": event.follow_up_topic_id}
        case events.OfAction():
            return _acted(row, event)
        case _:
            return {}


def _missed(one: Evaluation, n: int) -> Evaluation:
    return Evaluation(**{**one, "missed": one["missed"] or one["n"] == n})


def _acted(row: Resolution, event: events.OfAction) -> dict[str, Any]:
    if isinstance(event, events.ActionAssigned):
        made = Action(
            action_id=event.action_id, owner_id=event.owner_id, owner_role=event.owner_role,
            state="assigned", due_at=event.due_at.isoformat(), overdue=False,
        )  # fmt: skip
        return {"actions": (*row.actions, made), "idle": False}
    same = [_went_on(a, event) if a["action_id"] == event.action_id else a for a in row.actions]
    started = isinstance(event, events.ActionStarted)
    return {"actions": tuple(same), **({"state": "in_execution"} if started else {})}


def _went_on(action: Action, event: events.OfAction) -> Action:
    match event:
        case events.ActionStarted():
            return Action(**{**action, "state": "started"})
        case events.ActionOverdue():
            return Action(**{**action, "overdue": True})
        case events.ActionCompleted():
            return Action(**{**action, "state": "done"})
        case events.ActionVerified():
            return Action(**{**action, "state": "verified"})
        case _:
            return action


follow(RESOLUTIONS, events.OF_RESOLUTIONS, _changes)

router = queries("/resolutions", "resolutions")


class Wanted(Asked):
    """`open` is adopted, and not yet found effective or overturned."""

    state: State | None = None


@router.get("")
async def resolutions(wanted: Annotated[Wanted, Query()], read: Read) -> Page[Resolution]:
    """The newest first."""
    found, following = await LISTING.page(read, {"state": wanted.state}, wanted)
    assert RESOLUTIONS.rows
    rows = (RESOLUTIONS.rows.parse(record) for record in found)
    return Page(items=[_shown(row, read) for row in rows], next=following)


@router.get("/{resolution_id}", response_model=Resolution, responses=UNCHANGED)
async def resolution(
    resolution_id: UUID, read: Read, to: Response, if_none_match: ETag = None
) -> Any:
    """How it stands; its ETag is what a command's If-Match takes."""
    assert RESOLUTIONS.rows
    found: Resolution = RESOLUTIONS.rows.parse(await LISTING.one(read, resolution_id))
    return told(_shown(found, read), found.version, if_none_match, to)


def _shown(row: Resolution, read: Reading) -> Resolution:
    if row.estate in read.sight.whole:
        return row
    person = read.caller.person
    actions = tuple(one if one["owner_id"] == person else _unnamed(one) for one in row.actions)
    chair = row.chair_id if row.chair_id == person else None
    return replace(row, chair_id=chair, actions=actions, case_ids=())


def _unnamed(action: Action) -> Action:
    return Action(**{**action, "owner_id": None})
