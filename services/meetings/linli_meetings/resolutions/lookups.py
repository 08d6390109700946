"""What a resolution 决议 has to know of the meeting that voted: another stream, guarded."""

from linli_shared.store import Reader

from linli_meetings.meetings.domain import MEETINGS
from linli_meetings.resolutions.commands import DeclareResult


async def with_meeting(reader: Reader, command: DeclareResult) -> DeclareResult:
    meeting = await reader.load(MEETINGS, command.meeting_id)
    return command.learned(meeting=meeting)
