"""JSON that means one thing, in a body that ends."""

import asyncio
import json
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from linli_service import strict
from linli_service.strict import MAX_BODY_BYTES, StrictRequest, loads
from linli_shared.decider import Rejected

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30)
NUMBERS = st.integers(-(10**19) + 1, 10**19 - 1) | st.floats(allow_nan=False, allow_infinity=False)
LEAVES = st.none() | st.booleans() | NUMBERS | TEXT
JSON = st.recursive(
    LEAVES, lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner), max_leaves=30
)
WRITTEN = st.fixed_dictionaries(
    {"ensure_ascii": st.booleans(), "indent": st.none() | st.integers(0, 2)}
)


def reason(raw: bytes) -> str:
    with pytest.raises(Rejected) as refused:
        loads(raw)
    assert refused.value.code == "BODY_NOT_JSON"
    assert set(refused.value.params) <= {"reason", "limit"}
    return str(refused.value.params["reason"])


@given(JSON, WRITTEN)
@example({"a": [1, -0.0, "\\u0000", "\\ud800", "[[[[" * 99]}, {})
@example(-(10**19) + 1, {})
@example(sys.float_info.max, {})
@example(5e-324, {})
def test_what_json_writes_is_read_as_json_reads_it(value: Any, how: dict[str, Any]) -> None:
    raw = json.dumps(value, **how).encode()
    assert json.dumps(loads(raw)) == json.dumps(json.loads(raw))  # -0.0 == 0.0


@given(JSON, st.data())
def test_what_is_forbidden_is_found_wherever_it_is(value: Any, data: st.DataObject) -> None:
    forbidden, why = data.draw(
        st.sampled_from(
            [
                ("NaN", "not_a_number"),
                ("-Infinity", "not_a_number"),
                ("1e999", "number_too_large"),
                ("-1E400", "number_too_large"),
                ("9" * 20, "number_too_long"),
                ("0." + "1" * 40, "number_too_long"),
                (r'"\u0000"', "no_character"),
                (r'"a\uD800b"', "no_character"),
                (r'"\udc00\ud800"', "no_character"),
                (r'{"\udfff": 1}', "no_character"),
                ('{"a": 1, "a": 1}', "duplicate_key"),
                (r'{"a": 1, "\u0061": 2}', "duplicate_key"),
                ('{"b": [{"": 0, "": 0}]}', "duplicate_key"),
                ("'a'", "syntax"),
                ("[1,]", "syntax"),
                ("0x1", "syntax"),
                ("01", "syntax"),
                ("\\n", "syntax"),
                ('"\n"', "syntax"),
            ]
        )
    )
    placed = data.draw(st.sampled_from(["%s", "[0, %s]", '{"k": %s}', '[{"k": [1, %s]}]']))
    assert reason((placed % forbidden).encode()) == why
    assert reason(f'[{json.dumps(value)}, {{"z": {forbidden}}}]'.encode()) == why


@given(st.binary(max_size=200))
@settings(max_examples=500)
def test_whatever_the_bytes_are_there_is_a_value_or_a_reason(raw: bytes) -> None:
    with suppress(Rejected):
        json.dumps(loads(raw), ensure_ascii=False, allow_nan=False).encode()


@given(TEXT.filter(lambda text: bool(text.encode())))
def test_bytes_of_another_encoding_are_not_utf_8(text: str) -> None:
    assert reason(b'"' + text.encode() + b'\xff"') == "not_utf8"


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
@pytest.mark.parametrize("depth", [33, 34, 500, 990, 5_000, 50_000, 250_000])
def test_what_nests_deeper_than_32_is_refused(opening: str, closing: str, depth: int) -> None:
    assert reason((opening * depth + "1" + closing * depth).encode()) == "too_deep"


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_32_deep_is_not_too_deep(opening: str, closing: str) -> None:
    assert loads((opening * 32 + "1" + closing * 32).encode())


def test_brackets_in_a_text_do_not_nest() -> None:
    assert loads(json.dumps(["[{" * 5_000]).encode()) == ["[{" * 5_000]


def request(
    chunks: Sequence[bytes], *, pause_s: float = 0, length: int | None = None, cut: bool = False
) -> StrictRequest:
    """A request whose body comes in these pieces; `cut`: and then the client is gone."""
    left = list(chunks)

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(pause_s)
        if not left and cut:
            return {"type": "http.disconnect"}
        body = left.pop(0) if left else b""
        return {"type": "http.request", "body": body, "more_body": bool(left) or cut}

    headers = [] if length is None else [(b"content-length", str(length).encode())]
    return StrictRequest({"type": "http", "headers": headers}, receive)


async def refused(asked: StrictRequest) -> Rejected:
    with pytest.raises(Rejected) as raised:
        await asked.json()
    return raised.value


async def test_a_body_of_the_limit_is_read_and_one_byte_more_is_not() -> None:
    full = b'"' + b"x" * (MAX_BODY_BYTES - 2) + b'"'
    assert len(await request([full[:99], full[99:]]).json()) == MAX_BODY_BYTES - 2
    assert (await refused(request([full, b" "]))).code == "BODY_TOO_LARGE"


async def test_a_body_announced_too_large_is_not_waited_for() -> None:
    endless = request([], length=MAX_BODY_BYTES + 1, pause_s=3600)
    assert (await refused(endless)).code == "BODY_TOO_LARGE"


async def test_a_body_that_trickles_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strict.StrictRequest, "within_s", 0.05)
    slow = await refused(request([b" "] * 1000, pause_s=0.02))
    assert (slow.code, slow.params) == ("BODY_TOO_SLOW", {"limit_s": 0.05})


async def test_a_client_that_hangs_up_is_no_error_of_ours() -> None:
    gone = await refused(request([b'{"a":'], cut=True))
    assert (gone.code, gone.params["reason"]) == ("BODY_NOT_JSON", "cut_short")


async def test_the_body_is_read_once_whoever_asks_again() -> None:
    asked = request([b"[1]"])
    assert await asked.json() is await asked.json()
    assert await asked.body() == b"[1]"
