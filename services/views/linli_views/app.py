"""Views: what everybody looks at, built from the facts of the other services."""

from typing import Final

from linli_language.codes import describe
from linli_shared.service import Service
from linli_shared.viewset import ViewSet

from linli_views import case_board, dispute_board, headline, story

VIEWS: Final = ViewSet(
    "main",
    revision=1,
    topics=["linli.cases.v1"],
    members=[
        case_board.CASES,
        dispute_board.DISPUTES,
        story.STORY,
        headline.HEADLINE,
    ],
)
SERVICE: Final = Service(
    name="views",
    title="Linli views",
    describe=describe,
    routers=[case_board.router, dispute_board.router, story.router, headline.router],
    views=[VIEWS],
)
