"""One message to the mail server: taken, or why not.

At least once: where the server's answer to the last line is lost, nobody can know whether it took
the message. It is then sent again, under the same Message-ID.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from email.message import EmailMessage
from typing import Any, Final

from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPException,
    SMTPHeloError,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)

_GOODBYE_S: Final = 2


class NotTaken(Exception):
    """`reason` is a word of ours: the server's own words may hold an address. `final`: it will not
    be taken later either. `everyone`: it is not about this message, so others had better wait."""

    def __init__(
        self, reason: str, code: int | None = None, *, final: bool = False, everyone: bool = False
    ) -> None:
        super().__init__(reason)
        self.reason, self.code, self.final, self.everyone = reason, code, final, everyone


async def send(server: Mapping[str, Any], letter: EmailMessage, limit_s: float) -> None:
    """Returns once the server has taken it; raises NotTaken. A connection a message: one that
    breaks costs one attempt of one."""
    client = SMTP(**server, timeout=limit_s)
    try:
        try:
            async with asyncio.timeout(limit_s):
                await client.connect()
                await client.send_message(letter)
        except (SMTPException, OSError) as error:
            raise _why(error) from None
        with suppress(SMTPException, OSError):  # it is taken, whatever comes of the goodbye
            async with asyncio.timeout(_GOODBYE_S):
                await client.quit()
    finally:
        client.close()


def _why(error: SMTPException | OSError) -> NotTaken:
    match error:
        case SMTPRecipientsRefused():
            return _refused(error.recipients[0].code)
        case SMTPAuthenticationError() | SMTPSenderRefused() | SMTPHeloError():
            return NotTaken("sender_refused", error.code, everyone=True)
        case SMTPResponseException() if error.code != 421 and not isinstance(error, OSError):
            return _refused(error.code)
        case SMTPResponseException():
            return NotTaken("unavailable", error.code, everyone=True)
        case TimeoutError():
            return NotTaken("timeout", everyone=True)
        case _:
            return NotTaken("unreachable", everyone=True)


def _refused(code: int) -> NotTaken:
    """RFC 5321, 4.2.1: 4yz may be taken later, 5yz not."""
    final = code >= 500
    return NotTaken("refused" if final else "put_off", code, final=final)
