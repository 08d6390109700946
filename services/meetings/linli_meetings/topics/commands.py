"""What somebody wants of a topic 议题. The fields are the HTTP bodies."""

from typing import Annotated, Final
from uuid import UUID

from linli_language.roles import Role
from linli_shared.messages import SYSTEM, Command
from linli_shared.text import Key, Line, Text
from pydantic import Field, PrivateAttr

from linli_meetings.meetings.state import Meeting
from linli_meetings.terms import Matter, Regime
from linli_meetings.topics.policy import Policy
from linli_meetings.topics.terms import Cause

STEWARDS: Final = (Role.STEWARD, Role.STEWARD_LEAD)
CONVENERS: Final = (
    Role.STEWARD_LEAD,
    Role.OPERATOR,
    Role.ESTATE_MANAGER,
    Role.COMMUNITY_OFFICER,
)
"""They call meetings and write down what happens in them."""


class ProposeTopic(Command, by={Role.RESIDENT, *STEWARDS, Role.COMMUNITY_OFFICER, SYSTEM}):
    """A resident needs co-signers and links no cases: those are referred. Only the service cases
    knows whether a case is there: told of CaseLinkedToTopic, it says so by a StepRefused if not.

    Only a process says of which chain it is, or which overturned resolution it follows; of itself,
    a topic begins a chain of its own id.
    """

    estate_id: Key
    title: Line
    description: Text
    co_signer_ids: Annotated[tuple[Key, ...], Field(max_length=100)] = ()
    case_ids: Annotated[tuple[UUID, ...], Field(max_length=50)] = ()
    chain_id: UUID | None = None
    follow_up_of: UUID | None = None

    _policy: Policy = PrivateAttr(default_factory=Policy)


class LinkCase(Command, by={*STEWARDS, *CONVENERS, SYSTEM}):
    """As in ProposeTopic, it is the service cases that says whether there is one."""

    case_id: UUID


class ScreenTopic(Command, by={Role.COMMUNITY_OFFICER}):
    matter: Matter
    regime: Regime


class ScheduleTopic(Command, by={*CONVENERS, SYSTEM}):
    """The meeting has it on its agenda."""

    meeting_id: UUID

    _meeting: Meeting | None = PrivateAttr()


class MarkDeliberated(Command, by={SYSTEM}):
    """The meeting has opened its vote."""

    meeting_id: UUID


class MarkVoted(Command, by={SYSTEM}):
    """The meeting has closed its vote."""

    meeting_id: UUID


class MarkDecided(Command, by={SYSTEM}):
    """Its result is declared."""

    resolution_id: UUID
    adopted: bool


class ReturnTopic(Command, by={Role.COMMUNITY_OFFICER, SYSTEM}):
    """The meeting was adjourned before it came to a result."""

    meeting_id: UUID
    cause: Cause = Cause.NO_QUORUM


class DeferTopic(Command, by={Role.COMMUNITY_OFFICER, SYSTEM}):
    """The meeting is over, or will not be, without a result; or it is not yet time for it."""

    cause: Cause = Cause.POSTPONED
    meeting_id: UUID | None = None


class WithdrawTopic(Command, by={Role.RESIDENT, *STEWARDS, Role.COMMUNITY_OFFICER}):
    """By whoever proposed it, or by the community."""

    reason: Text


TopicCommand = (
    ProposeTopic
    | LinkCase
    | ScreenTopic
    | ScheduleTopic
    | MarkDeliberated
    | MarkVoted
    | MarkDecided
    | ReturnTopic
    | DeferTopic
    | WithdrawTopic
)
