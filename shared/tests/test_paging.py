"""Cursors: back comes what went in, and whatever else a client sends is CURSOR_INVALID."""

from base64 import urlsafe_b64encode
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linli_service.paging import after, cursor
from linli_shared.decider import Rejected

ONE = "7f0c8c5e-0000-7000-8000-0000000000aa"


@given(
    st.integers(-(10**18), 10**18), st.text(st.characters(codec="utf-8", exclude_characters="\0"))
)
def test_a_cursor_says_where_a_page_ended(number: int, text: str) -> None:
    given = cursor(number, text)
    assert after(given, int, str) == (number, text)
    assert given.isascii()
    assert given == given.strip("=+/ ")


def test_times_and_ids_come_back() -> None:
    at, last = datetime.now(UTC), uuid4()
    assert after(cursor(at, last), datetime.fromisoformat, UUID) == (at, last)


def test_without_a_cursor_it_is_the_first_page() -> None:
    assert after(None, int) is None


@pytest.mark.parametrize(
    "text",
    ["", "null", "7", "[]", "[1]", "[1,2,3]", "[1e999,1]", '["x"]', "[" * 5000, "[NaN,1]", "[1,2]x",
     '["\\u0000","a"]', '["\\ud800","a"]', f"[{'9' * 5000},1]", '[[],[]]', '[{},{}]', "[null,null]",
     f'[5,"{ONE}"]', f'["{ONE}",5]', f'["{ONE}","{ONE}"]', f'["2026-01-01T00:00:00Z",["{ONE}"]]'],
)  # fmt: skip
def test_what_is_no_cursor_of_ours_is_refused(text: str) -> None:
    given = urlsafe_b64encode(text.encode()).decode()
    with pytest.raises(Rejected) as refused:
        after(given, datetime.fromisoformat, UUID)
    assert (refused.value.code, refused.value.params) == ("CURSOR_INVALID", {})


@given(
    st.text(max_size=60) | st.binary(max_size=60).map(lambda raw: urlsafe_b64encode(raw).decode())
)
def test_whatever_is_sent_nothing_breaks(given: str) -> None:
    try:
        after(given, datetime.fromisoformat, UUID)
    except Rejected as refused:
        if refused.code != "CURSOR_INVALID":
            raise
