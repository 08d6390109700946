"""A store whose commands are told what they have to know, whoever sends them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from linli_shared.store import EventStore, Learn, Loaded, Reader


@dataclass
class Informed(EventStore):
    """`learns`: by the category of a decider. Requests bring a `learn` of their own; timers and
    processes cannot, and find here what a rule reads of other streams."""

    learns: Mapping[str, Learn[Any]] = field(default_factory=dict)

    async def _decided(self, task: Any, loaded: Loaded[Any], reader: Reader) -> Sequence[Any]:
        if learn := self.learns.get(task.decider.category):
            task = replace(task, command=await learn(reader, task.command))
        return await super()._decided(task, loaded, reader)
