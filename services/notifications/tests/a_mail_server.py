"""A mail server of the tests: real SMTP on a real port, and answers as one likes."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope

OK = "250 OK"


@dataclass
class MailServer:
    """`answers` are to the next recipients, then every one is fine. `before_yes` is awaited when a
    message has come, before the server says that it took it."""

    port: int = 0
    answers: list[str] = field(default_factory=list)
    to_data: list[str] = field(default_factory=list)
    before_yes: Callable[[], Coroutine[Any, Any, None]] | None = None
    letters: list[EmailMessage] = field(default_factory=list)
    calls: int = 0

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def ids(self) -> list[str]:
        return [str(letter["Message-ID"]) for letter in self.letters]

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.calls += 1
        if self.answers and (answer := self.answers.pop(0)) != OK:
            return answer
        envelope.rcpt_tos.append(address)
        return OK

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:
        if self.to_data:
            return self.to_data.pop(0)
        content = envelope.content
        assert isinstance(content, bytes)
        letter = message_from_bytes(content, policy=policy.default)
        self.letters.append(letter)
        if self.before_yes:
            await self.before_yes()
        return OK


@asynccontextmanager
async def listening(tls: ssl.SSLContext | None = None, **options: Any) -> AsyncIterator[MailServer]:
    server, loop = MailServer(), asyncio.get_running_loop()
    open_ones: list[SMTP] = []

    def protocol() -> SMTP:
        made = SMTP(server, hostname="mail.example", loop=loop, tls_context=tls, **options)
        open_ones.append(made)
        return made

    listener = await loop.create_server(protocol, "127.0.0.1", 0)
    server.port = listener.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listener.close()
        for made in open_ones:
            if made.transport:
                made.transport.close()
        await listener.wait_closed()
