"""What can happen to a person's e-mail address. It stands nowhere else."""

from typing import Annotated

from linli_sealed.fields import OfPerson
from linli_shared.messages import Event

from linli_notifications.terms import Locale, Wish


class AddressSet(Event, kind="linli.notifications.AddressSet.v1"):
    person_id: str
    email: Annotated[str, OfPerson("person_id")]
    locale: Locale
    wish: Wish


class AddressRemoved(Event, kind="linli.notifications.AddressRemoved.v1"):
    person_id: str


AddressEvent = AddressSet | AddressRemoved
