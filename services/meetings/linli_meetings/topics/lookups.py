"""What a topic 议题 has to know of the meeting that is to have it: another stream, guarded."""

from linli_shared.store import Reader

from linli_meetings.meetings.domain import MEETINGS
from linli_meetings.topics.commands import ScheduleTopic


async def with_meeting(reader: Reader, command: ScheduleTopic) -> ScheduleTopic:
    meeting = await reader.load(MEETINGS, command.meeting_id)
    return command.learned(meeting=meeting)
