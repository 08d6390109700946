"""Which event tells whom, by which template: one line an event.

Where a person is meant twice, the first line that names them counts: one message per event and
person. Nobody is told of what they did themselves, but for receipts. An event that tells nobody is
here because it says who is told later.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from linli_notifications import estate_events as estates
from linli_notifications import events
from linli_notifications import meeting_events as meetings
from linli_notifications import volunteer_events as volunteers
from linli_notifications.events import Read
from linli_notifications.threads import Follower, Thread, as_followers, is_linli

Recipients: TypeAlias = Callable[[Thread, Thread, Read], Sequence[Follower]]
"""Of the thread before and after the event."""


@dataclass(frozen=True, slots=True)
class Notice:
    """`to` whom, what; `receipt`: also to whoever did it. `params` are fields of the event."""

    template: str
    to: Recipients
    receipt: bool = False
    params: tuple[str, ...] = ()


def followers(before: Thread, after: Thread, event: Read) -> Sequence[Follower]:
    """The reporter and those of merged children, the parties, the invited, who brought it up."""
    return after.followers


def in_charge(before: Thread, after: Thread, event: Read) -> Sequence[Follower]:
    """The assignee, the mediator, who planned it, the chair."""
    return _those([after.in_charge_id], after)


def relieved(before: Thread, after: Thread, event: Read) -> Sequence[Follower]:
    """Whoever was in charge until now."""
    return _those([before.in_charge_id] if before.in_charge_id != after.in_charge_id else [], after)


def named(*fields: str) -> Recipients:
    """Whom these fields of the event name: a person, or several."""

    def those(before: Thread, after: Thread, event: Read) -> Sequence[Follower]:
        said = [getattr(event, field) for field in fields]
        each = [one if isinstance(one, tuple) else (one,) for one in said]
        return _those([person for people in each for person in people], after)

    return those


def the_first_time(before: Thread, after: Thread, event: Read) -> Sequence[Follower]:
    """Who is invited, to the first date."""
    assert isinstance(event, meetings.MeetingNoticed)
    return after.followers if event.n == 1 else []


def voters(before: Thread, after: Thread, event: Read) -> Sequence[Follower]:
    """Who is invited and may vote."""
    assert isinstance(event, meetings.VoteOpened)
    return [one for one in after.followers if one["person_id"] not in event.recused_ids]


def _those(people: Sequence[str | None], thread: Thread) -> Sequence[Follower]:
    return as_followers([person for person in people if person], thread.thread_id)


_SHIFT: Final = ("starts_at", "post")
NOTICES: Final[Mapping[type[Read], Sequence[Notice]]] = {
    events.CaseOpened: [Notice("case_received", followers, receipt=True)],
    events.CaseAcknowledged: [Notice("case_acknowledged", followers)],
    events.CaseRejected: [Notice("case_rejected", followers, params=("reason",))],
    events.CaseMerged: [Notice("case_merged", followers)],
    events.CaseAssigned: [
        Notice("case_given_to_you", in_charge),
        Notice("case_taken_from_you", relieved),
        Notice("case_assigned", followers),
    ],
    events.ReporterAnswered: [Notice("case_answered", followers)],
    events.SlaWarningIssued: [Notice("case_nearly_late", in_charge, params=("clock", "due"))],
    events.SlaBreached: [Notice("case_late", in_charge, params=("clock",))],
    events.CaseEscalated: [
        Notice("case_escalated_to_you", named("holder_ids"), params=("level", "cause"))
    ],
    events.ReporterNoted: [Notice("case_noted_by_reporter", in_charge)],
    events.MilestoneMissed: [Notice("milestone_missed", in_charge, params=("due_at",))],
    events.ReviewMissed: [Notice("review_missed", in_charge, params=("due",))],
    events.RatingAnswered: [Notice("rating_answered", followers)],
    events.ReturnVisitDue: [Notice("return_visit_for_you", in_charge, params=("due",))],
    events.CaseResolved: [Notice("case_resolved", followers)],
    events.CaseClosed: [
        Notice("case_closed", followers, params=("confirmed_by",)),
        Notice("case_you_handled_closed", in_charge, params=("confirmed_by",)),
    ],
    events.CaseReopened: [
        Notice("case_back_to_you", in_charge, params=("n",)),
        Notice("case_reopened", followers, params=("n",)),
    ],
    events.CaseWithdrawn: [
        Notice("case_you_handle_withdrawn", in_charge),
        Notice("case_withdrawn", followers),
    ],
    events.DisputeFiled: [Notice("dispute_filed", followers, receipt=True)],
    events.DisputeAccepted: [Notice("dispute_accepted", followers)],
    events.MediationDeclined: [Notice("dispute_declined", followers)],
    events.MediatorAssigned: [
        Notice("dispute_given_to_you", in_charge),
        Notice("mediator_assigned", followers),
    ],
    events.MediatorRecused: [
        Notice("mediator_wanted", named("coordinator_id")),
        Notice("you_are_recused", relieved),
        Notice("mediator_recused", followers),
    ],
    events.DisputeMediated: [Notice("dispute_mediated", followers)],
    events.AgreementPerformed: [Notice("agreement_performed", followers)],
    events.AgreementBreached: [
        Notice("agreement_breached_visit", in_charge),
        Notice("agreement_breached", followers),
    ],
    events.ContactOverdue: [Notice("dispute_answer_wanted", followers)],
    events.MediationOverdue: [
        Notice("mediation_overdue_for_you", in_charge),
        Notice("mediation_overdue", followers),
    ],
    events.MediationDeadlineExtended: [
        Notice("mediation_extended", followers, params=("mediate_by",))
    ],
    events.JudicialConfirmationDue: [
        Notice("judicial_confirmation_due", followers, params=("confirm_by",))
    ],
    events.DisputeWithdrawn: [
        Notice("dispute_you_mediate_withdrawn", in_charge),
        Notice("dispute_withdrawn", followers),
    ],
    volunteers.ShiftPlanned: [],
    volunteers.ShiftCancelled: [
        Notice("shift_cancelled", named("expected", "waiting"), params=_SHIFT)
    ],
    volunteers.ShiftUnderstaffed: [
        Notice("shift_understaffed", in_charge, params=(*_SHIFT, "present", "min_n"))
    ],
    volunteers.SignupConfirmed: [
        Notice("shift_confirmed", named("person_id"), receipt=True, params=_SHIFT)
    ],
    volunteers.SignupWaitlisted: [
        Notice("shift_waitlisted", named("person_id"), receipt=True, params=(*_SHIFT, "position"))
    ],
    volunteers.WaitlistPromoted: [
        Notice("shift_promoted", named("person_id"), receipt=True, params=_SHIFT)
    ],
    volunteers.VisitScheduled: [],
    volunteers.VisitorAssigned: [
        Notice("visit_given_to_you", named("visitor_id"), params=("starts_at",)),
        Notice("visit_taken_from_you", named("previous_id"), params=("starts_at",)),
    ],
    volunteers.VisitNoAnswer: [Notice("visit_no_answer", in_charge, params=("starts_at",))],
    volunteers.VisitDeclined: [
        Notice("visit_declined", named("visitor_id"), params=("starts_at",))
    ],
    volunteers.VisitMissed: [Notice("visit_missed", in_charge, params=("starts_at",))],
    meetings.TopicProposed: [],
    meetings.MeetingPlanned: [],
    meetings.MeetingNoticed: [
        Notice("meeting_noticed", the_first_time, params=("starts_at",)),
        Notice("meeting_new_date", followers, params=("starts_at",)),
    ],
    meetings.MeetingCancelled: [Notice("meeting_cancelled", followers)],
    meetings.VoteOpened: [Notice("vote_opened", voters, params=("title",))],
    meetings.MinutesPublished: [Notice("minutes_published", followers)],
    meetings.MinutesOverdue: [Notice("minutes_overdue", in_charge)],
    meetings.ResolutionAdopted: [Notice("resolution_adopted", followers, params=("title",))],
    meetings.ResolutionRejected: [Notice("resolution_rejected", followers, params=("title",))],
    meetings.ResolutionPublicised: [Notice("resolution_publicised", followers, params=("until",))],
    meetings.ResolutionOverturned: [Notice("resolution_overturned", followers, params=("title",))],
    meetings.ActionAssigned: [Notice("action_given_to_you", named("owner_id"), params=("due_at",))],
    meetings.ActionOverdue: [
        Notice("action_overdue", named("owner_id"), params=("due_at",)),
        Notice("action_of_others_overdue", in_charge, params=("due_at",)),
    ],
    meetings.EvaluationScheduled: [Notice("evaluation_due", in_charge, params=("due_at", "n"))],
    meetings.EvaluationMissed: [Notice("evaluation_missed", in_charge, params=("n",))],
    estates.NormCheckOverdue: [
        Notice("norm_check_overdue", named("responsible_id"), params=("norm", "period"))
    ],
}


def addressed(before: Thread, after: Thread, event: Read) -> Iterator[tuple[Notice, Follower]]:
    """What to tell whom: each person once, and no part of Linli."""
    told: set[str] = set()
    for notice in NOTICES[type(event)]:
        for follower in notice.to(before, after, event):
            person = follower["person_id"]
            theirs = notice.receipt or person != event.by_id
            if theirs and person not in told and not is_linli(person):
                told.add(person)
                yield notice, follower
