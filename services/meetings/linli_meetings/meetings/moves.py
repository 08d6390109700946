"""Which command may meet which state of a meeting 会议, or of one of its votes."""

from typing import Final

from linli_shared.lifecycle import Moves

from linli_meetings.meetings.commands import (
    AdjournForQuorum,
    AskForMinutes,
    CancelMeeting,
    CastBallot,
    CloseMeeting,
    CloseVote,
    IssueNotice,
    OpenMeeting,
    OpenVote,
    PlanMeeting,
    PublishMinutes,
    RecordAttendance,
)
from linli_meetings.meetings.terms import Status, VoteStatus

MOVES: Final[Moves] = {
    PlanMeeting: ({None}, Status.PLANNED),
    IssueNotice: ({Status.PLANNED, Status.ADJOURNED}, Status.NOTICED),
    RecordAttendance: ({Status.NOTICED, Status.OPENED}, None),
    OpenMeeting: ({Status.NOTICED}, Status.OPENED),
    AdjournForQuorum: ({Status.NOTICED, Status.OPENED}, Status.ADJOURNED),
    OpenVote: ({Status.OPENED}, None),
    # Of a vote that is not open it is said so, whatever the meeting is in.
    CastBallot: (frozenset(Status), None),
    CloseVote: (frozenset(Status), None),
    CloseMeeting: ({Status.OPENED}, Status.CLOSED),
    PublishMinutes: ({Status.CLOSED}, Status.MINUTES_PUBLISHED),
    AskForMinutes: (frozenset(Status), None),  # a timer may come late
    CancelMeeting: ({Status.PLANNED, Status.NOTICED, Status.ADJOURNED}, Status.CANCELLED),
}
VOTE_MOVES: Final[Moves] = {
    OpenVote: ({VoteStatus.NONE, VoteStatus.VOID}, VoteStatus.OPEN),
    CloseVote: ({VoteStatus.OPEN}, VoteStatus.CLOSED),
}
