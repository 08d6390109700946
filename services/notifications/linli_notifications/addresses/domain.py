"""Addresses 通知地址: where and in which language a person gets e-mail, until the directory knows.

A person has one in each estate, for tenants share nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, assert_never
from uuid import UUID, uuid5

from linli_sealed.fields import Shredded
from linli_shared.decider import Decider, Rejected

from linli_notifications.addresses.commands import AddressCommand, RemoveAddress, SetAddress
from linli_notifications.addresses.events import AddressEvent, AddressRemoved, AddressSet
from linli_notifications.terms import Locale, Wish

_PEOPLE: Final = UUID("5f8a6a0e-0a53-5d0e-8f0c-0d7c0c2b7a41")


@dataclass(frozen=True, slots=True)
class Address:
    """`email` is None where it was removed, or its key destroyed."""

    person_id: str
    email: str | None = None
    locale: Locale = Locale.ZH
    wish: Wish = Wish.ALL


def address_of(estate: str, person: str) -> UUID:
    """The key of a person's address in an estate."""
    return uuid5(_PEOPLE, f"{estate}\n{person}")


def decide(command: AddressCommand, address: Address | None) -> Sequence[AddressEvent]:
    person = command.actor.id
    match command:
        case SetAddress():
            wanted = Address(person, command.email, command.locale, command.wish)
            return [] if address == wanted else [_set(command, person)]
        case RemoveAddress():
            if address is None or address.person_id != person:
                raise Rejected("NOT_FOUND")  # whose it is, is nobody else's to know
            removed = AddressRemoved(occurred_at=command.at, person_id=person)
            return [removed] if address.email else []
        case _:
            assert_never(command)


def _set(command: SetAddress, person: str) -> AddressSet:
    return AddressSet(
        occurred_at=command.at,
        person_id=person,
        email=command.email,
        locale=command.locale,
        wish=command.wish,
    )


def evolve(address: Address | None, event: AddressEvent) -> Address:
    match event:
        case AddressSet():
            email = None if isinstance(event.email, Shredded) else event.email
            return Address(event.person_id, email, event.locale, event.wish)
        case AddressRemoved():
            return Address(event.person_id)
        case _:
            assert_never(event)


ADDRESSES: Final = Decider("address", None, decide, evolve, opened=True)
