"""This service's own view of actions 办事 that are open: whose cases cannot be resolved yet."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from linli_shared.kafka import Fact
from linli_shared.store import Reader
from linli_shared.view import View
from linli_shared.viewset import ViewSet

from linli_cases.complaints.commands import ResolveCase
from linli_cases.own_views import live
from linli_cases.resolutions import OfResolution


@dataclass(frozen=True, slots=True)
class OpenAction:
    estate: str
    resolution_id: UUID
    action_id: int
    case_ids: tuple[UUID, ...]


OPEN_ACTION: Final = View("open_action", row=OpenAction, key=["resolution_id", "action_id"])
LINKED_ACTIONS: Final = ViewSet(
    "linked_actions", 1, topics=["linli.meetings.v1"], members=[OPEN_ACTION]
)
_OPEN: Final = """
select exists (select from {table} where estate = $1 and case_ids @> to_jsonb($2::text)) as open"""


class OfAction(OfResolution):
    action_id: int


@OPEN_ACTION.on("linli.meetings.ActionAssigned.v1", OfAction)
def assigned(row: OpenAction | None, event: OfAction, fact: Fact) -> OpenAction:
    return OpenAction(fact.estate, event.resolution_id, event.action_id, event.case_ids)


@OPEN_ACTION.on("linli.meetings.ActionVerified.v1", OfAction)
def verified(row: OpenAction | None, event: OfAction, fact: Fact) -> None:
    return None


async def with_actions(reader: Reader, command: ResolveCase) -> ResolveCase:
    """As far as it is known here."""
    if not (table := await live(reader, LINKED_ACTIONS, OPEN_ACTION)):
        return command
    (row,) = await reader.rows(_OPEN.format(table=table), reader.estate, str(command.key))
    return command.learned(action_open=row["open"])
