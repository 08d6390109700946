"""From a fact to intents: the inbox's messages again, each a command for an intent.

Whom a fact concerns follows from the facts before it (who reported the cases merged into this
one), so this process remembers threads as the inbox does, by the inbox's own folds. Its table is
never built again: where `Thread` gets a field, a numbered file in `sql/` adds the column.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any, Final
from uuid import UUID, uuid5

from linli_shared.kafka import Fact
from linli_shared.process import Do, Process, inputs
from linli_shared.table import Key, Table
from linli_shared.view import Change
from linli_shared.viewset import ViewSet

from linli_notifications import templates
from linli_notifications.inbox import INBOX, Message
from linli_notifications.intents.commands import RequestIntent
from linli_notifications.intents.domain import INTENTS
from linli_notifications.threads import Thread

_INTENTS: Final = UUID("c2f1b5a4-3c0a-5a55-9b1e-6d0b8f2a9e17")
TELLING: Final = Process("telling")


def dedupe_key(event: UUID, person: str, purpose: str, version: str) -> str:
    return sha256(f"{event}|{person}|{purpose}|{version}".encode()).hexdigest()


def intent_of(key: str) -> UUID:
    """The intent of a dedupe key, so the same message is the same stream."""
    return uuid5(_INTENTS, key)


def tell(message: Message, fact: Fact) -> Iterable[Do]:
    template = message.template
    version = templates.version(template)
    key = dedupe_key(message.source_event_id, message.person_id, template, version)
    request = RequestIntent(
        dedupe_key=key,
        source_event_id=message.source_event_id,
        person_id=message.person_id,
        template=template,
        template_version=version,
        params=dict(message.params),
        severity=templates.severity(template),
        case_id=message.case_id,
        own_case_id=message.own_case_id,
        dispute_id=message.dispute_id,
        link=message.link,
        recorded_at=message.recorded_at,
    )
    yield Do(INTENTS, intent_of(key), request, f"{template} {message.person_id}")


def telling(topics: Sequence[str]) -> ViewSet:
    """The set that reads the topics and writes down what is to be asked of which intent."""
    views = inputs([], topics)
    (view,) = views.members
    view.rows = Table("told_thread", Thread, ["thread_id"], [])
    for kind, handler in INBOX.handlers.items():
        view.on_many(kind, handler.model, handler.keys)(_steps(handler.fold))
    return views


def _steps(fold: Callable[..., Change]) -> Callable[..., Change]:
    """The inbox's fold; its lines become steps."""

    def stepped(threads: Mapping[Key, Thread | None], event: Any, fact: Fact) -> Change:
        made = fold(threads, event, fact)
        return Change(made.rows, [s for m in made.lines for s in TELLING.steps(tell, m, fact)])

    return stepped
