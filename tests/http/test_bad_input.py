"""Whatever is wrong with a request, it is refused clearly, stores nothing and shows nothing."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.a_certificate import a_certificate
from tests.conftest import Linli
from tests.http.conftest import Planted, Sender, sent

MEGABYTES = b"x" * 10_000_000


def nested(opening: str, closing: str, depth: int) -> bytes:
    return sent(place=opening * depth + "1" + closing * depth)


NOT_JSON = {
    "a key that comes twice": (sent()[:-1] + b',"title":"M4RK"}', "duplicate_key"),
    "a key twice, inside": (sent(place='{"unit_id":"M4RK","unit_id":"1"}'), "duplicate_key"),
    "NaN": (sent(priority="NaN"), "not_a_number"),
    "Infinity": (sent(priority="Infinity"), "not_a_number"),
    "-Infinity": (sent(priority="-Infinity"), "not_a_number"),
    "a number that no float holds": (sent(priority="1e999"), "number_too_large"),
    "a number of 5,000 digits": (sent(priority="9" * 5000), "number_too_long"),
    "a float of 5,000 digits": (sent(priority="0." + "9" * 5000), "number_too_long"),
    "NUL as it is": (sent(title='"M4RK\0"'), "syntax"),
    "NUL escaped": (sent(title='"M4RK\\u0000"'), "no_character"),
    "NUL in a name": (sent()[:-1] + b',"M4RK\\u0000":1}', "no_character"),
    "half a surrogate pair": (sent(title='"M4RK\\ud83d"'), "no_character"),
    "half a pair in a name": (sent()[:-1] + b',"M4RK\\uDC00":1}', "no_character"),
    "50,000 brackets": (b"[" * 50_000, "too_deep"),
    "50,000 brackets, closed": (nested("[", "]", 50_000), "too_deep"),
    "objects 600 deep": (nested('{"a":', "}", 600), "too_deep"),
    "arrays 33 deep": (nested("[", "]", 33), "too_deep"),
    "bytes that are no UTF-8": (sent(title='"M4RK"')[:-3] + b"\xff", "not_utf8"),
    "overlong UTF-8": (b'{"M4RK":"\xc0\xaf"}', "not_utf8"),
    "a surrogate as UTF-8": (b'{"M4RK":"\xed\xa0\x80"}', "not_utf8"),
    "UTF-16": (sent().decode().encode("utf-16"), "not_utf8"),
    "a byte order mark": (b"\xef\xbb\xbf" + sent(), "syntax"),
    "nothing": (b"", "syntax"),
    "blanks": (b" \n", "syntax"),
    "half of it": (sent(title='"M4RK"')[:90], "syntax"),
    "two values": (sent() + b'"M4RK"', "syntax"),
    "a form": (b"title=M4RK", "syntax"),
}

INVALID = {
    "null": (b"null", "model_attributes_type", "body"),
    "an array": (b'["M4RK"]', "model_attributes_type", "body"),
    "a text": (b'"M4RK"', "model_attributes_type", "body"),
    "a field left out": (sent().replace(b'"title"', b'"M4RK"'), "missing", "body.title"),
    "a field nobody knows": (sent()[:-1] + b',"M4RK":1}', "unknown_field", "body"),
    "one nobody knows, inside": (sent(place='{"M4RK":1}'), "unknown_field", "body.place"),
    "a private field": (sent()[:-1] + b',"_actor":"M4RK"}', "unknown_field", "body"),
    "a word not in the list": (sent(kind='"M4RK"'), "enum", "body.kind"),
    "a number for a text": (sent(title="5"), "string_type", "body.title"),
    "an object for a text": (sent(title='{"M4RK":1}'), "string_type", "body.title"),
    "an array for an object": (sent(place='["M4RK"]'), "model_attributes_type", "body.place"),
    "an empty text": (sent(title='""'), "text_empty", "body.title"),
    "blanks for a text": (sent(title='" \\u3000\\u200b"'), "text_empty", "body.title"),
    "a text too long": (sent(title=f'"M4RK{"长" * 200}"'), "string_too_long", "body.title"),
    "a control character": (sent(title='"M4RK\\u0007"'), "text_unsafe", "body.title"),
    "text shown backwards": (sent(title='"M4RK\\u202e"'), "text_unsafe", "body.title"),
    "a title of two lines": (sent(title='"M4RK\\nx"'), "text_not_one_line", "body.title"),
    "a name with blanks": (sent(channel='"app "'), "enum", "body.channel"),
    "an id with blanks": (sent(estate_id='"M4RK x"'), "string_pattern_mismatch", "body.estate_id"),
    "an id in Chinese": (sent(estate_id='"小区M4RK"'), "string_pattern_mismatch", "body.estate_id"),
}

TIMES = {
    "without offset": ('"2026-01-01T10:00:00"', "timezone_aware"),
    "a number": ("1767225600", "time_not_rfc3339"),
    "digits": ('"1767225600"', "time_not_rfc3339"),
    "a day": ('"2026-01-01"', "time_not_rfc3339"),
    "words": ('"M4RK"', "time_not_rfc3339"),
    "the year 1": ('"0001-01-01T00:00:00+14:00"', "time_out_of_range"),
    "the year 9999": ('"9999-12-31T23:59:59-14:00"', "time_out_of_range"),
    "the year 10000": ('"10000-01-01T00:00:00Z"', "time_not_rfc3339"),
    "30 February": ('"2026-02-30T00:00:00Z"', "datetime_from_date_parsing"),
    "25 o'clock": ('"2026-02-03T25:00:00Z"', "datetime_from_date_parsing"),
    "an offset of 99 hours": ('"2026-02-03T00:00:00+99:00"', "datetime_from_date_parsing"),
}


@pytest.mark.parametrize(("content", "reason"), NOT_JSON.values(), ids=NOT_JSON)
async def test_a_body_that_is_not_one_value_of_json_is_refused(
    sender: Sender, planted: Planted, content: bytes, reason: str
) -> None:
    problem = planted.refused(await sender.post(content), 400, "BODY_NOT_JSON")
    assert problem["params"]["reason"] == reason


@pytest.mark.parametrize(("content", "fault", "field"), INVALID.values(), ids=INVALID)
async def test_a_body_of_the_wrong_shape_is_refused_by_the_name_of_its_field(
    sender: Sender, planted: Planted, content: bytes, fault: str, field: str
) -> None:
    problem = planted.refused(await sender.post(content), 422, "VALIDATION_FAILED")
    found = {(error["field"], error["problem"]) for error in problem["params"]["errors"]}
    assert (field, fault) in found


@pytest.mark.parametrize(("time", "fault"), TIMES.values(), ids=TIMES)
async def test_a_time_is_as_rfc_3339_writes_it_and_not_absurd(
    sender: Sender, planted: Planted, time: str, fault: str
) -> None:
    answer = await sender.post(sent(occurred_at=time))
    problem = planted.refused(answer, 422, "VALIDATION_FAILED")
    assert problem["params"]["errors"] == [{"field": "body.occurred_at", "problem": fault}]


async def test_what_happens_in_six_minutes_has_not_happened(
    sender: Sender, planted: Planted
) -> None:
    later = (datetime.now(UTC) + timedelta(minutes=6)).isoformat()
    answer = await sender.post(sent(occurred_at=json.dumps(later)))
    assert planted.refused(answer, 422, "OCCURRED_IN_FUTURE")["params"] == {"limit_min": 5}


async def test_a_body_beyond_the_limit_is_refused_with_and_without_its_length(
    sender: Sender, planted: Planted, linli: Linli, estate: str
) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(1000):
            yield MEGABYTES[:10_000]

    with_length = await sender.post(MEGABYTES)
    just_over = await sender.post(sent(title=f'"{"x" * 256 * 1024}"'))
    async with linli.client("cases", "li", "resident", estate=estate) as li:
        headers = {"idempotency-key": "k", "content-type": "application/json"}
        without = await li.post("/cases", content=chunks(), headers=headers)
    for answer in (with_length, just_over, without):
        problem = planted.refused(answer, 413, "BODY_TOO_LARGE")
        assert problem["params"] == {"limit_bytes": 256 * 1024}


async def test_a_compressed_body_is_not_unpacked(sender: Sender, planted: Planted) -> None:
    packed = gzip.compress(MEGABYTES)
    planted.refused(await sender.post(packed), 400, "BODY_NOT_JSON")


async def test_an_event_that_would_be_too_large_is_refused_and_its_stream_goes_on(
    linli: Linli, estate: str
) -> None:
    """The body is within the limit of bodies; its event says a little more and is beyond."""
    parties = [{"person_id": p, "unit_id": p, "side": s} for p, s in (("li", "A"), ("wu", "B"))]
    filed = {"estate_id": estate, "category": "noise", "parties": parties, "matter": "夜里装修"}
    now = datetime.now(UTC).isoformat()
    await a_certificate(linli, estate, "mei")
    async with linli.client("cases", "mei", "mediator", "operator", estate=estate) as mei:
        path = (await mei.command("/disputes", filed)).headers["location"]
        for step, body in (
            ("record-consent", {"side": "A", "consents": True}),
            ("record-consent", {"side": "B", "consents": True}),
            ("assign-mediator", {"mediator_id": "mei", "body": "informal"}),
            ("give-rights-notice", {}),
            ("hold-session", {"starts_at": now, "mode": "phone", "attended": ["li", "wu"]}),
        ):
            async with asyncio.timeout(30):
                while True:  # until her certificate is known
                    before = await mei.command(f"{path}/{step}", body)
                    if before.status_code not in {409, 503}:
                        break
                    await asyncio.sleep(0.05)
            assert before.status_code == 200, before.text
        terms = [{"duty": "修" * 1730}] * 50
        agreed = await mei.command(f"{path}/record-agreement", {"form": "oral", "terms": terms})
        problem = Planted("修").refused(agreed, 413, "EVENT_TOO_LARGE")
        after = await mei.command(f"{path}/record-agreement", {"form": "oral", "terms": terms[:1]})
    assert problem["params"] == {"limit_bytes": 256 * 1024}
    assert after.json()["version"] == before.json()["version"] + 1
