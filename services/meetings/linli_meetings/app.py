"""What the service meetings 议事 is made of: the only file that knows all of it."""

from typing import Final

from linli_language.codes import describe
from linli_service.service import Service
from linli_shared.process import inputs

from linli_meetings.meeting_to_topics import MEETING_TO_TOPICS
from linli_meetings.meetings import api as meetings
from linli_meetings.meetings.domain import MEETINGS
from linli_meetings.overturn_to_topic import OVERTURN_TO_TOPIC
from linli_meetings.problem_to_topic import PROBLEM_TO_TOPIC
from linli_meetings.refusals import REFUSALS
from linli_meetings.resolutions import api as resolutions
from linli_meetings.resolutions.domain import RESOLUTIONS
from linli_meetings.topics import api as topics
from linli_meetings.topics.domain import TOPICS
from linli_meetings.vote_to_resolution import VOTE_TO_RESOLUTION

PROCESSES: Final = (PROBLEM_TO_TOPIC, MEETING_TO_TOPICS, VOTE_TO_RESOLUTION, OVERTURN_TO_TOPIC)
SERVICE: Final = Service(
    name="meetings",
    title="Linli meetings · 议事",
    describe=describe,
    routers=[topics.router, meetings.router, resolutions.router],
    topic="linli.meetings.v1",
    deciders=[TOPICS, MEETINGS, RESOLUTIONS, REFUSALS],
    processes=inputs(PROCESSES, topics=["linli.cases.v1", "linli.meetings.v1"]),
)
