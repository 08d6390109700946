"""Setting a rule aside, where it may be: a reason, a second person, and a fact of its own."""

from typing import Annotated
from uuid import UUID

from linli_sealed.fields import OfMatter
from linli_shared.decider import Rejected
from linli_shared.messages import Actor, Event, Message
from linli_shared.text import Key, Text


class Override(Message):
    reason: Text
    approver_id: Key

    def check(self, actor: Actor) -> None:
        """Nobody approves what they do themselves."""
        if self.approver_id == actor.id:
            raise Rejected("ROLE_NOT_PERMITTED", roles=["approver"])


class RuleOverridden(Event, kind="linli.cases.RuleOverridden.v1"):
    """`subject_id` is the case or dispute; `document_ids` are what those concerned have signed."""

    subject_id: UUID
    by_id: str
    rule_code: str
    reason: Annotated[str, OfMatter("subject_id")]
    approver_id: str
    document_ids: tuple[str, ...] = ()
