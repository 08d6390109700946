"""HTTP for meetings 会议: parse, hand over, answer. No rule lives here."""

from uuid import UUID

from linli_service.http import Call, Done, commands

from linli_meetings.meetings.commands import (
    AdjournForQuorum,
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
from linli_meetings.meetings.domain import MEETINGS
from linli_meetings.meetings.lookups import with_agenda, with_topic

router = commands("/meetings", "meetings")


@router.post("", status_code=201)
async def plan(command: PlanMeeting, call: Call) -> Done:
    return Done.of(await call.create(MEETINGS, command, command.estate_id, with_agenda))


@router.post("/{meeting_id}/issue-notice")
async def issue_notice(meeting_id: UUID, command: IssueNotice, call: Call) -> Done:
    return Done.of(await call.act(MEETINGS, meeting_id, command))


@router.post("/{meeting_id}/record-attendance")
async def record_attendance(meeting_id: UUID, command: RecordAttendance, call: Call) -> Done:
    return Done.of(await call.act(MEETINGS, meeting_id, command))


@router.post("/{meeting_id}/open")
async def open_(meeting_id: UUID, command: OpenMeeting, call: Call) -> Done:
    return Done.of(await call.act(MEETINGS, meeting_id, command))


@router.post("/{meeting_id}/adjourn-for-quorum")
async def adjourn(meeting_id: UUID, command: AdjournForQuorum, call: Call) -> Done:
    return Done.of(await call.act(MEETINGS, meeting_id, command))


@router.post("/{meeting_id}/open-vote")
async def open_vote(meeting_id: UUID, command: OpenVote, call: Call) -> Done:
    return Done.of(await call.act(MEETINGS, meeting_id, command, with_topic))


@router.post("/{meeting_id}/cast-ballot")
async def cast_ballot(meeting_id: UUID, command: CastBallot, call: Call) -> Done:
    return Done.of(await call.act(MEETINGS, meeting_id, command))


@router.post("/{meeting_id}/close-vote")
async def close_vote(meeting_id: UUID, command: CloseVote, call: Call) -> Done:
    return Done.of(await call.act(MEETINGS, meeting_id, command, with_topic))


@router.post("/{meeting_id}/close")
async def close(meeting_id: UUID, command: CloseMeeting, call: Call) -> Done:
    return Done.of(await call.act(MEETINGS, meeting_id, command))


@router.post("/{meeting_id}/publish-minutes")
async def publish_minutes(meeting_id: UUID, command: PublishMinutes, call: Call) -> Done:
    return Done.of(await call.act(MEETINGS, meeting_id, command))


@router.post("/{meeting_id}/cancel")
async def cancel(meeting_id: UUID, command: CancelMeeting, call: Call) -> Done:
    return Done.of(await call.act(MEETINGS, meeting_id, command))
