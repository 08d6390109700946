"""What the service meetings 议事 is made of: the only file that knows all of it."""

from typing import Final

from linli_language.codes import describe
from linli_shared.service import Service

from linli_meetings.meetings import api as meetings
from linli_meetings.meetings.domain import MEETINGS
from linli_meetings.resolutions import api as resolutions
from linli_meetings.resolutions.domain import RESOLUTIONS
from linli_meetings.topics import api as topics
from linli_meetings.topics.domain import TOPICS

SERVICE: Final = Service(
    name="meetings",
    title="Linli meetings · 议事",
    describe=describe,
    routers=[topics.router, meetings.router, resolutions.router],
    topic="linli.meetings.v1",
    deciders=[TOPICS, MEETINGS, RESOLUTIONS],
)
