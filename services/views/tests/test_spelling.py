"""How names and numbers may be typed to be found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linli_views.directory.spelling import of_name, of_number, typed


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("李秀英", {"李秀英", "秀英", "lixiuying", "lxy", "xiuying", "xy"}),
        ("单雄信", {"danxiongxin", "shanxiongxin", "dxx", "sxx"}),
        ("曾国藩", {"zengguofan", "zgf"}),
        ("吕布", {"lvbu", "lubu", "lb"}),
        ("重庆邻里", {"chongqinglinli", "cqll", "linli", "ll"}),
        ("Anna Li", {"annali", "li"}),
        ("李·Anna", {"李anna", "lianna", "anna"}),
        ("Ｌ３栋", {"l3栋", "l3dong", "l3d"}),
    ],
)
def test_a_name_is_found_as_written_in_pinyin_and_by_initials(name: str, words: set[str]) -> None:
    assert words <= of_name(name)


def test_a_latin_name_is_typed_as_it_is() -> None:
    assert of_name("Li") == {"li", "i"}


def test_a_number_is_found_from_each_of_its_parts_on() -> None:
    assert of_number("3-2-1102") == {"3-2-1102", "2-1102", "1102"}
    assert of_number("G-007") == {"g-007", "007"}
    assert of_number("7栋-") == {"7栋-"}


def test_spaces_capitals_and_full_width_do_not_matter() -> None:
    assert typed(" Li  Xiu'ying ") == typed("ＬＩＸＩＵＹＩＮＧ") == "lixiuying"
    assert typed("Lü") == "lv"
    assert typed(" · ") == ""


@given(st.text("李单和行a 長𠮷1", max_size=200))
def test_however_long_a_name_is_its_words_are_few_and_begin_as_it_does(name: str) -> None:
    """Checked without the end of `product`: names of many readings have thousands."""
    words = of_name(name)
    assert len(words) <= 32 * (1 + 64 + 64)
    assert all(word for word in words)
    assert not name or not typed(name) or typed(name)[:32] in words
