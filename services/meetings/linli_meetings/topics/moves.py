"""Which command may meet which state of a topic 议题, and what it leads to."""

from typing import Final

from linli_shared.lifecycle import Moves

from linli_meetings.topics.commands import (
    DeferTopic,
    LinkCase,
    MarkDecided,
    MarkDeliberated,
    MarkVoted,
    ProposeTopic,
    ReturnTopic,
    ScheduleTopic,
    ScreenTopic,
    WithdrawTopic,
)
from linli_meetings.topics.terms import LINKABLE, Status

MOVES: Final[Moves] = {
    ProposeTopic: ({None}, Status.PROPOSED),
    LinkCase: (LINKABLE, None),
    ScreenTopic: ({Status.PROPOSED}, Status.SCREENED),
    ScheduleTopic: ({Status.SCREENED, Status.DEFERRED}, Status.SCHEDULED),
    MarkDeliberated: ({Status.SCHEDULED}, Status.DELIBERATED),
    MarkVoted: ({Status.SCHEDULED, Status.DELIBERATED}, Status.VOTED),
    MarkDecided: ({Status.VOTED}, Status.ADOPTED),
    ReturnTopic: ({Status.SCHEDULED, Status.DELIBERATED}, Status.SCHEDULED),
    DeferTopic: (
        {Status.SCREENED, Status.SCHEDULED, Status.DELIBERATED},
        Status.DEFERRED,
    ),
    WithdrawTopic: (
        {Status.PROPOSED, Status.SCREENED, Status.SCHEDULED, Status.DEFERRED},
        Status.WITHDRAWN,
    ),
}
