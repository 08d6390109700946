"""Open311 GeoReport v2 over HTTP, as programs of others use it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4
from xml.etree import ElementTree as Xml

import httpx
import pytest
from georeport import GeoReport

from tests.conftest import Client, Linli, complaint

FORM = "application/x-www-form-urlencoded"
NOBODY = uuid4()
REPORT = {
    "service_code": "lift",
    "attribute[trapped]": "no",
    "description": "电梯门关不上 13812345678",
    "address_id": "3",
    "address_string": "3栋1单元 1102 室",
    "first_name": "秀英",
    "phone": "13812345678",
}


async def until(
    ask: Callable[[], Awaitable[httpx.Response]], shown: Callable[[httpx.Response], bool]
) -> None:
    """Asked again and again; the projector is some milliseconds behind."""
    async with asyncio.timeout(10):
        while True:
            if shown(await ask()):
                return
            await asyncio.sleep(0.1)


@dataclass(frozen=True)
class Program:
    """Somebody's program: an address, an estate and perhaps a key. No token."""

    http: httpx.AsyncClient
    estate: str
    key: str

    async def get(self, path: str, **query: str) -> httpx.Response:
        return await self.http.get(path, params={"jurisdiction_id": self.estate} | query)

    async def post(
        self, form: Mapping[str, Any], path: str = "requests.json", **headers: str
    ) -> httpx.Response:
        said = {"jurisdiction_id": self.estate, "api_key": self.key, **form}
        given = {"Content-Type": FORM} | {n.replace("_", "-"): v for n, v in headers.items()}
        return await self.http.post(path, content=urlencode(said, doseq=True), headers=given)

    async def shown(self, id: str) -> None:
        """Until the request can be read."""
        await until(lambda: self.get(f"tokens/{id}.json"), lambda it: it.status_code == 200)


@asynccontextmanager
async def opened(
    linli: Linli, estate: str, **body: Any
) -> AsyncIterator[tuple[Program, Client, str]]:
    """An estate that takes part, a program with a key, the manager, and where both stand."""
    base = f"{linli.addresses['cases']}/open311/v2/"
    async with (
        linli.client("cases", "chen", "estate_manager", "operator", estate=estate) as chen,
        httpx.AsyncClient(base_url=base, trust_env=False, timeout=30) as http,
    ):
        begun = await chen.command("/open311-jurisdictions", {"estate_id": estate} | body)
        path = begun.headers["location"]
        issued = await chen.command(f"{path}/issue-key", {"label": "街道随手拍"})
        assert issued.status_code == 200, issued.text
        yield Program(http, estate, issued.json()["api_key"]), chen, path


def refused(answer: httpx.Response, status: int, code: str, *words: str) -> None:
    """As the standard writes it, in the format that was asked for."""
    assert answer.status_code == status, answer.text
    if answer.headers["content-type"].startswith("text/xml"):
        (error,) = Xml.fromstring(answer.content)
        told = {child.tag: child.text or "" for child in error}
    else:
        (told,) = answer.json()
    assert str(told["code"]) == str(status)
    assert told["description"].startswith(f"{code}: ")
    for word in words:
        assert word in told["description"]


async def test_a_report_is_read_back_by_an_independent_client_in_both_formats(
    linli: Linli, estate: str
) -> None:
    """georeport from PyPI; it reads, and has no way to report."""
    async with opened(linli, estate) as (program, chen, _):
        made = await program.post(REPORT)
        assert made.status_code == 201, made.text
        (told,) = made.json()
        id, case_no = told["service_request_id"], told["service_notice"]
        assert case_no.startswith(f"{estate.upper()}-")
        await program.shown(id)
        await chen.command(f"/cases/{id}/reject", {"reason": "out_of_scope"})
        await until(
            lambda: program.get(f"requests/{id}.json"),
            lambda it: it.json()[0]["status"] == "closed",
        )
        root = f"{linli.addresses['cases']}/open311/v2"
        seen = []
        for written in ("json", "xml"):
            client = GeoReport(root, jurisdiction=estate, output_format=written)
            services = await asyncio.to_thread(client.get_service_list)
            assert {service["service_code"] for service in services} >= {"lift", "lighting"}
            asked = await asyncio.to_thread(client.get_service_definition, "lift")
            assert asked["service_code"] == "lift"
            one = await asyncio.to_thread(client.get_service_request, id)
            some = await asyncio.to_thread(client.get_service_requests, None, "lift,gas")
            assert some == ([one] if written == "json" else one)  # what xmltodict makes of one
            seen.append({name: value or None for name, value in one.items()})
    assert seen[0] == seen[1]
    assert seen[0] == {
        "service_request_id": id, "status": "closed", "status_notes": "rejected",
        "service_name": "Lift", "service_code": "lift", "address": "Building 3",
        "address_id": "3", "requested_datetime": seen[0]["requested_datetime"],
        "updated_datetime": seen[0]["updated_datetime"],
        "expected_datetime": seen[0]["expected_datetime"],
        **dict.fromkeys(("description", "agency_responsible", "service_notice", "zipcode", "lat",
                         "long", "media_url")),
    }  # fmt: skip


