"""Notifications: who is to know of what, in everybody's own inbox."""

from typing import Final

from linli_language.codes import describe
from linli_shared.service import Service
from linli_shared.viewset import ViewSet

from linli_notifications import api
from linli_notifications.inbox import INBOX

INBOXES: Final = ViewSet("inbox", revision=1, topics=["linli.cases.v1"], members=[INBOX])
SERVICE: Final = Service(
    name="notifications",
    title="Linli notifications",
    describe=describe,
    routers=[api.router],
    views=[INBOXES],
)
