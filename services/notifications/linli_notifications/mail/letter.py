"""An intent as an e-mail: one sentence and a link."""

import tomllib
from collections.abc import Mapping
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from importlib.resources import files
from typing import Final

from linli_sealed.numbers import masked

from linli_notifications.mail.queue import Waiting
from linli_notifications.templates import text
from linli_notifications.terms import Locale

_FRAME: Final[Mapping[str, Mapping[str, str]]] = tomllib.loads(
    files(__package__).joinpath("frame.toml").read_text("utf-8")
)
# Nothing of mediation or of an elder goes by e-mail, nor anything of which that was not said.
_QUOTED: Final = frozenset({"cases", "shifts", "meetings", "resolutions"})


def compose(
    row: Waiting, to: str, locale: Locale, *, sender: str, site: str, at: datetime
) -> EmailMessage:
    """The Message-ID follows from the intent, so that what is sent twice can be recognised.
    Raises LookupError for a template that this version does not know."""
    link, words = f"{site.rstrip('/')}/{_place(row)}", _FRAME["neutral"][locale]
    if _place(row).partition("/")[0] in _QUOTED:
        words = masked(text(row.template, dict(row.params))[locale is Locale.EN])
    letter = EmailMessage()
    letter["From"], letter["To"] = sender, to
    letter["Subject"] = _FRAME["subject"][locale]
    letter["Date"] = format_datetime(at)
    letter["Message-ID"] = message_id(row, sender)
    letter["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notes, please
    look = _FRAME["look"][locale].format(link=link)
    letter.set_content(f"{words}\n\n{look}\n\n-- \n{_FRAME['footer'][locale]}\n")
    letter["Content-Language"] = locale  # last: content takes such headers away
    return letter


def message_id(row: Waiting, sender: str) -> str:
    return f"<{row.intent_id}@{parseaddr(sender)[1].rpartition('@')[2]}>"


def _place(row: Waiting) -> str:
    """Where it is shown. A case of one's own: the one it was merged into is not theirs to see."""
    if row.link:
        return row.link
    if row.own_case_id:  # asked for by an older process
        return f"cases/{row.own_case_id}"
    return f"disputes/{row.dispute_id}" if row.dispute_id else "inbox"
