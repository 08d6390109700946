"""定期评事: the three parties say whether what was done has helped."""

from collections.abc import Sequence
from uuid import uuid5

from linli_language.roles import Role
from linli_shared.decider import Rejected

from linli_meetings.resolutions.commands import FindMissed, RecordEvaluation, ScheduleEvaluation
from linli_meetings.resolutions.events import (
    EvaluationMissed,
    EvaluationScheduled,
    ResolutionEvaluated,
    ResolutionEvent,
    ResolutionOverturned,
    Scores,
)
from linli_meetings.resolutions.facts import facts_of
from linli_meetings.resolutions.state import Resolution
from linli_meetings.resolutions.terms import NOT_EXECUTED, Verdict


def not_too_early(
    command: RecordEvaluation | ScheduleEvaluation, resolution: Resolution | None
) -> None:
    if resolution and resolution.status in NOT_EXECUTED:
        raise Rejected("EVALUATION_TOO_EARLY")


def schedule(command: ScheduleEvaluation, resolution: Resolution) -> Sequence[ResolutionEvent]:
    if command.n is not None and command.n not in resolution.evaluations:
        raise Rejected("NOT_FOUND")
    return [
        EvaluationScheduled(
            **facts_of(command, resolution),
            n=command.n or resolution.scheduled + 1,
            due_at=command.due_at,
            missed_at=command.due_at + command._policy.evaluate_within,
        )
    ]


def find_missed(command: FindMissed, resolution: Resolution) -> Sequence[ResolutionEvent]:
    planned = resolution.evaluations.get(command.n)
    if planned is None or planned.missed_at != command.due:
        return []
    return [
        EvaluationMissed(
            **facts_of(command, resolution),
            n=command.n,
            due_at=planned.due_at,
            to_role=Role.ESTATE_MANAGER,
        )
    ]


def evaluate(command: RecordEvaluation, resolution: Resolution) -> Sequence[ResolutionEvent]:
    scores = command.scores.model_dump()
    if missing := [party for party, score in scores.items() if score is None]:
        raise Rejected("EVALUATION_INCOMPLETE", missing=missing)
    if command.chair_id in resolution.doers:
        raise Rejected("EVALUATOR_IS_EXECUTOR")
    of, until = facts_of(command, resolution), command.now + command._policy.evaluate_within
    these = tuple(n for n, e in sorted(resolution.evaluations.items()) if e.due_at <= until)
    evaluated = ResolutionEvaluated(
        **of,
        verdict=command.verdict,
        scores=Scores(**scores),
        reason=command.reason,
        chair_id=command.chair_id,
        scheduled=these,
        evidence_ids=resolution.evidence_ids,
    )
    return [evaluated, *_what_follows(command, resolution, these)]


def _what_follows(
    command: RecordEvaluation, resolution: Resolution, these: tuple[int, ...]
) -> Sequence[ResolutionEvent]:
    of, policy = facts_of(command, resolution), command._policy
    if command.verdict is Verdict.OVERTURN:
        return [
            ResolutionOverturned(
                **of,
                reason=command.reason,
                title=resolution.title,
                follow_up_topic_id=uuid5(command.key, "follow-up"),
            )
        ]
    if command.verdict is Verdict.EXTEND and not set(resolution.evaluations) - set(these):
        due = command.now + policy.evaluate_after[0]
        missed = due + policy.evaluate_within
        return [EvaluationScheduled(**of, n=resolution.scheduled + 1, due_at=due, missed_at=missed)]
    return []
