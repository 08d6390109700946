"""Notifications: who is to know of what, in everybody's own inbox and by e-mail."""

from pathlib import Path
from typing import Final

from linli_language.codes import describe
from linli_service.service import Service
from linli_shared.viewset import ViewSet

from linli_notifications import api, dead_letters
from linli_notifications.addresses import api as addresses
from linli_notifications.addresses.domain import ADDRESSES
from linli_notifications.consents import OWN_CONSENTS
from linli_notifications.inbox import INBOX
from linli_notifications.intents import api as intents
from linli_notifications.intents.domain import INTENTS
from linli_notifications.intents.telling import telling
from linli_notifications.mail.queue import QUEUES, TOPIC
from linli_notifications.mail.sender import mail

FACTS: Final = ["linli.cases.v1", "linli.estates.v1", "linli.meetings.v1", "linli.volunteers.v1"]
INBOXES: Final = ViewSet(
    "inbox", revision=5, topics=[*FACTS, TOPIC], members=[INBOX, dead_letters.DEAD_LETTERS]
)
SERVICE: Final = Service(
    name="notifications",
    title="Linli notifications · 通知",
    describe=describe,
    routers=[api.router, dead_letters.router, intents.router, addresses.router],
    topic=TOPIC,
    deciders=[INTENTS, ADDRESSES],
    views=[INBOXES, QUEUES, OWN_CONSENTS],
    processes=telling(FACTS),
    workers={"mail": mail},
    sql=Path(__file__).parent / "sql",
)
