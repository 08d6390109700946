"""Every field that cases takes over HTTP, with what it must not hold; ids of others; bad pictures.

The table is made from the service's description of itself: a field that is added is asked, too.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from linli_cases.app import SERVICE
from linli_language.roles import Role
from PIL import Image

from tests.conftest import Client, Linli, complaint
from tests.http.conftest import M4RK, Planted

NOBODY: Final = str(uuid4())
Schema = Mapping[str, Any]
At = tuple[str | int, ...]
Wrong = tuple[At, Any, str]
"""Where in the body, what is put there, and the fault that is to be told."""


def _described() -> dict[str, Any]:
    app = FastAPI()
    for router in SERVICE.routers:
        app.include_router(router)
    return app.openapi()


DESCRIBED: Final = _described()


def resolved(schema: Schema) -> Schema:
    """Without references, and as what it is when it is not null."""
    if name := schema.get("$ref", "").rpartition("/")[2]:
        return resolved(DESCRIBED["components"]["schemas"][name])
    if some := [one for one in schema.get("anyOf", ()) if one.get("type") != "null"]:
        return resolved(some[0])
    return schema


HOLDER: Final = {"role": "steward_lead", "person_id": "he"}
MEANT: Final = {"holders": HOLDER, "service_codes": "lift"}
"""Items that fit, where the schema does not say which do."""
_NOT_ONE: Final = {"uuid": "uuid_type", "date-time": "time_not_rfc3339", "date": "date_type"}


def wrong(schema: Schema, at: At = ()) -> Iterator[Wrong]:
    """All that no field of the schema may hold, however deep."""
    schema = resolved(schema)
    match schema:
        case {"type": "object"}:
            yield at, {M4RK: 1}, "unknown_field"
            for name, inner in schema.get("properties", {}).items():
                yield from wrong(inner, (*at, name))
        case {"type": "array"}:
            yield at, M4RK, "tuple_type"
            one = MEANT.get(str(at[-1]), fit(schema["items"]))
            yield at, [one] * (schema["maxItems"] + 1), "too_long"
            yield from wrong(schema["items"], (*at, 0))
        case {"enum": _} | {"const": _}:
            yield at, M4RK, "enum"
            yield at, 5, "enum"
        case {"type": "integer" | "boolean"}:
            yield at, M4RK, f"{schema['type'][:4].replace('inte', 'int')}_parsing"
            for limit, past, fault in (
                ("minimum", -1, "greater_than_equal"), ("maximum", 1, "less_than_equal"),
                ("exclusiveMinimum", 0, "greater_than"), ("exclusiveMaximum", 0, "less_than"),
            ):  # fmt: skip
                if limit in schema:
                    yield at, schema[limit] + past, fault
        case {"type": "string"}:
            yield at, {M4RK: 1}, _NOT_ONE.get(schema.get("format", ""), "string_type")
            yield from ((at, value, fault) for value, fault in _no_text(schema))


def _no_text(schema: Schema) -> Iterator[tuple[Any, str]]:
    match schema:
        case {"format": "uuid"}:
            yield M4RK, "uuid_parsing"
        case {"format": "date-time"}:
            yield "2026-01-01T10:00:00", "timezone_aware"
            yield "0001-01-01T00:00:00+14:00", "time_out_of_range"
            yield "1767225600", "time_not_rfc3339"
        case {"format": "date"}:
            yield "2026-02-30", "date_from_datetime_parsing"
        case {"description": _, "maxLength": most}:  # a text for people
            yield M4RK + "长" * most, "string_too_long"
            yield " \u3000\u200b", "text_empty"
            yield f"{M4RK}\u202e", "text_unsafe"
        case {"maxLength": most}:
            yield M4RK + "长" * most, "string_too_long"
        case _:
            yield f"{M4RK} x", "string_pattern_mismatch"
            yield "x" * 65, "string_pattern_mismatch"


def fit(schema: Schema) -> Any:
    """The least that the schema takes."""
    schema = resolved(schema)
    match schema:
        case {"type": "object"}:
            needed, inner = schema.get("required", ()), schema.get("properties", {})
            return {name: fit(inner[name]) for name in needed}
        case {"type": "array"}:
            return [fit(schema["items"])] * schema.get("minItems", 0)
        case {"enum": [first, *_]} | {"const": first}:
            return first
        case {"type": "integer"}:
            return schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1)
        case {"type": "boolean"}:
            return True
        case {"format": "uuid"}:
            return NOBODY
        case {"format": "date-time"}:
            return datetime.now(UTC).isoformat()
        case {"format": "date"}:
            return "2026-01-01"
        case _:
            return "x"


def body_with(schema: Schema, at: At, value: Any) -> Any:
    """The least body that has `value` there."""
    if not at:
        return value
    schema, (name, *rest) = resolved(schema), at
    if isinstance(name, int):
        return [body_with(schema["items"], tuple(rest), value)]
    return fit(schema) | {name: body_with(schema["properties"][name], tuple(rest), value)}


def commands() -> Iterator[tuple[str, Schema]]:
    for path, operations in DESCRIBED["paths"].items():
        content = operations.get("post", {}).get("requestBody", {}).get("content", {})
        if "application/json" in content:
            yield path, content["application/json"]["schema"]


COMMANDS: Final = dict(commands())


def test_the_table_is_of_every_command_and_of_every_kind_of_fault() -> None:
    """Else it would say nothing where nothing is asked."""
    table = [one for schema in COMMANDS.values() for one in wrong(schema)]
    assert len(COMMANDS) > 35
    assert len(table) > 500
    assert {fault for _, _, fault in table} >= {
        "string_too_long", "enum", "string_pattern_mismatch", "uuid_parsing", "timezone_aware",
        "too_long", "unknown_field", "text_unsafe", "greater_than_equal", "less_than_equal",
    }  # fmt: skip


@pytest.mark.parametrize("path", COMMANDS)
async def test_no_field_of_a_command_takes_what_it_must_not_hold(
    linli: Linli, planted: Planted, estate: str, path: str
) -> None:
    """Before it is asked whether there is such a stream: what is wrong with a body is told of the
    body alone."""
    schema = COMMANDS[path]
    url = path.replace("{", "").replace("case_id}", NOBODY).replace("dispute_id}", NOBODY)
    url = url.replace("jurisdiction_key}", NOBODY)
    async with linli.client("cases", "li", *Role, estate=estate) as li:
        for at, value, fault in wrong(schema):
            answer = await li.command(url, body_with(schema, at, value))
            problem = planted.refused(answer, 422, "VALIDATION_FAILED")
            found = {(one["field"], one["problem"]) for one in problem["params"]["errors"]}
            field = ".".join(map(str, ("body", *at)))
            assert (field, fault) in found, (field, fault, found)


# --- ids of others ---------------------------------------------------------------------------


@pytest.fixture
async def theirs(linli: Linli, estate: str) -> dict[str, str]:
    """A case, a dispute and a jurisdiction of another estate, by the name in a path."""
    other = f"{estate}b"
    sides = [{"person_id": p, "unit_id": p, "side": s} for p, s in (("li", "A"), ("wu", "B"))]
    dispute = {"estate_id": other, "category": "noise", "parties": sides, "matter": "夜里装修"}
    async with linli.client("cases", "li", *Role, estate=other) as li:
        begun = {
            "case_id": await li.command("/cases", complaint(other)),
            "dispute_id": await li.command("/disputes", dispute),
            "jurisdiction_key": await li.command("/open311-jurisdictions", {"estate_id": other}),
        }
    assert {answer.status_code for answer in begun.values()} == {201}
    return {name: str(answer.json()["id"]) for name, answer in begun.items()}


async def test_what_is_of_another_estate_does_not_exist_for_any_command(
    theirs: dict[str, str], linli: Linli, planted: Planted, estate: str
) -> None:
    """`theirs` is begun before `planted` looks: afterwards nothing is stored."""
    async with linli.client("cases", "li", *Role, estate=estate) as li:
        for path, schema in COMMANDS.items():
            body = fit(schema)
            if "{" not in path:
                body["estate_id"] = f"{estate}b"
            url = path.format(**theirs)
            body |= _meant(path, theirs)
            planted.refused(await li.command(url, body), 404, "NOT_FOUND")
        for path in (
            f"/cases/{theirs['case_id']}/evidence/{NOBODY}",
            f"/disputes/{theirs['dispute_id']}/notes",
            f"/open311-jurisdictions/{theirs['jurisdiction_key']}",
        ):
            planted.refused(await li.get(path), 404, "NOT_FOUND")
        upload = await li.post(
            f"/cases/{theirs['case_id']}/evidence?stage=before", content=photo(),
            headers={"Idempotency-Key": str(uuid4())},
        )  # fmt: skip
        planted.refused(upload, 404, "NOT_FOUND")


def _meant(path: str, theirs: Mapping[str, str]) -> dict[str, Any]:
    """What a schema cannot say."""
    said: dict[str, dict[str, Any]] = {
        "merge": {"into": theirs["case_id"]},
        "record-return-visit": {"reached": False},
    }
    return said.get(path.rpartition("/")[2], {})


async def test_no_case_is_merged_into_one_of_another_estate_nor_shown_by_its_pictures(
    theirs: dict[str, str], linli: Linli, estate: str
) -> None:
    async with linli.client("cases", "li", *Role, estate=estate) as li:
        path = (await li.command("/cases", complaint(estate, kind="repair"))).headers["location"]
        before = len((await li.command(f"{path}/acknowledge")).text)
        assert before
        merged = await li.command(f"{path}/merge", {"into": theirs["case_id"]})
        assert (merged.status_code, merged.json()["code"]) == (404, "NOT_FOUND")
        await li.command(f"{path}/assign", {"assignee_id": "li"})
        await li.command(f"{path}/start")
        said = {"outcome": "已修好", "evidence_ids": [NOBODY]}
        shown = await li.command(f"{path}/resolve", said)
        assert (shown.status_code, shown.json()["code"]) == (422, "EVIDENCE_REQUIRED")


# --- times out of order ----------------------------------------------------------------------


NOW: Final = datetime.now(UTC)


def at(**later: float) -> str:
    return (NOW + timedelta(**later)).isoformat()


def away(since: str, until: str) -> dict[str, Any]:
    gone = {"person_id": "he", "reason": "on_leave", "since": since, "until": until}
    return {"holders": [HOLDER], "absences": [gone]}


TARGET: Final = {"hours": "business", "ack_min": 60, "first_response_min": 90, "anchor": "合同"}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/escalation-duties", away(at(days=2), at(days=1))),
        ("/escalation-duties", away(at(days=1), at(days=1))),
        ("/sla-policies", {"source": "合同", "l2_bp": 20_000, "l3_bp": 20_000}),
        ("/sla-policies", {"source": "合同", "targets": [TARGET | {"ack_min": 0}]}),
        (
            "/sla-policies",
            {"source": "合同", "holidays": ["2026-01-01"], "workdays": ["2026-01-01"]},
        ),
    ],
)
async def test_what_ends_before_it_begins_is_refused(
    linli: Linli, planted: Planted, estate: str, path: str, body: dict[str, Any]
) -> None:
    async with linli.client("cases", "li", *Role, estate=estate) as li:
        answer = await li.command(path, {"estate_id": estate} | body)
    planted.refused(answer, 422, "VALIDATION_FAILED")


@pytest.mark.parametrize(
    ("until", "code"),
    [
        (at(days=-1), "SUSPEND_UNTIL_INVALID"),
        (NOW.isoformat(), "SUSPEND_UNTIL_INVALID"),
        (at(days=90, hours=1), "SUSPEND_UNTIL_INVALID"),
    ],
)
async def test_a_case_is_suspended_until_later_and_not_for_ever(
    linli: Linli, estate: str, until: str, code: str
) -> None:
    async with linli.client("cases", "li", *Role, estate=estate) as li:
        path = (await li.command("/cases", complaint(estate))).headers["location"]
        for step, body in (("acknowledge", {}), ("assign", {"assignee_id": "li"}), ("start", {})):
            assert (await li.command(f"{path}/{step}", body)).status_code == 200
        said = {"wait_for": "resident", "until": until}
        answer = await li.command(f"{path}/suspend", said)
    assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_nothing_has_happened_in_the_future(
    linli: Linli, planted: Planted, estate: str
) -> None:
    """Of commands that begin something; the others are asked of a stream first."""
    async with linli.client("cases", "li", *Role, estate=estate) as li:
        for path, schema in COMMANDS.items():
            if "{" in path:
                continue
            later = (datetime.now(UTC) + timedelta(minutes=6)).isoformat()
            said = {"estate_id": estate, "occurred_at": later}
            answer = await li.command(path, fit(schema) | said)
            assert planted.refused(answer, 422, "OCCURRED_IN_FUTURE")["params"] == {"limit_min": 5}


# --- pictures --------------------------------------------------------------------------------


def photo(colour: str = "red", form: str = "JPEG", **more: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(out, form, **more)
    return out.getvalue()


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png_of(side: int) -> bytes:
    """A few bytes that say that they are a picture of `side` times `side`."""
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    data = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def packed() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for n in range(4):
            archive.writestr(f"{n}.jpg", bytes(20_000_000))
    return out.getvalue()


def text_bomb() -> bytes:
    """A PNG whose comment unpacks to 100 MB."""
    plain, end = photo(form="PNG"), chunk(b"IEND", b"")
    comment = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(100_000_000), 9))
    return plain.removesuffix(end) + comment + end


REFUSED: Final[Mapping[str, tuple[Callable[[], bytes], str]]] = {
    "a zip of 80 MB": (packed, "not_a_picture"),
    "a page": (lambda: b"<html><script>alert(1)</script>", "not_a_picture"),
    "a drawing that is a program": (
        lambda: b'<svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>', "not_a_picture",
    ),
    "a picture of another kind": (lambda: photo(form="BMP"), "not_a_picture"),
    "an animation": (lambda: photo(form="GIF"), "not_a_picture"),
    "60,000 times 60,000": (lambda: png_of(60_000), "too_many_pixels"),
    "7,100 times 7,100": (lambda: png_of(7_100), "too_many_pixels"),
    "a comment of 100 MB": (text_bomb, "broken"),
    "half a picture": (lambda: photo()[:300], "broken"),
    "a line": (lambda: _line(), "too_small"),
    "nothing": (bytes, "empty"),
}  # fmt: skip


def _line() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (4000, 1)).save(out, "PNG")
    return out.getvalue()


async def sent(li: Client, case: str, data: bytes) -> httpx.Response:
    headers = {"Idempotency-Key": str(uuid4()), "Content-Type": "image/jpeg"}
    return await li.post(f"{case}/evidence", params={"stage": "before"}, content=data,
                         headers=headers)  # fmt: skip


async def test_bombs_are_refused_and_the_next_picture_is_taken(linli: Linli, estate: str) -> None:
    async with linli.client("cases", "li", "resident", estate=estate) as li:
        case = (await li.command("/cases", complaint(estate))).headers["location"]
        for name, (made, reason) in REFUSED.items():
            answer = await sent(li, case, made())
            assert (answer.status_code, answer.json()["code"]) == (422, "PICTURE_REFUSED"), name
            assert answer.json()["params"] == {"reason": reason}, name
        assert (await sent(li, case, photo())).json()["version"] == 2


@pytest.mark.parametrize(
    "tail", [packed, lambda: b"<script>M4RK</script>", lambda: b"%PDF-1.7 M4RK"],
    ids=["zip", "page", "pdf"],
)  # fmt: skip
async def test_of_a_picture_that_is_something_else_too_only_the_picture_is_left(
    linli: Linli, estate: str, tail: Callable[[], bytes]
) -> None:
    comment = b"<?php M4RK ?>"
    async with linli.client("cases", "li", "resident", estate=estate) as li:
        case = (await li.command("/cases", complaint(estate))).headers["location"]
        answer = await sent(li, case, photo(comment=comment) + tail())
        assert answer.status_code == 200, answer.text
        shown = await li.get(f"{case}/evidence/{answer.json()['evidence_id']}")
    assert shown.headers["content-type"] == "image/jpeg"
    assert shown.headers["content-security-policy"].startswith("default-src 'none'")
    assert M4RK.encode() not in shown.content
    assert not zipfile.is_zipfile(io.BytesIO(shown.content))
    with Image.open(io.BytesIO(shown.content)) as image:
        assert (image.format, image.size) == ("JPEG", (64, 48))
