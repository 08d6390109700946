"""What a stranger's tools make of the documents: AsyncAPI's own schema, AsyncAPI's own parser."""

import gzip
import hashlib
import json
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml
from linli_contracts.catalogue import ROOT, publishers
from linli_contracts.envelope import MARK
from linli_contracts.files import FOLDER
from linli_shared.kafka import WATERMARKS

HERE = Path(__file__).parent / "asyncapi"
DOCUMENTS = {p.service.name: FOLDER / p.service.name / "asyncapi.yaml" for p in publishers()}
EVENTS = {p.service.name: set(p.events) for p in publishers()}
SCHEMA = gzip.decompress((HERE / "schema-3.0.0.json.gz").read_bytes())
# Of schemas/3.0.0.json in @asyncapi/specs 6.11.1.
PINNED = "d4571a420e6ffb7fcc7066c95a6db1202f299a3c51daa103d0706bf30f95e626"


@cache
def whole(name: str) -> Any:
    """The document with the files that it refers to."""
    file = DOCUMENTS[name]
    return _whole(yaml.safe_load(file.read_text("utf-8")), file.parent)


def _whole(part: Any, folder: Path) -> Any:
    match part:
        case {"$ref": str() as path} if not path.startswith("#"):
            return json.loads((folder / path).read_text("utf-8"))
        case dict():
            return {key: _whole(value, folder) for key, value in part.items()}
        case list():
            return [_whole(value, folder) for value in part]
        case _:
            return part


def said(document: Any) -> list[str]:
    official = jsonschema_rs.Draft7Validator(json.loads(SCHEMA), validate_formats=True)
    return [f"{e.instance_path}: {e.message[:200]}" for e in official.iter_errors(document)]


def messages(name: str) -> dict[str, Any]:
    return {m["name"]: m for m in whole(name)["components"]["messages"].values()}


def test_the_schema_is_the_official_one() -> None:
    assert hashlib.sha256(SCHEMA).hexdigest() == PINNED


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_a_document_is_valid_by_the_official_schema(name: str) -> None:
    assert said(whole(name)) == []


def test_the_official_schema_finds_what_is_wrong() -> None:
    document = json.loads(json.dumps(whole("cases")))
    document["channels"]["facts"]["bindings"]["kafka"]["partitions"] = 0
    assert said(document)
    assert said(whole("cases") | {"operations": {"publish": {"action": "shout"}}})


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_a_document_has_every_type_of_its_service_with_an_example(name: str) -> None:
    assert messages(name).keys() == EVENTS[name] | {MARK}
    assert all(message["examples"] for message in messages(name).values())
    channels = whole(name)["channels"]
    assert {k: c["address"] for k, c in channels.items() if k != "facts"} == {
        "watermarks": WATERMARKS
    }
    channel = channels["facts"]
    assert channel["address"] == f"linli.{name}.v1"
    assert channel["bindings"]["kafka"]["partitions"] == 16
    shown = {ref["$ref"].rpartition("/")[2] for ref in channel["messages"].values()}
    assert shown == {kind.split(".", 2)[2] for kind in EVENTS[name]}


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_an_example_fits_the_schemas_beside_it(name: str) -> None:
    for message in messages(name).values():
        for part in ("headers", "payload"):
            official = jsonschema_rs.Draft202012Validator(message[part], validate_formats=True)
            # AsyncAPI 3.0 reads them as draft 7 unless told otherwise.
            as_well = dict(message[part]) | {"$schema": "http://json-schema.org/draft-07/schema#"}
            older = jsonschema_rs.Draft7Validator(as_well, validate_formats=True)
            for example in message["examples"]:
                official.validate(example[part])
                older.validate(example[part])


# --- AsyncAPI's own parser, where Node is there ------------------------------------------------


@pytest.fixture(scope="module")
def parser() -> Path:
    """A folder in .local with the packages that package-lock.json pins, made once."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        pytest.skip("AsyncAPI's parser is a Node program, and there is no node and npm here")
    lock = (HERE / "package-lock.json").read_bytes()
    place = ROOT / ".local" / f"asyncapi-{hashlib.sha256(lock).hexdigest()[:12]}"
    if not place.exists():
        new = place.with_name(f"{place.name}-{os.getpid()}")
        new.mkdir(parents=True)
        for file in ("package.json", "package-lock.json"):
            shutil.copy(HERE / file, new)
        install = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        made = subprocess.run(install, cwd=new, capture_output=True, text=True, timeout=300)
        if made.returncode:
            shutil.rmtree(new)
            pytest.skip(f"npm cannot fetch AsyncAPI's parser: {made.stderr.strip()[-300:]}")
        if place.exists():  # another run was faster
            shutil.rmtree(new)
        else:
            new.rename(place)
    shutil.copy(HERE / "check.mjs", place)
    return place


def test_the_schema_is_that_of_the_pinned_package(parser: Path) -> None:
    held = parser / "node_modules/@asyncapi/specs/schemas/3.0.0.json"
    assert held.read_bytes() == SCHEMA


def test_asyncapi_s_own_parser_reads_every_document_and_finds_no_fault(
    parser: Path, tmp_path: Path
) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(DOCUMENTS["cases"].read_text("utf-8").replace("action: send", "action: shout"))
    files = [*map(str, DOCUMENTS.values()), str(wrong)]
    ran = subprocess.run(
        ["node", "check.mjs", *files], cwd=parser, capture_output=True, text=True, timeout=120
    )
    assert ran.returncode == 0, ran.stderr
    *read, broken = json.loads(ran.stdout)
    assert [d for d in broken["diagnostics"] if d["severity"] == 0], "it finds nothing at all"
    for (name, kinds), found in zip(EVENTS.items(), read, strict=True):
        faults = [d for d in found["diagnostics"] if d["code"] != "asyncapi-latest-version"]
        assert not faults, f"{name}: {faults}"
        assert set(found["messages"]) == kinds | {MARK}
