"""What may be written in a text, a line, an id and a time."""

import unicodedata
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linli_shared.text import Key, Line, Text, Time
from pydantic import TypeAdapter, ValidationError

KEY, LINE, TEXT = TypeAdapter[str](Key), TypeAdapter[str](Line), TypeAdapter[str](Text)
TIME = TypeAdapter[datetime](Time)
ZONES = st.integers(-1439, 1439).map(lambda m: timezone(timedelta(minutes=m)))
MOMENTS = st.datetimes(datetime(1900, 1, 1), datetime(2199, 12, 31), timezones=ZONES)
INVISIBLE = ["", " ", "\n\t", "\u3000", "\u200b", "\ufeff", "\u2060\u200d", "\u00ad", "\u0301"]
WRONG = [
    "\0",
    "\x07",
    "\x1b[31m",
    "\x7f",
    "\x85",
    "\u202e",
    "\u2066",
    "\ufffe",
    "\ufdd0",
    "\U0010ffff",
]
RIGHT = [
    "3栋2单元",
    "a\nb",
    "a\tb",
    "Zoë",
    "👨‍👩‍👧",
    "\U0001fae9",
    "عربي",
    "𠮷",
    "€",
    "<b>",
    "%s {x}",
]


def fault(kind: TypeAdapter[str] | TypeAdapter[datetime], value: object) -> str:
    with pytest.raises(ValidationError) as refused:
        kind.validate_python(value)
    return refused.value.errors()[0]["type"]


@given(st.text(max_size=300))
def test_a_text_that_is_taken_can_be_stored_shown_and_taken_again(written: str) -> None:
    for kind, longest in ((TEXT, 4000), (LINE, 200)):
        try:
            text = kind.validate_python(written)
        except ValidationError:
            continue
        assert 0 < len(text.strip()) <= 4 * longest
        assert all(c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs"} for c in text)
        assert text.encode()
        assert kind.validate_python(text) == text


@pytest.mark.parametrize("text", RIGHT)
def test_what_people_write_is_taken_as_it_is(text: str) -> None:
    assert TEXT.validate_python(text) == text


@pytest.mark.parametrize("text", INVISIBLE)
def test_a_text_in_which_nothing_can_be_seen_is_empty(text: str) -> None:
    assert fault(TEXT, text) == fault(LINE, text) == "text_empty"


@pytest.mark.parametrize("char", WRONG)
def test_what_is_no_text_is_refused(char: str) -> None:
    assert fault(TEXT, f"a{char}b") == fault(LINE, f"a{char}b") == "text_unsafe"


def test_a_lone_surrogate_is_refused() -> None:
    assert fault(TEXT, "a\ud800") == "string_unicode"


def test_the_same_text_is_stored_the_same() -> None:
    assert TEXT.validate_python("  e\u0301te\u0301\r\n1 ") == "été\n1"


@pytest.mark.parametrize("text", ["a\nb", "a\r\nb", "a\u2028b", "a\u2029b", "a\tb"])
def test_a_line_is_one_line(text: str) -> None:
    assert fault(LINE, text) == "text_not_one_line"
    assert TEXT.validate_python(text)


def test_texts_have_an_end() -> None:
    assert len(TEXT.validate_python("长" * 4000)) == 4000
    assert fault(TEXT, "长" * 4001) == fault(LINE, "长" * 201) == "string_too_long"


@given(st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}", fullmatch=True))
def test_an_id_is_letters_digits_and_four_signs(key: str) -> None:
    assert KEY.validate_python(key) == key


@pytest.mark.parametrize(
    "key", ["", " a", "a ", "a\n", "a b", "-a", "a/b", "é", "a\0", "a" * 65, "١"]
)
def test_nothing_else_is_an_id(key: str) -> None:
    assert fault(KEY, key) == "string_pattern_mismatch"


@given(MOMENTS)
def test_a_time_of_any_zone_is_the_same_moment_in_any_other(moment: datetime) -> None:
    found = TIME.validate_python(moment.isoformat())
    assert found == moment
    assert found.astimezone(UTC) == moment
    assert found.astimezone(timezone(timedelta(hours=14))) == moment


@pytest.mark.parametrize(
    ("time", "why"),
    [
        (1767225600, "time_not_rfc3339"),
        (1767225600.5, "time_not_rfc3339"),
        (True, "time_not_rfc3339"),
        (None, "time_not_rfc3339"),
        ("1767225600", "time_not_rfc3339"),
        ("2026-01-01", "time_not_rfc3339"),
        ("2026-01-01T10:00Z", "time_not_rfc3339"),
        ("now", "time_not_rfc3339"),
        ("2026-01-01T10:00:00", "timezone_aware"),
        ("1899-12-31T23:59:59Z", "time_out_of_range"),
        ("2200-01-01T00:00:00Z", "time_out_of_range"),
        ("0001-01-01T00:00:00+14:00", "time_out_of_range"),
        ("9999-12-31T23:59:59-14:00", "time_out_of_range"),
        ("2026-02-30T00:00:00Z", "datetime_from_date_parsing"),
        ("2026-01-01T10:00:00Zx", "datetime_from_date_parsing"),
    ],
)
def test_no_other_way_to_write_a_time_is_taken(time: object, why: str) -> None:
    assert fault(TIME, time) == why


@pytest.mark.parametrize("kind", [KEY, LINE, TEXT])
@pytest.mark.parametrize("value", [None, 5, True, ["a"], {"a": 1}])
def test_only_a_text_is_a_text(kind: TypeAdapter[str], value: object) -> None:
    assert fault(kind, value) == "string_type"