async def test_what_was_reported_is_a_case_like_any_other_and_who_reported_is_in_none_of_it(
    linli: Linli, estate: str
) -> None:
    async with (
        opened(linli, estate) as (program, _, _),
        linli.client("views", "wang", "operator", estate=estate) as desk,
        linli.client("views", "li", "resident", estate=estate) as li,
    ):
        form = REPORT | {"account_id": "li", "attribute[trapped]": "yes"}
        (told,) = (await program.post(form)).json()
        await program.shown(told["service_request_id"])
        path = f"/cases/{told['service_request_id']}"
        await until(lambda: li.get(path), lambda it: it.status_code == 200)
        case = (await desk.get(path)).json()
        listed = (await program.get("requests.json")).text
    assert (case["channel"], case["service_code"], case["kind"]) == ("open311", "lift", "repair")
    assert (case["priority"], case["reporter_id"]) == ("P1", "li")
    assert case["title"].startswith("电梯门关不上")
    for word in ("1381", "秀英", "1102", "电梯门", '"li"'):
        assert word not in listed


async def test_disputes_people_and_what_is_not_in_the_catalogue_never_leave(
    linli: Linli, estate: str
) -> None:
    """The last report is the sign that all before it have been read."""
    sides = [{"person_id": p, "unit_id": p, "side": s} for p, s in (("li", "A"), ("wu", "B"))]
    dispute = {"estate_id": estate, "category": "noise", "parties": sides, "matter": "M4RK"}
    async with (
        opened(linli, estate) as (program, chen, _),
        linli.client("cases", "li", "resident", estate=estate) as li,
    ):
        hidden = [
            await chen.command("/disputes", dispute),
            await li.command("/cases", complaint(estate, service_code="elder_visit")),
            await li.command("/cases", complaint(estate, about_person_id="deng")),
        ]
        shown = await li.command("/cases", complaint(estate, title="路灯不亮 M4RK"))
        assert {answer.status_code for answer in (*hidden, shown)} == {201}
        await program.shown(shown.json()["id"])
        listed = await program.get("requests.json")
        assert [one["service_request_id"] for one in listed.json()] == [shown.json()["id"]]
        assert "M4RK" not in listed.text
        for answer in hidden:
            id = answer.json()["id"]
            refused(await program.get(f"requests/{id}.json"), 404, "NOT_FOUND")
            assert (await program.get("requests.json", service_request_id=id)).json() == []


async def test_an_estate_is_nowhere_until_it_is_opened_and_again_when_it_is_closed(
    linli: Linli, estate: str
) -> None:
    async with opened(linli, estate, service_codes=["lighting"]) as (program, chen, path):
        (only,) = (await program.get("services.json")).json()
        assert only["service_code"] == "lighting"
        refused(await program.get("services/lift.xml"), 404, "NOT_FOUND")
        refused(await program.post(REPORT), 404, "NOT_FOUND")
        other = Program(program.http, f"{estate}b", program.key)
        for answer in (await other.get("services.json"), await other.post(REPORT)):
            refused(answer, 404, "NOT_FOUND")
        lamp = {"service_code": "lighting", "address_id": "3"}
        assert (await program.post(lamp)).status_code == 201
        await chen.command(f"{path}/close")
        for answer in (await program.get("requests.json"), await program.post(lamp)):
            refused(answer, 404, "NOT_FOUND")


