"""Views: what everybody looks at, built from the facts of the other services."""

from typing import Final

from linli_language.codes import describe
from linli_service.service import Service
from linli_shared.viewset import ViewSet

from linli_views import (
    case_board,
    company_board,
    consent_board,
    deadlines,
    disclosure_log,
    dispute_board,
    erasure_board,
    explained,
    headline,
    meeting_board,
    person_board,
    refused_steps,
    resolution_board,
    shift_board,
    signups,
    story,
    timeline,
    topic_board,
    unit_board,
    visit_log,
)
from linli_views.held import api as held
from linli_views.held.search import TOPICS

VIEWS: Final = ViewSet(
    "main",
    revision=10,
    topics=["linli.cases.v1", "linli.estates.v1", "linli.meetings.v1", "linli.volunteers.v1"],
    members=[
        case_board.CASES,
        deadlines.DEADLINES,
        dispute_board.DISPUTES,
        shift_board.SHIFTS,
        signups.SIGNUPS,
        visit_log.VISITS,
        topic_board.TOPICS,
        meeting_board.MEETINGS,
        resolution_board.RESOLUTIONS,
        company_board.COMPANIES,
        unit_board.UNITS,
        person_board.PEOPLE,
        erasure_board.ERASURES,
        consent_board.CONSENTS,
        consent_board.TEXTS,
        disclosure_log.LOG,
        timeline.TIMELINE,
        story.STORY,
        headline.HEADLINE,
        refused_steps.REFUSED,
    ],
)
SERVICE: Final = Service(
    name="views",
    title="Linli views",
    describe=describe,
    routers=[
        case_board.router,
        deadlines.router,
        explained.router,
        dispute_board.router,
        shift_board.router,
        visit_log.router,
        topic_board.router,
        meeting_board.router,
        resolution_board.router,
        company_board.router,
        unit_board.router,
        person_board.router,
        erasure_board.router,
        consent_board.router,
        consent_board.texts,
        disclosure_log.router,
        timeline.router,
        story.router,
        headline.router,
        refused_steps.router,
        held.router,
    ],
    views=[VIEWS],
    reads=TOPICS,
)
