"""Notifications: who is to know of what, in everybody's own inbox and by e-mail."""

from pathlib import Path
from typing import Final

from linli_language.codes import describe
from linli_shared.service import Service
from linli_shared.viewset import ViewSet

from linli_notifications import api
from linli_notifications.addresses import api as addresses
from linli_notifications.addresses.domain import ADDRESSES
from linli_notifications.inbox import INBOX
from linli_notifications.intents.domain import INTENTS
from linli_notifications.intents.telling import telling
from linli_notifications.mail.queue import QUEUES, TOPIC
from linli_notifications.mail.sender import mail

INBOXES: Final = ViewSet("inbox", revision=1, topics=["linli.cases.v1"], members=[INBOX])
SERVICE: Final = Service(
    name="notifications",
    title="Linli notifications · 通知",
    describe=describe,
    routers=[api.router, addresses.router],
    topic=TOPIC,
    deciders=[INTENTS, ADDRESSES],
    views=[INBOXES, QUEUES],
    processes=telling(INBOXES.topics),
    workers={"mail": mail},
    sql=Path(__file__).parent / "sql",
)
