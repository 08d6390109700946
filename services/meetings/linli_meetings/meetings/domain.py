"""Meetings 会议: planned, noticed, opened with a quorum, voted in, closed, minuted."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, assert_never

from linli_shared import lifecycle
from linli_shared.decider import Decider, Rejected

from linli_meetings.meetings.commands import (
    AdjournForQuorum,
    AskForMinutes,
    CancelMeeting,
    CastBallot,
    CloseMeeting,
    CloseVote,
    IssueNotice,
    MeetingCommand,
    OpenMeeting,
    OpenVote,
    PlanMeeting,
    PublishMinutes,
    RecordAttendance,
)
from linli_meetings.meetings.events import (
    AttendanceRecorded,
    Invitee,
    MeetingAdjournedForQuorum,
    MeetingCancelled,
    MeetingClosed,
    MeetingEvent,
    MeetingNoticed,
    MeetingOpened,
    MeetingPlanned,
    MinutesOverdue,
    MinutesPublished,
    VoteVoid,
)
from linli_meetings.meetings.moves import MOVES
from linli_meetings.meetings.quorum import counted, lacking
from linli_meetings.meetings.reminders import fired, remind
from linli_meetings.meetings.speaking import (
    by_chair,
    by_chair_or_clerk,
    facts_of,
    facts_of_vote,
)
from linli_meetings.meetings.state import Meeting, Stay, evolve
from linli_meetings.meetings.terms import Kind, Status, VoteStatus
from linli_meetings.meetings.voting import cast, close_vote, open_vote
from linli_meetings.topics import moves as topics
from linli_meetings.topics.commands import ScheduleTopic

_UNDECIDED: Final = (VoteStatus.NONE, VoteStatus.OPEN, VoteStatus.VOID)


def decide(command: MeetingCommand, meeting: Meeting | None) -> Sequence[MeetingEvent]:
    lifecycle.check(MOVES, command, meeting.status if meeting else None)
    if isinstance(command, PlanMeeting):
        return plan(command)
    assert meeting is not None, "every other command needs a state"
    match command:
        case IssueNotice():
            return [notice(command, meeting)]
        case RecordAttendance():
            return record_attendance(command, meeting)
        case OpenMeeting():
            return open_(command, meeting)
        case AdjournForQuorum():
            return adjourn(command, meeting)
        case OpenVote():
            return open_vote(command, meeting)
        case CastBallot():
            return cast(command, meeting)
        case CloseVote():
            return close_vote(command, meeting)
        case CloseMeeting():
            return close(command, meeting)
        case PublishMinutes():
            ref = command.minutes_ref
            return [MinutesPublished(**facts_of(command, meeting.kind), minutes_ref=ref)]
        case AskForMinutes():
            return ask_for_minutes(command, meeting)
        case CancelMeeting():
            return cancel(command, meeting)
        case _:
            assert_never(command)


def plan(command: PlanMeeting) -> Sequence[MeetingEvent]:
    agenda = tuple(dict.fromkeys(command.agenda))
    for topic in map(command._topics.get, agenda):
        ready = ScheduleTopic(meeting_id=command.key)
        lifecycle.check(topics.MOVES, ready, topic.status if topic else None)
    parties = {one.person_id: one.party for one in command.invited}
    return [
        MeetingPlanned(
            **facts_of(command, command.kind),
            starts_at=command.starts_at,
            hall_id=command.hall_id,
            chair_id=command.chair_id or command.actor.id,
            invited=tuple(Invitee(person_id=who, party=of) for who, of in parties.items()),
            agenda=agenda,
        )
    ]


def notice(command: IssueNotice | AdjournForQuorum, meeting: Meeting) -> MeetingNoticed:
    """Long enough before it starts: those invited can come, and know what it is about."""
    starts_at = command.starts_at or meeting.starts_at
    required = command._policy.notice.get(meeting.kind, timedelta())
    given = starts_at - command.now
    if given < required:
        raise Rejected("NOTICE_TOO_SHORT", required_h=_hours(required), given_h=_hours(given))
    return MeetingNoticed(
        **facts_of(command, meeting.kind),
        n=meeting.notices + 1,
        starts_at=starts_at,
        hall_id=command.hall_id or meeting.hall_id,
        invited_ids=tuple(meeting.invited),
        topic_ids=meeting.topics(*_UNDECIDED),
        policy_version=command._policy.version,
    )


def _hours(duration: timedelta) -> int:
    """Whole ones, none of a time that is over."""
    return max(0, duration // timedelta(hours=1))


def record_attendance(command: RecordAttendance, meeting: Meeting) -> Sequence[MeetingEvent]:
    return [
        AttendanceRecorded(
            **facts_of(command, meeting.kind),
            person_id=given.person_id,
            party=meeting.invited.get(given.person_id),
            present_from=given.present_from
            or _since(meeting.stays.get(given.person_id), given.present_to, command.at),
            present_to=given.present_to,
        )
        for given in command.present
    ]


def _since(known: Stay | None, until: datetime | None, now: datetime) -> datetime:
    """Who leaves, or is seen again without having left, has been there since it is known."""
    return known.since if known and (known.until is None or until) else now


def open_(command: OpenMeeting, meeting: Meeting) -> Sequence[MeetingEvent]:
    by_chair_or_clerk(command, meeting)
    policy = command._policy
    quorum = counted(meeting, command.at, policy)
    if lack := lacking(meeting, quorum, policy):
        if meeting.kind is Kind.TRIPARTITE:
            raise Rejected("PARTY_ABSENT", party=lack["missing"][0])
        raise Rejected("QUORUM_NOT_MET", **lack)
    of = facts_of(command, meeting.kind)
    return [MeetingOpened(**of, quorum=quorum, policy_version=policy.version)]


def adjourn(command: AdjournForQuorum, meeting: Meeting) -> Sequence[MeetingEvent]:
    """What is being voted on has no result and comes again. A chair whose meeting has its quorum
    cannot end a vote so."""
    by_chair(command, meeting)
    policy, of = command._policy, facts_of(command, meeting.kind)
    quorum = counted(meeting, command.at, policy)
    if not lacking(meeting, quorum, policy):
        raise _stays(meeting, Status.ADJOURNED)
    void = [
        VoteVoid(
            **facts_of_vote(command, meeting, topic, meeting.votes[topic].chain_id),
            reason="QUORUM_LOST",
        )
        for topic in meeting.topics(VoteStatus.OPEN)
    ]
    left = meeting.topics(*_UNDECIDED)
    adjourned = MeetingAdjournedForQuorum(**of, quorum=quorum, topic_ids=left)
    new_date = [notice(command, meeting)] if command.starts_at else []
    return [*void, adjourned, *new_date]


def close(command: CloseMeeting, meeting: Meeting) -> Sequence[MeetingEvent]:
    by_chair_or_clerk(command, meeting)
    if meeting.topics(VoteStatus.OPEN):
        raise _stays(meeting, Status.CLOSED)
    due = tuple(command.now + after for after in command._policy.minutes_after)
    of, left = facts_of(command, meeting.kind), meeting.topics(*_UNDECIDED)
    return [MeetingClosed(**of, topic_ids=left, minutes_due=due)]


def _stays(meeting: Meeting, to: Status) -> Rejected:
    """What the table of moves allows, and a vote or a quorum does not."""
    found = {"from": meeting.status, "to": to, "allowed": []}
    return Rejected("INVALID_TRANSITION", **found)


def ask_for_minutes(command: AskForMinutes, meeting: Meeting) -> Sequence[MeetingEvent]:
    if meeting.minutes_due.get(command.n) != command.due:
        return []
    of = facts_of(command, meeting.kind)
    return [MinutesOverdue(**of, n=command.n, due_at=command.due, chair_id=meeting.chair_id)]


def cancel(command: CancelMeeting, meeting: Meeting) -> Sequence[MeetingEvent]:
    return [
        MeetingCancelled(
            **facts_of(command, meeting.kind),
            reason=command.reason,
            topic_ids=meeting.topics(*_UNDECIDED),
            invited_ids=tuple(meeting.invited) if meeting.notices else (),
        )
    ]


MEETINGS: Final = Decider("meeting", None, decide, evolve, remind=remind, fired=fired)
