"""Each service's description of itself, and whether it does what it says: Schemathesis asks."""

import asyncio
import json
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeAlias

import httpx
import pytest
from linli_language.codes import CODES
from linli_language.roles import Role
from linli_local import services

from tests.conftest import Linli, complaint

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "response_headers_conformance",
    "missing_required_header",
    "unsupported_method",
    "allow_header_conformance",
    "ignored_auth",
)
Ran: TypeAlias = "subprocess.CompletedProcess[str]"
CASES = 300  # at least, of each service
ESTATE = "fuzzed"
COMPANY = f"company:{ESTATE}"
_TENANTS = {"estate_id": ESTATE, "tenant": COMPANY}
_IN = {"estate_id": ESTATE}
_STARTS = datetime.now(UTC).replace(microsecond=0) + timedelta(days=30)
_HOUR = {"starts_at": _STARTS.isoformat(), "ends_at": (_STARTS + timedelta(hours=1)).isoformat()}
_BEGUN: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    ("cases", "/cases", "case_id", complaint(ESTATE)),
    ("cases", "/disputes", "dispute_id", _IN | {
        "category": "noise", "matter": "夜里装修",
        "parties": [
            {"person_id": "li", "unit_id": "1", "side": "A"},
            {"person_id": "wu", "unit_id": "2", "side": "B"},
        ],
    }),
    ("cases", "/open311-jurisdictions", "jurisdiction_key", _IN),
    ("volunteers", "/shifts", "shift_id", _IN | _HOUR | {
        "type": "school_guard", "post": "gate", "min_n": 1, "max_n": 2,
    }),
    ("volunteers", "/visits", "visit_id", _IN | _HOUR | {
        "elder_id": "luo", "tier": "key", "recurrence_id": "1",
    }),
    ("estates", "/companies", "company_id", {
        "tenant": COMPANY, "name_zh": "湘江物业", "name_en": "Xiangjiang Property",
    }),
    ("estates", "/buildings", "building_key", _IN | {"building_id": "3", "label": "3 栋"}),
    ("estates", "/units", "unit_key", _IN | {
        "building_id": "3", "unit_id": "3-2-1102", "unit_no": "2-1102", "area_cm2": 895_000,
    }),
    ("estates", "/fee-accounts", "account_id", _IN | {"unit_id": "3-2-1102"}),
    ("estates", "/fee-periods", "period_id", _IN | {"period": "2019-Q4"}),
    ("estates", "/bill-imports", "import_id", _IN | {
        "bills": [
            {"bill_no": "B1", "unit_id": "3-2-1102", "period": "2020-Q1", "amount_fen": 90_000},
        ],
    }),
    ("estates", "/places", "place_id", _IN | {
        "place_kind": "class_room", "name_zh": "教室", "name_en": "Class room", "capacity": 30,
        "hours": [{"weekday": 1, "opens": "08:30", "closes": "18:00"}],
    }),
    ("estates", "/people", "person_key", {
        "tenant": COMPANY, "person_id": "li", "full_name": "李秀英",
    }),
    ("estates", "/absences", "absence_key", {
        "tenant": COMPANY, "person_id": "li", "starts_on": "2030-01-01", "ends_on": "2030-01-02",
    }),
    ("meetings", "/topics", "topic_id", _IN | {"title": "充电桩", "description": "楼道里充电"}),
    ("meetings", "/meetings", "meeting_id", _IN | {
        "kind": "deliberation", "starts_at": _HOUR["starts_at"],
        "invited": [{"person_id": "li", "party": "owners"}],
    }),
)  # fmt: skip


FOR_CLIENTS = [name for name in services.SERVICES if name != "keys"]  # services alone ask that


@pytest.fixture(params=services.SERVICES)
async def described(linli: Linli, request: pytest.FixtureRequest) -> tuple[str, dict[str, Any]]:
    """A service's address and what it says of itself."""
    address = linli.addresses[request.param]
    async with httpx.AsyncClient(base_url=address, timeout=60, trust_env=False) as client:
        return address, (await client.get("/openapi.json")).json()


@pytest.fixture(scope="module")
async def answered(
    linli: Linli, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Mapping[str, Future[Ran]]]:
    """By service what Schemathesis says of it: of two at a time, one waits while one computes."""
    everything = {tenant: list(Role) for tenant in (ESTATE, COMPANY)}
    subjects, token = await _subjects(linli), linli.issuer.token("li", everything)
    with ThreadPoolExecutor(2) as pair:
        yield {
            name: pair.submit(_asked, address, token, subjects, tmp_path_factory.mktemp(name))
            for name, address in linli.addresses.items()
            if name in FOR_CLIENTS
        }
        pair.shutdown(cancel_futures=True)


