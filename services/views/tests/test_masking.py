"""What stars leave of a name, a number and a birthday."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linli_sealed.fields import SHREDDED, WITHHELD
from linli_views import masking


def test_of_a_name_the_first_character_is_left_and_not_how_long_it_is() -> None:
    assert [masking.name(text) for text in ("李", "李秀英", "Anna Li", "欧阳")] == [
        "李*", "李*", "A*", "欧*",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("phone", "left"),
    [
        ("13812345678", "138****5678"), ("+86 138 1234 5678", "138****5678"),
        ("86-138-1234-5678", "138****5678"), ("0731-88881234", "073****1234"),
        ("12345", "****45"), ("+1 20", "****20"),
    ],
)  # fmt: skip
def test_of_a_number_the_ends_are_left(phone: str, left: str) -> None:
    assert masking.phone(phone) == left


def test_of_a_birthday_the_year_is_left() -> None:
    assert masking.day("1958-03-08") == "1958-**-**"


def test_what_cannot_be_read_says_so() -> None:
    """And is not half hidden by stars."""
    for unread in (SHREDDED, WITHHELD):
        for mask in (masking.name, masking.phone, masking.day):
            assert mask(unread) is unread


@given(st.from_regex(r"\A\+?[0-9][0-9 -]{4,24}\Z"))
def test_at_least_three_digits_of_any_number_are_hidden(phone: str) -> None:
    """Or all but two. Seen red with a mask of eight digits that shows seven."""
    digits = [char for char in phone if char.isdigit()]
    left = [char for char in masking.phone(phone) if char.isdigit()]
    assert len(left) <= 2 or len(digits) - len(left) >= 3
    assert phone not in masking.phone(phone)
