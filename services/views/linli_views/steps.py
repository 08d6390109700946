"""Which facts are steps of a chain 议→办→评: in which phase, who answers for it, until when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from linli_views import events as cases
from linli_views import meeting_events as meetings
from linli_views import resolution_events as resolutions
from linli_views.facts import Read

REPORT, DELIBERATE, ACT, EVALUATE = "report", "deliberate", "act", "evaluate"


@dataclass(frozen=True, slots=True)
class Step:
    """`role` is the one that answers for it, or `@` and the field that says so; `person` and `due`
    are fields."""

    phase: str
    role: str
    person: str = "by_id"
    due: str | None = None

    def of(self, event: Read) -> tuple[str, str | None, datetime | None]:
        """Who answers for it, by role and id, and the date that it sets."""
        role = getattr(event, self.role[1:]) if self.role.startswith("@") else self.role
        due = getattr(event, self.due) if self.due else None
        return role, getattr(event, self.person), due


STEPS: Final[Mapping[type[Read], Step]] = {
    cases.CaseOpened: Step(REPORT, "resident", "reporter_id"),
    cases.CaseAcknowledged: Step(REPORT, "operator"),
    cases.CaseRejected: Step(REPORT, "operator"),
    cases.CaseMerged: Step(REPORT, "operator"),
    cases.CaseWithdrawn: Step(REPORT, "resident"),
    cases.CaseAssigned: Step(REPORT, "assignee", "assignee_id"),
    cases.WorkStarted: Step(REPORT, "assignee"),
    cases.CaseReferredToDeliberation: Step(REPORT, "assignee"),
    cases.CaseLinkedToTopic: Step(DELIBERATE, "convener"),
    cases.DeliberationEnded: Step(ACT, "convener"),
    cases.CaseResumed: Step(ACT, "assignee"),
    cases.CaseTransferred: Step(ACT, "assignee"),
    cases.CaseResolved: Step(ACT, "assignee"),
    cases.CaseReopened: Step(ACT, "assignee"),
    cases.CaseClosed: Step(EVALUATE, "resident"),
    cases.CaseRated: Step(EVALUATE, "resident"),
    meetings.TopicProposed: Step(DELIBERATE, "proposer"),
    meetings.TopicScreened: Step(DELIBERATE, "community_officer"),
    meetings.TopicScheduled: Step(DELIBERATE, "convener"),
    meetings.TopicDeferred: Step(DELIBERATE, "convener"),
    meetings.TopicWithdrawn: Step(DELIBERATE, "proposer"),
    meetings.MeetingNoticed: Step(DELIBERATE, "convener", due="starts_at"),
    meetings.MeetingAdjournedForQuorum: Step(DELIBERATE, "chair"),
    meetings.VoteOpened: Step(DELIBERATE, "chair"),
    meetings.VoteClosed: Step(DELIBERATE, "chair", "chair_id"),
    meetings.VoteVoid: Step(DELIBERATE, "chair"),
    resolutions.ResolutionAdopted: Step(DELIBERATE, "chair", "chair_id"),
    resolutions.ResolutionRejected: Step(DELIBERATE, "chair", "chair_id"),
    resolutions.ResolutionPublicised: Step(ACT, "convener", due="until"),
    resolutions.ResolutionIdle: Step(ACT, "convener"),
    resolutions.ActionAssigned: Step(ACT, "@owner_role", "owner_id", due="due_at"),
    resolutions.ActionStarted: Step(ACT, "@owner_role", "owner_id"),
    resolutions.ActionOverdue: Step(ACT, "@owner_role", "owner_id"),
    resolutions.ActionCompleted: Step(ACT, "@owner_role", "owner_id"),
    resolutions.ActionVerified: Step(ACT, "verifier"),
    resolutions.ResolutionExecuted: Step(ACT, "verifier"),
    resolutions.EvaluationScheduled: Step(EVALUATE, "convener", due="due_at"),
    resolutions.EvaluationMissed: Step(EVALUATE, "@to_role"),
    resolutions.ResolutionEvaluated: Step(EVALUATE, "chair", "chair_id"),
    resolutions.ResolutionOverturned: Step(EVALUATE, "convener"),
}