async def test_a_key_is_told_once_is_of_one_estate_and_ends_when_it_is_revoked(
    linli: Linli, estate: str
) -> None:
    lamp = {"service_code": "lighting", "address_id": "3"}
    async with (
        opened(linli, estate) as (program, chen, path),
        opened(linli, f"{estate}b") as (elsewhere, _, other),
    ):
        first = await chen.command(f"{path}/issue-key", {"label": "二"}, key="once")
        again = await chen.command(f"{path}/issue-key", {"label": "二"}, key="once")
        assert again.json() == first.json() | {"api_key": None}
        second = Program(program.http, estate, first.json()["api_key"])
        assert (await second.post(lamp)).status_code == 201
        key_id = first.json()["key_id"]
        standing = await chen.get(path)
        assert [key["key_id"] for key in standing.json()["keys"]][1:] == [key_id]
        assert second.key.split(".")[1] not in standing.text
        await chen.command(f"{path}/revoke-key", {"key_id": key_id})
        for key in (second.key, elsewhere.key, "", "x", second.key[:-1] + "_"):
            refused(await Program(program.http, estate, key).post(lamp), 403, "API_KEY_INVALID")
        assert (await program.post(lamp | {"address_string": "东门"})).status_code == 201
        assert (await chen.get(other)).status_code == 404
    async with linli.client("cases", "li", "resident", estate=estate) as li:
        assert (await li.get(path)).status_code == 404
        for step in ("issue-key", "close"):
            body = {"label": "x"} if step == "issue-key" else {}
            assert (await li.command(f"{path}/{step}", body)).status_code == 403


async def test_a_report_with_an_idempotency_key_is_one_case_in_whichever_format_it_is_repeated(
    linli: Linli, estate: str
) -> None:
    async with opened(linli, estate) as (program, _, _):
        sent = [program.post(REPORT, Idempotency_Key="k") for _ in range(8)]
        answers = await asyncio.gather(*sent)
        assert {answer.status_code for answer in answers} == {201}
        (first,) = {answer.text for answer in answers}
        xml = await program.post(REPORT, "requests.xml", Idempotency_Key="k")
        id = Xml.fromstring(xml.content).findtext("request/service_request_id")
        assert id
        assert id in first
        changed = REPORT | {"description": "别的"}
        refused(await program.post(changed, Idempotency_Key="k"), 409, "IDEMPOTENCY_KEY_REUSED")
        same_words = await program.post(REPORT)
        refused(same_words, 409, "DUPLICATE_OPEN_CASE", id)


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "no service": ({"service_code": ""}, "service_code"),
    "nowhere": ({"address_id": "", "address_string": ""}, "location"),
    "half a position": ({"lat": "28.2"}, "location"),
    "no number": ({"lat": "M4RK", "long": "1"}, "lat"),
    "twice": ({"address_id": ["3", "4"]}, "address_id"),
    "a required answer left out": ({"attribute[trapped]": ""}, "attribute[trapped]"),
    "an answer not in the list": ({"attribute[trapped]": "M4RK"}, "attribute[trapped]"),
    "two where one is asked for": ({"attribute[trapped]": ["yes", "no"]}, "attribute[trapped]"),
    "a question nobody asked": ({"attribute[M4RK]": "1"}, "attribute"),
    "brackets that do not close": ({"attribute[trapped": "yes"}, "attribute"),
    "a text too long": ({"description": "M4RK" * 1001}, "description"),
    "NUL": ({"description": "M4RK\0"}, "description"),
    "a picture on this machine": ({"media_url": "file:///M4RK"}, "media_url"),
    "an account that is no id": ({"account_id": "M4RK x"}, "account_id"),
}  # fmt: skip


@pytest.mark.parametrize("format", ["json", "xml"])
@pytest.mark.parametrize(("change", "field"), BAD.values(), ids=BAD)
async def test_a_form_that_does_not_fit_is_refused_in_the_standards_shape(
    linli: Linli, format: str, change: dict[str, Any], field: str
) -> None:
    async with opened(linli, "open311-bad") as (program, chen, path):
        answer = await program.post(REPORT | change, f"requests.{format}")
        refused(answer, 400, "OPEN311_INVALID", f"{field} does not fit")
        assert "M4RK" not in answer.text
        await _revoked(program, chen, path)


async def _revoked(program: Program, chen: Client, path: str) -> None:
    """An estate has twenty keys at most."""
    for key in (await chen.get(path)).json()["keys"]:
        await chen.command(f"{path}/revoke-key", {"key_id": key["key_id"]})


