"""Where messages reach a person: theirs to say, an estate at a time, and nobody else's to see."""

from datetime import UTC, datetime

import pytest
from linli_language.roles import Role
from linli_notifications.addresses.commands import AddressCommand, RemoveAddress, SetAddress
from linli_notifications.addresses.domain import ADDRESSES, address_of
from linli_notifications.addresses.events import AddressRemoved, AddressSet
from linli_notifications.terms import Locale, Wish
from linli_shared.testing import Spec, said
from pydantic import ValidationError

NOW = datetime(2020, 10, 9, 1, 2, tzinfo=UTC)
KEY = address_of("xx", "li")
MINE = SetAddress(estate_id="xx", email="li@example.org")
OTHER = SetAddress(estate_id="xx", email="li@example.com", locale=Locale.EN, wish=Wish.ACTION)
SET = AddressSet(
    occurred_at=NOW, person_id="li", email="li@example.org", locale=Locale.ZH, wish=Wish.ALL
)
REMOVED = AddressRemoved(occurred_at=NOW, person_id="li")
NOTHING = Spec(ADDRESSES)
KNOWN = NOTHING.given(SET)


def by(person: str, command: AddressCommand) -> AddressCommand:
    return said(command, KEY, NOW, person, Role.RESIDENT)


def test_a_person_says_where_messages_go() -> None:
    NOTHING.when(by("li", MINE)).then(SET)


def test_a_later_one_replaces_it_and_the_same_one_says_nothing_new() -> None:
    KNOWN.when(by("li", MINE)).then()
    KNOWN.when(by("li", OTHER)).then(
        SET.model_copy(update={"email": "li@example.com", "locale": "en", "wish": "action"})
    )


def test_one_that_was_removed_can_be_set_again() -> None:
    KNOWN.when(by("li", RemoveAddress())).then(REMOVED)
    gone = KNOWN.given(REMOVED)
    gone.when(by("li", RemoveAddress())).then()
    gone.when(by("li", MINE)).then(SET)


def test_nobody_removes_the_address_of_another_or_learns_that_there_is_one() -> None:
    for spec in (KNOWN, NOTHING):
        spec.when(by("zhou", RemoveAddress())).rejected("NOT_FOUND")


def test_everybody_has_one_address_in_each_estate() -> None:
    assert len({address_of(e, p) for e in ("xx", "b") for p in ("li", "zhou")}) == 4


@pytest.mark.parametrize(
    "email",
    ["a@b.cn", "li.wu+linli@mail.example.org", "o'neil@x-1.example", "li@xn--fiqs8s.example"],
)
def test_addresses_that_are_taken(email: str) -> None:
    assert SetAddress(estate_id="xx", email=email).email == email


@pytest.mark.parametrize(
    "email",
    [
        "", "li", "li@", "@example.org", "li@localhost", "li@example.org\r\nBcc: all@example.org",
        "li@example.org\n", "li wu@example.org", "li@@example.org", "li@example..org",
        ".li@example.org", '"li"@example.org', "li@[127.0.0.1]", "李@example.org",
        "<li@example.org>", "li@example.org,zhou@example.org", f"li@{'a' * 250}.org", "li@-a.org",
    ],
)  # fmt: skip
def test_addresses_that_are_refused(email: str) -> None:
    with pytest.raises(ValidationError):
        SetAddress(estate_id="xx", email=email)
