"""What a meeting 会议 is reminded of: minutes that nobody has published."""

from collections.abc import Sequence
from datetime import datetime

from linli_shared.decider import Cancel, Reminder, Timer

from linli_meetings.meetings.commands import AskForMinutes
from linli_meetings.meetings.events import MeetingClosed, MeetingEvent, MinutesPublished
from linli_meetings.meetings.state import Meeting


def remind(meeting: Meeting | None, event: MeetingEvent) -> Sequence[Reminder]:
    match event:
        case MeetingClosed():
            return [Timer(f"minutes-{n}", due) for n, due in enumerate(event.minutes_due, 1)]
        case MinutesPublished():
            return [Cancel()]
        case _:
            return []


def fired(name: str, due: datetime) -> AskForMinutes:
    return AskForMinutes(n=int(name.removeprefix("minutes-")), due=due)