async def test_bodies_and_paths_that_nobody_can_mean_are_refused_in_the_standards_shape(
    linli: Linli, estate: str
) -> None:
    async with opened(linli, estate) as (program, _, _):
        auth = f"jurisdiction_id={estate}&api_key={program.key}&service_code=lift".encode()
        for content, kind, status, code in (
            (b"{}", "application/json", 400, "OPEN311_INVALID"),
            (auth, "multipart/form-data; boundary=x", 400, "OPEN311_INVALID"),
            (auth, f"{FORM}; charset=gbk", 400, "OPEN311_INVALID"),
            (auth + b"&description=%ff", FORM, 400, "OPEN311_INVALID"),
            (auth + b"&description=\xe7", FORM, 400, "OPEN311_INVALID"),
            (auth + b"&x=1" * 300, FORM, 400, "OPEN311_INVALID"),
            (auth + b"&description=" + b"x" * 300_000, FORM, 413, "BODY_TOO_LARGE"),
            (b"", FORM, 400, "OPEN311_INVALID"),
        ):
            answer = await program.http.post(
                "requests.json", content=content, headers={"Content-Type": kind}
            )
            refused(answer, status, code)
        refused(await program.post(REPORT, Idempotency_Key="a b"), 400, "OPEN311_INVALID")
        for path in (
            f"requests/{NOBODY}.xml",
            "requests/M4RK.json",
            "tokens/1.json",
            "services/M4RK.json",
            "services.yaml",
            f"requests/{NOBODY}.exe",
        ):
            refused(await program.get(path), 404, "NOT_FOUND")
        for query in (
            {"status": "new"},
            {"start_date": "2026-01-01"},
            {"service_code": "%00"},
            {"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-07-01T00:00:00Z"},
            {"jurisdiction_id": "../x"},
            {"jurisdiction_id": ""},
        ):
            refused(await program.get("requests.xml", **query), 400, "OPEN311_INVALID")
        chinese = await program.http.get("services.json", headers={"Accept-Language": "zh-CN"})
        refused(chinese, 400, "OPEN311_INVALID", "不符合要求")


async def test_dates_and_states_narrow_the_list(linli: Linli, estate: str) -> None:
    async with opened(linli, estate) as (program, chen, _):
        ids = []
        for n, code in enumerate(("gas", "gas", "power")):
            form = {"service_code": code, "address_id": str(n)}
            ids.append((await program.post(form)).json()[0]["service_request_id"])
        await chen.command(f"/cases/{ids[1]}/reject", {"reason": "out_of_scope"})
        await program.shown(ids[2])
        await until(
            lambda: program.get("requests.json", status="closed"), lambda it: bool(it.json())
        )

        async def listed(**query: str) -> list[str]:
            answer = await program.get("requests.json", **query)
            return [one["service_request_id"] for one in answer.json()]

        assert await listed() == ids[::-1]
        assert await listed(status="open", service_code="gas") == [ids[0]]
        assert await listed(status="closed") == [ids[1]]
        assert await listed(service_code="gas,power", status="open,closed") == ids[::-1]
        assert await listed(service_code="water") == []
        assert await listed(end_date="2020-01-01T00:00:00Z") == []
        assert await listed(service_request_id=f"{ids[0]},{NOBODY}", status="closed") == [ids[0]]


async def test_discovery_names_the_server_and_its_formats_without_an_estate(linli: Linli) -> None:
    root = linli.addresses["cases"]
    async with httpx.AsyncClient(base_url=root, trust_env=False) as http:
        told = (await http.get("/open311/discovery.json")).json()
        xml = Xml.fromstring((await http.get("/open311/discovery.xml")).content)
    (endpoint,) = told["endpoints"]
    assert endpoint["url"] == xml.findtext("endpoints/endpoint/url") == f"{root}/open311/v2"
    assert endpoint["formats"] == ["application/json", "text/xml"]


async def test_a_program_that_runs_wild_is_told_when_to_come_again(
    linli: Linli, estate: str
) -> None:
    """Refused before anything is written: seen red without the limit of a key."""
    async with opened(linli, estate) as (program, _, _):
        sent = [program.post({"service_code": "x"}) for _ in range(70)]
        answers = await asyncio.gather(*sent)
        wild = [answer for answer in answers if answer.status_code == 429]
        assert len(wild) >= 5
        refused(wild[0], 429, "TOO_MANY_REQUESTS")
        assert int(wild[0].headers["retry-after"]) >= 1
        assert (await program.get("services.json")).status_code == 200
