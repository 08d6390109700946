"""A command's headers: what it is written in, which command it is, which version it has seen."""

from collections.abc import Mapping

import pytest

from tests.http.conftest import Headers, Planted, Sender

MEDIA_TYPES: Mapping[str, Headers] = {
    "none": {"content-type": None},
    "a form": {"content-type": "application/x-www-form-urlencoded"},
    "text": {"content-type": "text/plain; M4RK"},
    "almost JSON": {"content-type": "application/jsonM4RK"},
    "JSON of another kind": {"content-type": "application/M4RK+json"},
    "another charset": {"content-type": "application/json; charset=gb18030"},
    "a charset nobody has": {"content-type": "application/json; charset=M4RK"},
    "compressed": {"content-encoding": "gzip"},
}
KEYS: Mapping[str, str | bytes | None] = {
    "none": None,
    "empty": "",
    "too long": "M4RK" + "k" * 200,
    "not in ASCII": "M4RK键".encode(),
    "with blanks": "M4RK M4RK",
}
IF_MATCH: Mapping[str, str | bytes] = {
    "any": "*",
    "without quotes": "1",
    "weak": 'W/"1"',
    "a word": '"M4RK"',
    "many": '"1", "2"',
    "other digits": '"١"'.encode(),
    "beyond 64 bits": f'"{"9" * 19}"',
}


@pytest.mark.parametrize("headers", MEDIA_TYPES.values(), ids=MEDIA_TYPES)
async def test_only_plain_json_in_utf_8_is_taken(
    sender: Sender, planted: Planted, headers: Headers
) -> None:
    planted.refused(await sender.post(headers=headers), 415, "UNSUPPORTED_MEDIA_TYPE")


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
async def test_every_command_needs_an_idempotency_key(
    sender: Sender, planted: Planted, key: str | bytes | None
) -> None:
    answer = await sender.post(headers={"idempotency-key": key})
    planted.refused(answer, 400, "IDEMPOTENCY_KEY_REQUIRED")


@pytest.mark.parametrize("tag", IF_MATCH.values(), ids=IF_MATCH)
async def test_if_match_is_one_version(
    sender: Sender, planted: Planted, tag: str | bytes
) -> None:  # fmt: skip
    problem = planted.refused(
        await sender.post(headers={"if-match": tag}), 422, "VALIDATION_FAILED"
    )
    assert problem["params"]["errors"][0]["field"] == "header.if-match"


@pytest.mark.parametrize("version", [1, 10**18 - 1])
async def test_what_does_not_exist_has_no_version(
    sender: Sender, planted: Planted, version: int
) -> None:
    answer = await sender.post(headers={"if-match": f'"{version}"'})
    problem = planted.refused(answer, 412, "STREAM_VERSION_CONFLICT")
    assert problem["params"] == {"expected": version, "actual": 0}
