"""Scenario A4 as facts: a case of Li and two others go through deliberation to an evaluation."""

from datetime import datetime, timedelta
from typing import Any, Final

from services.views.tests.a_log import Log, uid

CASES: Final = ("li's", "zhou's", "sun's")
LINKED: Final = {"case_ids": [str(uid(case)) for case in CASES]}
TOPIC, MEETING, RESOLUTION = "topic", "meeting", "resolution"
CHAIN: Final = uid(TOPIC)


def opened(log: Log) -> None:
    for case in CASES:
        who = case.removesuffix("'s")
        log.case(case, "CaseOpened", reporter_id=who, by_id=who)
        log.case(case, "CaseAcknowledged", reporter_id=who)
        log.case(case, "CaseAssigned", reporter_id=who, assignee_id="wang")
        log.case(case, "WorkStarted", reporter_id=who, by_id="wang")


def of_case(log: Log, case: str, name: str, **data: Any) -> None:
    who = case.removesuffix("'s")
    log.case(case, name, reporter_id=who, chain_id=CHAIN, topic_id=uid(TOPIC), **data)


def referred(log: Log) -> None:
    """The first case is referred, the others are linked."""
    opened(log)
    of_case(log, CASES[0], "CaseReferredToDeliberation", by_id="wang")
    log.topic(TOPIC, "TopicProposed", by_id="system:topics", **LINKED)
    for case in CASES:
        log.topic(TOPIC, "CaseLinkedToTopic", case_id=uid(case), **LINKED)
        of_case(log, case, "CaseLinkedToTopic", by_id="system:resolutions")
    log.topic(TOPIC, "TopicScreened", by_id="shequ", **LINKED)


def voted(log: Log, *, starts_at: datetime | None = None) -> None:
    referred(log)
    agenda = {"agenda": [uid(TOPIC)]}
    when = {"starts_at": starts_at or log.now + timedelta(days=4)}
    log.meeting(MEETING, "MeetingPlanned", **agenda, **when)
    log.topic(TOPIC, "TopicScheduled", meeting_id=uid(MEETING), **LINKED)
    log.meeting(MEETING, "MeetingNoticed", topic_ids=[uid(TOPIC)], **when)
    for person in ("o1", "o2"):
        log.meeting(MEETING, "AttendanceRecorded", person_id=person)
    log.meeting(MEETING, "MeetingOpened")
    of_vote: dict[str, Any] = {"topic_id": uid(TOPIC), "chain_id": CHAIN}
    log.meeting(MEETING, "VoteOpened", **of_vote)
    log.topic(TOPIC, "TopicDeliberated", meeting_id=uid(MEETING), **LINKED)
    log.meeting(MEETING, "BallotCast", by_id="o1", voter_id="o1", n=1, **of_vote)
    log.meeting(MEETING, "BallotCast", by_id="o2", voter_id="o2", n=2, **of_vote)
    log.meeting(MEETING, "VoteClosed", resolution_id=uid(RESOLUTION), **of_vote)
    log.topic(TOPIC, "TopicVoted", meeting_id=uid(MEETING), **LINKED)
    log.meeting(MEETING, "MeetingClosed")


def adopted(log: Log) -> None:
    voted(log)
    of: dict[str, Any] = {"topic": TOPIC, **LINKED}
    log.resolution(RESOLUTION, "ResolutionAdopted", meeting_id=uid(MEETING), **of)
    log.topic(TOPIC, "TopicAdopted", resolution_id=uid(RESOLUTION), **LINKED)
    log.resolution(RESOLUTION, "ResolutionPublicised", **of)
    log.meeting(MEETING, "MinutesPublished")


def executed(log: Log) -> None:
    adopted(log)
    of: dict[str, Any] = {"topic": TOPIC, **LINKED}
    for n, owner in ((1, "he"), (2, "xie")):
        who = {"action_id": n, "owner_id": owner, "owner_role": "steward"}
        log.resolution(RESOLUTION, "ActionAssigned", **of, **who)
        log.resolution(RESOLUTION, "ActionStarted", by_id=owner, **of, **who)
        log.resolution(RESOLUTION, "ActionCompleted", by_id=owner, **of, **who)
        log.resolution(RESOLUTION, "ActionVerified", by_id="shequ", **of, **who)
    log.resolution(RESOLUTION, "ResolutionExecuted", by_id="shequ", **of)
    for n in (1, 2):
        log.resolution(RESOLUTION, "EvaluationScheduled", n=n, **of)
    for case in CASES:
        ended = {"cause": "topic_executed", "by_id": "system:resolutions"}
        of_case(log, case, "DeliberationEnded", **ended)
    of_case(log, CASES[0], "CaseResumed", **ended)


def effective() -> Log:
    log = Log()
    executed(log)
    log.resolution(RESOLUTION, "ResolutionEvaluated", topic=TOPIC, scheduled=[1], **LINKED)
    for case in CASES:
        of_case(log, case, "CaseResolved", by_id="system:resolutions")
    of_case(log, CASES[0], "CaseClosed", confirmed_by="reporter", by_id="li")
    return log


def overturned() -> Log:
    log = Log()
    executed(log)
    of: dict[str, Any] = {"topic": TOPIC, **LINKED}
    upset = {"verdict": "overturn", "scheduled": [1]}
    log.resolution(RESOLUTION, "ResolutionEvaluated", **upset, **of)
    log.resolution(RESOLUTION, "ResolutionOverturned", follow_up_topic_id=uid("again"), **of)
    for case in CASES:
        of_case(log, case, "CaseReopened", cause="resolution_overturned", n=1)
    again = {"chain_id": CHAIN, "follow_up_of": uid(RESOLUTION), "case_ids": []}
    log.topic("again", "TopicProposed", by_id="system:topics", origin="follow_up", **again)
    return log
