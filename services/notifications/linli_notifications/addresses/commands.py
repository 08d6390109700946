"""What a person says of where messages reach them. The fields are the HTTP bodies."""

from typing import Annotated

from linli_language.roles import Role
from linli_shared.messages import Command
from linli_shared.text import Key
from pydantic import StringConstraints

from linli_notifications.terms import Locale, Wish

Email = Annotated[
    str,
    StringConstraints(
        max_length=254,
        pattern=r"^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,40}(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,40}){0,8}"
        r"@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,8}[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z0-9]$",
    ),
]
"""An address as RFC 5321 has it, without quoted names and address literals; a domain beyond ASCII
in its `xn--` form."""


class SetAddress(Command, by=[*Role]):
    """Each person their own, whatever their role, for one estate; a later one replaces it."""

    estate_id: Key
    email: Email
    locale: Locale = Locale.ZH
    wish: Wish = Wish.ALL


class RemoveAddress(Command, by=[*Role]):
    """From now on nothing comes by e-mail."""


AddressCommand = SetAddress | RemoveAddress
