"""Pictures of a case over HTTP, with the folder, the key store and the database that are used."""

import asyncio
import io
import zipfile
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from PIL import Image

from tests.conftest import Client, Linli, complaint

NOTHING = uuid4()


def photo(colour: str = "red", comment: bytes = b"") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (640, 480), colour).save(out, "JPEG", comment=comment)
    return out.getvalue()


async def uploaded(
    client: Client, case: str, data: bytes, stage: str = "before", key: str = ""
) -> httpx.Response:
    headers = {"Idempotency-Key": key or str(uuid4()), "Content-Type": "text/html"}
    path = f"/cases/{case}/evidence"
    return await client.post(path, params={"stage": stage}, content=data, headers=headers)


async def opened(client: Client, estate: str, **change: object) -> str:
    told: str = (await client.command("/cases", complaint(estate, **change))).json()["id"]
    return told


def folder(linli: Linli, estate: str) -> Path:
    return linli.running.home.root / "evidence" / estate


def kept(linli: Linli, estate: str) -> list[Path]:
    return [path for path in folder(linli, estate).rglob("*") if path.is_file()]


async def test_a_picture_is_shown_to_whom_the_case_is_shown_and_to_nobody_else(
    linli: Linli, estate: str
) -> None:
    async with (
        linli.client("cases", "li", "resident", estate=estate) as li,
        linli.client("cases", "zhou", "resident", estate=estate) as zhou,
        linli.client("cases", "he", "steward", estate=estate) as he,
        linli.client("cases", "wang", "operator", estate=f"{estate}b") as elsewhere,
    ):
        case = await opened(li, estate)
        answer = await uploaded(li, case, photo(comment=b"28.2278 N"))
        assert answer.status_code == 200, answer.text
        path = f"/cases/{case}/evidence/{answer.json()['evidence_id']}"
        for client in (li, he):
            shown = await client.get(path)
            assert (shown.status_code, shown.headers["content-type"]) == (200, "image/jpeg")
            assert shown.headers["x-content-type-options"] == "nosniff"
            assert b"28.2278" not in shown.content
            with Image.open(io.BytesIO(shown.content)) as image:
                assert image.size == (640, 480)
        for client in (zhou, elsewhere):
            hidden = await client.get(path)
            assert (hidden.status_code, hidden.json()["code"]) == (404, "NOT_FOUND")
        refused = await uploaded(zhou, case, photo())
        assert (refused.status_code, refused.json()["code"]) == (403, "NOT_REPORTER")
        foreign = await uploaded(elsewhere, case, photo())
        assert (foreign.status_code, foreign.json()["code"]) == (404, "NOT_FOUND")
        no_token = await li.get(path, headers={"Authorization": ""})
        assert no_token.status_code == 401
    (file,) = kept(linli, estate)  # of the refused, nothing is left
    assert b"JFIF" not in file.read_bytes()  # sealed


async def test_a_retry_gets_the_first_picture_and_leaves_no_second_file(
    linli: Linli, estate: str
) -> None:
    async with linli.client("cases", "li", "resident", estate=estate) as li:
        case = await opened(li, estate)
        answers = [await uploaded(li, case, photo(), key="once") for _ in range(3)]
        assert [a.status_code for a in answers] == [200] * 3
        (evidence,) = {a.json()["evidence_id"] for a in answers}
        at_once = await asyncio.gather(*(uploaded(li, case, photo(), key="two") for _ in range(4)))
        assert len({a.json()["evidence_id"] for a in at_once}) == 1
        for changed in (photo("blue"), "before"), (photo(), "after"):
            other = await uploaded(li, case, *changed, key="once")
            assert (other.status_code, other.json()["code"]) == (409, "IDEMPOTENCY_KEY_REUSED")
        assert (await li.get(f"/cases/{case}/evidence/{evidence}")).status_code == 200
        assert (await li.get(f"/cases/{case}/evidence/{NOTHING}")).status_code == 404
    assert len(kept(linli, estate)) == 2


async def test_what_is_no_picture_leaves_no_trace(linli: Linli, estate: str) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("photo.jpg", bytes(5_000_000))
    async with linli.client("cases", "li", "resident", estate=estate) as li:
        case = await opened(li, estate)
        for data, reason in (
            (b"", "empty"), (archive.getvalue(), "not_a_picture"), (photo()[:900], "broken"),
        ):  # fmt: skip
            refused = await uploaded(li, case, data)
            assert (refused.status_code, refused.json()["code"]) == (422, "PICTURE_REFUSED")
            assert refused.json()["params"] == {"reason": reason}
        large = await uploaded(li, case, photo() + bytes(12 * 1024 * 1024))
        assert (large.status_code, large.json()["code"]) == (413, "BODY_TOO_LARGE")
        wrong = await uploaded(li, case, photo(), stage="during")
        assert (wrong.status_code, wrong.json()["code"]) == (422, "VALIDATION_FAILED")
        acted = await li.command(f"/cases/{case}/withdraw")
        assert acted.json()["version"] == 2
    assert not kept(linli, estate)


async def test_a_repair_is_resolved_with_a_picture_of_afterwards(linli: Linli, estate: str) -> None:
    async with (
        linli.client("cases", "li", "resident", estate=estate) as li,
        linli.client("cases", "deng", "steward", estate=estate) as deng,
        linli.client("cases", "wang", "operator", estate=estate) as wang,
        linli.client("views", "li", "resident", estate=estate) as views,
    ):
        case = await opened(li, estate, kind="repair")
        before = (await uploaded(li, case, photo())).json()["evidence_id"]
        for step, body in (("acknowledge", {}), ("assign", {"assignee_id": "deng"})):
            assert (await wang.command(f"/cases/{case}/{step}", body)).status_code == 200
        await deng.command(f"/cases/{case}/start")
        for shown in ([], [before], [str(NOTHING)]):
            said: dict[str, Any] = {"outcome": "已修好。", "evidence_ids": shown}
            refused = await deng.command(f"/cases/{case}/resolve", said)
            assert (refused.status_code, refused.json()["code"]) == (422, "EVIDENCE_REQUIRED")
        after = (await uploaded(deng, case, photo("green"), stage="after")).json()["evidence_id"]
        said = {"outcome": "已修好。", "evidence_ids": [before, after]}
        done = await deng.command(f"/cases/{case}/resolve", said)
        assert done.status_code == 200, done.text
        at = {"Linli-Position": done.headers["linli-position"]}
        board = (await views.get(f"/cases/{case}", headers=at)).json()
        assert board["pictures"] == [
            {"evidence_id": before, "stage": "before"}, {"evidence_id": after, "stage": "after"},
        ]  # fmt: skip