def _asked(address: str, token: str, subjects: dict[str, list[str]], folder: Path) -> Ran:
    aimed = _aimed(httpx.get(f"{address}/openapi.json", trust_env=False).json(), subjects)
    (folder / "openapi.json").write_text(json.dumps(aimed))
    asking = sum("parameters" in operation for _, _, operation in _operations(aimed))
    return subprocess.run(
        [
            Path(sys.executable).parent / "schemathesis", "--no-color", "run", "openapi.json",
            "--url", address, "--header", f"Authorization: Bearer {token}",
            "--checks", ",".join(CHECKS), "--max-examples", str(max(10, CASES // asking)),
            "--seed", "1", "--generation-deterministic", "--continue-on-failure", "--no-shrink",
            "--request-timeout", "60", "--suppress-health-check", "all",
        ],
        cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip


@pytest.mark.parametrize("service", FOR_CLIENTS)
async def test_whatever_is_sent_the_answer_is_one_that_is_documented(
    answered: Mapping[str, Future[Ran]], service: str
) -> None:
    ran = await asyncio.wrap_future(answered[service])
    told = ran.stdout
    print(told)
    assert ran.returncode == 0, told
    generated = re.search(r"([0-9]+) generated", told)
    assert generated, told
    assert int(generated[1]) >= CASES


async def _subjects(linli: Linli) -> dict[str, list[str]]:
    """By the names of parameters: one of each aggregate, versions and positions."""
    known: dict[str, list[str]] = {"If-Match": ['"1"', '"2"', '"3"'], "Linli-Position": []}
    for service, path, name, body in _BEGUN:
        async with linli.client(service, "li", *Role, estate=(ESTATE, COMPANY)) as li:
            begun = await li.command(path, body, key="fuzzed")
        assert begun.status_code == 201, begun.text
        known[name] = [begun.json()["id"]]
        known["Linli-Position"].append(begun.headers["Linli-Position"])
    return known


def _aimed(described: dict[str, Any], known: dict[str, list[str]]) -> dict[str, Any]:
    """The description, with what exists for what is asked: else nearly all would end in 404."""
    for schema in described["components"]["schemas"].values():
        for name in _TENANTS.keys() & schema.get("properties", {}).keys():
            schema["properties"][name] = {"enum": [_TENANTS[name]]}
    for _, _, operation in _operations(described):
        for parameter in operation.get("parameters", ()):
            if found := known.get(parameter["name"]):
                parameter["schema"] = {"enum": found}
    return described


async def test_everything_but_the_operators_needs_a_token_and_says_how_it_refuses(
    described: tuple[str, dict[str, Any]],
) -> None:
    for path, _, operation in _operations(described[1]):
        if path in {"/livez", "/readyz"} or path.startswith("/badges/"):
            assert "security" not in operation
            continue
        assert operation["security"] == [{"HTTPBearer": []}], path
        refusals = {s: a for s, a in operation["responses"].items() if s >= "400"}
        assert set(refusals) >= {"400", "401", "403", "404", "422", "503"}, path
        for answer in refusals.values():
            schema = {"$ref": "#/components/schemas/Problem"}
            assert answer["content"] == {"application/problem+json": {"schema": schema}}
        assert refusals["401"]["headers"]["WWW-Authenticate"]["required"]
        assert refusals["503"]["headers"]["Retry-After"]["required"]


async def test_a_command_documents_every_status_of_the_codes_and_its_headers(
    described: tuple[str, dict[str, Any]],
) -> None:
    """405 and 429 are for what is not in the description, 431 for a client that is broken, 500
    for us."""
    for path, _, operation in _operations(described[1]):
        names = {p["name"] for p in operation.get("parameters", ())}
        if "Idempotency-Key" not in names:
            continue
        answers = operation["responses"]
        statuses = {str(code.status) for code in CODES.values()} - {"405", "429", "431", "500"}
        assert statuses <= set(answers), path
        done = answers["201" if path.count("/") == 1 else "200"]
        assert done["content"]["application/json"]["schema"]
        assert done["headers"]["ETag"]["required"]
        assert "Linli-Position" in done["headers"]
        assert ("Location" in done["headers"]) == ("201" in answers)


async def test_nothing_that_a_client_sends_is_without_a_limit(
    described: tuple[str, dict[str, Any]],
) -> None:
    """And no object has keys of the client's choice: a refusal would name them."""
    schemas = described[1]["components"]["schemas"]
    for path, _, operation in _operations(described[1]):
        given = [p["schema"] for p in operation.get("parameters", ())]
        if body := operation.get("requestBody", {}).get("content"):
            files = all(kind.startswith("image/") for kind in body)  # bounded as a whole
            given += [] if files else [body["application/json"]["schema"]]
        for schema in given:
            for part in _parts(schema, schemas):
                kind = part.get("type")
                if kind == "string":
                    assert part.keys() & {"maxLength", "pattern", "enum", "const", "format"}, path
                if kind == "array":
                    assert "maxItems" in part, (path, part)
                if kind == "object":
                    named = {"propertyNames", "maxProperties"} <= part.keys()  # by words of a list
                    assert named or part.get("additionalProperties") is False, (path, part)


def _operations(description: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, operations in description["paths"].items():
        for method, operation in operations.items():
            yield path, method, operation


def _parts(schema: dict[str, Any], schemas: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A schema and all that it is made of."""
    if name := schema.get("$ref", "").rpartition("/")[2]:
        yield from _parts(schemas[name], schemas)
        return
    yield schema
    inner = [*schema.get("properties", {}).values(), *schema.get("anyOf", ())]
    for part in (*inner, *([schema["items"]] if "items" in schema else ())):
        yield from _parts(part, schemas)
