"""A step of a process that its target has refused: a fact, so that people and other services see
that what was to follow does not follow."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeVar
from uuid import UUID

from pydantic import BaseModel

from linli_shared.decider import Decider
from linli_shared.messages import SYSTEM, Command, Event

CATEGORY: Final = "refusal"
E = TypeVar("E", bound=Event)


class Refusal(BaseModel):
    """`fact_id`, of the stream `fact_stream`, made `process` ask `target` for `step`; `code` is
    what it was answered, with `params`."""

    process: str
    step: str
    target: str
    code: str
    params: Mapping[str, Any] = {}
    fact_id: UUID
    fact_stream: str


class RecordRefusal(Refusal, Command, by=[SYSTEM]):
    pass


def refusals(event: type[E]) -> Decider[RecordRefusal, bool, E]:
    """The streams, of one event each, of a service whose event this is."""

    def decide(command: RecordRefusal, recorded: bool) -> Sequence[E]:
        said: dict[str, Any] = command.model_dump() | {"occurred_at": command.at}
        return [] if recorded else [event(**said)]

    return Decider(CATEGORY, False, decide, lambda recorded, event: True)
