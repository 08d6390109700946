"""Telephones, identity cards, bank cards and e-mail within what people write are hidden."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linli_sealed.fields import SHREDDED, WITHHELD
from linli_sealed.numbers import Masked, masked
from pydantic import BaseModel, TypeAdapter

WIDE = {ord(str(n)): chr(0xFF10 + n) for n in range(10)}
WIDTHS = st.sampled_from([{}, WIDE, {ord(str(n)): chr(0x660 + n) for n in range(10)}])
BETWEEN = st.sampled_from(["", " ", "-", "－", ".", "·", " - ", "\u00a0", "\u200b", "—"])
AROUND = st.text(st.sampled_from("请打电话给王阿姨，。（）: 家里;tel"), max_size=8)


def digits(text: str) -> str:
    return "".join(str(unicodedata.decimal(c)) for c in text if unicodedata.category(c) == "Nd")


def spread(parts: list[str], between: str, width: dict[int, str]) -> str:
    return between.join(parts).translate(width)


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), BETWEEN, WIDTHS, AROUND, AROUND)
def test_of_a_mobile_the_middle_is_hidden(
    number: str, between: str, width: dict[int, str], before: str, after: str
) -> None:
    """However wide, and whatever stands between its groups. Seen red without `_flat`, and without
    what may stand between."""
    for parts in ([number], [number[:3], number[3:7], number[7:]], list(number), ["+86", number]):
        shown = masked(f"{before}{spread(parts, between, width)}{after}")
        assert digits(shown) == number[:3] + number[7:]
        assert shown.startswith(before)
        assert shown.endswith(after)


@given(
    st.from_regex(r"[1-8][0-9]{16}[0-9Xx]", fullmatch=True), BETWEEN, WIDTHS, AROUND, AROUND
)  # fmt: skip
def test_of_an_identity_card_two_places_are_left(
    number: str, between: str, width: dict[int, str], before: str, after: str
) -> None:
    """Seen red without its own pattern: of one that ends with an X more was left."""
    for parts in ([number], [number[:6], number[6:14], number[14:]]):
        shown = masked(f"{before}{spread(parts, between, width)}{after}")
        assert digits(number[-2:]) == digits(shown)
        assert shown.startswith(before)


@given(st.from_regex(r"[1-9][0-9]{12,18}", fullmatch=True), BETWEEN, AROUND)
def test_of_a_bank_card_and_an_old_identity_card_two_places_are_left(
    number: str, between: str, before: str
) -> None:
    for parts in ([number], re.findall("..?.?.?", number)):
        shown = masked(before + between.join(parts))
        assert len(digits(shown)) == (7 if re.fullmatch("861[3-9].{9}", number) else 2)


@given(
    st.sampled_from(["010", "0731", "021", "0755"]),
    st.from_regex("[2-8][0-9]{6,7}", fullmatch=True),
    st.sampled_from(["{a}-{n}", "({a}){n}", "（{a}） {n}", "{a} {n}", "{a}{n}", "+86 {a} {n}"]),
    WIDTHS, AROUND, AROUND,
)  # fmt: skip
def test_of_a_landline_two_places_are_left(
    area: str, number: str, form: str, width: dict[int, str], before: str, after: str
) -> None:
    shown = masked(before + form.format(a=area, n=number).translate(width) + after)
    assert digits(shown) == number[-2:]


@pytest.mark.parametrize(
    "text",
    ["138/1234/5678", "138，1234，5678", "138（1234）5678", "①③⑧①②③④⑤⑥⑦⑧", "138\n1234\n5678",
     "1️⃣3️⃣8️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣8️⃣"],
)  # fmt: skip
def test_a_mobile_in_fancy_dress_is_one(text: str) -> None:
    """Seen red without what marks and breaks are taken for, and without its usual groups."""
    assert masked(f"打{text}").startswith("打138****5678")


@pytest.mark.parametrize(
    "text", ["找8888-1234", "找88881234。", "8888 1234", "tel2222333", "QQ123456789"]
)
def test_one_without_its_area_is_hidden_too(text: str) -> None:
    assert len(digits(masked(text))) == 2


@given(
    st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._%+-]{0,20}", fullmatch=True),
    st.from_regex(r"[a-z0-9-]{1,10}(\.[a-z]{2,5}){1,2}", fullmatch=True),
    st.sampled_from(["@", "＠", " @ "]),
    st.sampled_from(["", "邮箱：", "请发到", "（", "看。", "- "]),
)  # fmt: skip
def test_of_an_e_mail_address_the_first_character_and_the_place_are_left(
    local: str, domain: str, at: str, before: str
) -> None:
    shown = masked(f"{before}{local}{at}{domain}")
    kept = before.strip()
    assert shown.replace(" ", "").endswith(f"{local[0]}****{at.strip()}{domain}")
    assert shown.startswith(kept)


@given(st.dates().filter(lambda day: 1900 <= day.year < 2200), st.times(), AROUND)
def test_dates_and_times_stay(day, time, before: str) -> None:  # type: ignore[no-untyped-def]
    for text in (f"{day} {time:%H:%M}", f"{day:%Y%m%d}", f"{day} {day}", f"{day}、{day}"):
        assert masked(f"{before} {text}") == f"{before} {text}"


@pytest.mark.parametrize(
    "text",
    ["3-2-1102", "12-3-1102 有水", "XX-2026-000123", "2020-2021 年", "预算 2500000 元", "3.1415926",
     "0192c000-0000-7000-8000-0000000000a1", SHREDDED, WITHHELD, "", "e1234567",
     "a99bc2234567f", "1、2、3、4、5、6、7",
     "1、3、5、7、9、11、13 栋", "138 户、1234 元、5678 元"],
)  # fmt: skip
def test_what_reaches_nobody_stays(text: str) -> None:
    assert masked(text) == text


@given(st.text(max_size=200))
def test_what_holds_neither_seven_digits_nor_an_at_is_as_it_was(text: str) -> None:
    if len(digits(text)) < 7 and "@" not in unicodedata.normalize("NFKC", text):
        assert masked(text) == text


@given(st.text(st.sampled_from("0123456789 -.@a１"), max_size=4_000))
def test_a_long_text_takes_no_time_worth_speaking_of(text: str) -> None:
    """Hypothesis gives up on what takes longer than 200 ms."""
    masked(text)


def test_an_answer_hides_them_and_says_so_in_its_schema() -> None:
    class Told(BaseModel):
        title: Masked | None

    told = Told(title="找13812345678")
    assert told.title == "找13812345678"
    assert told.model_dump(mode="json") == told.model_dump() == {"title": "找138****5678"}
    schema = TypeAdapter(Masked).json_schema(mode="serialization")
    assert schema == {"type": "string", "x-numbers-masked": True}
