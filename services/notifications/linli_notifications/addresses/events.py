"""What can happen to a person's e-mail address. It stands nowhere else: to be sealed here."""

from linli_shared.messages import Event

from linli_notifications.terms import Locale, Wish


class AddressSet(Event, kind="linli.notifications.AddressSet.v1"):
    person_id: str
    email: str
    locale: Locale
    wish: Wish


class AddressRemoved(Event, kind="linli.notifications.AddressRemoved.v1"):
    person_id: str


AddressEvent = AddressSet | AddressRemoved
