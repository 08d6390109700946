"""What can happen to a visit 探访. How an elder is doing is personal."""

from typing import Annotated, Literal
from uuid import UUID

from linli_sealed.fields import OfCare, OfWords
from linli_shared.messages import Event, Value
from pydantic import AwareDatetime, BaseModel

from linli_volunteers.visits.terms import Need, Proof, Tier


class Checked(Value):
    item: str
    well: bool


class OfVisit(BaseModel):
    """What every event of a visit says of it, so that no reader has to look elsewhere."""

    visit_id: UUID
    elder_id: str
    tier: Tier
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    by_id: str
    """Whoever did it."""


class VisitScheduled(OfVisit, Event, kind="linli.volunteers.VisitScheduled.v1"):
    """计划."""

    recurrence_id: str
    declined_visitor_ids: tuple[str, ...]
    travel_buffer_min: int
    policy_version: str


class VisitorAssigned(OfVisit, Event, kind="linli.volunteers.VisitorAssigned.v1"):
    """指派: without arrival by `arrive_by` the visit is missed."""

    visitor_id: str
    previous_id: str | None = None
    arrive_by: AwareDatetime


class VisitorArrived(OfVisit, Event, kind="linli.volunteers.VisitorArrived.v1"):
    """到达."""

    visitor_id: str
    proof: Proof


class Found(Value):
    """How the elder is. `wellbeing`: 1 (worst) to 5."""

    wellbeing: int
    checklist: tuple[Checked, ...]
    needs: tuple[Need, ...]


class VisitCompleted(OfVisit, Event, kind="linli.volunteers.VisitCompleted.v2"):
    """完成: the elder was met."""

    visitor_id: str
    contact_made: Literal[True] = True
    found: Annotated[Found | str, OfCare("elder_id")]


class VisitCompletedV1(OfVisit, Event, kind="linli.volunteers.VisitCompleted.v1"):
    """From before what was found was sealed."""

    visitor_id: str
    contact_made: Literal[True] = True
    wellbeing: int
    checklist: tuple[Checked, ...]
    needs: tuple[Need, ...]

    def upcast(self) -> VisitCompleted:
        found = Found(wellbeing=self.wellbeing, checklist=self.checklist, needs=self.needs)
        same = self.model_dump(exclude={"wellbeing", "checklist", "needs"})
        return VisitCompleted(**same, found=found)


class VisitNoAnswer(OfVisit, Event, kind="linli.volunteers.VisitNoAnswer.v1"):
    """无人应答: the visitor was at the door, and the elder did not answer."""

    visitor_id: str


class VisitDeclined(OfVisit, Event, kind="linli.volunteers.VisitDeclined.v1"):
    """谢绝."""

    visitor_id: str | None = None
    reason: Annotated[str, OfWords("elder_id")] | None = None


class VisitMissed(OfVisit, Event, kind="linli.volunteers.VisitMissed.v1"):
    """未探访: nobody had arrived by `due`."""

    visitor_id: str
    due: AwareDatetime


VisitEvent = (
    VisitScheduled
    | VisitorAssigned
    | VisitorArrived
    | VisitCompleted
    | VisitNoAnswer
    | VisitDeclined
    | VisitMissed
)
