"""The contracts in shared/contracts are those of the code, and hold what was promised."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import jsonschema_rs
import pytest
from linli_contracts import __main__ as command
from linli_contracts import files, promises
from linli_contracts.catalogue import publishers, services, short
from linli_contracts.envelope import LATER, example, headers
from linli_contracts.schemas import DIALECT, Schema, relied_on, written
from linli_shared.chain import BEGIN, record
from linli_shared.kafka import fact, shard_of
from linli_shared.messages import Event

PUBLISHERS = {p.service.name: p for p in publishers()}
EVENTS = {kind: model for p in PUBLISHERS.values() for kind, model in p.events.items()}
WRITERS = {kind: written(model) for kind, model in EVENTS.items()}
GOLDEN = {kind: fact for p in PUBLISHERS.values() for kind, fact in p.golden.items()}
PROMISED = {kind: p for name in PUBLISHERS for kind, p in files.promised(name).items()}
FACTS = [(kind, fact) for kind, promise in PROMISED.items() for fact in promise.facts]
FACTS += [(kind, fact) for kind, fact in GOLDEN.items() if (kind, fact) not in FACTS]


def valid(schema: Schema) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(schema, validate_formats=True)


def objects(schema: Any) -> Iterator[Schema]:
    """Every schema within, however deep, that tells fields."""
    match schema:
        case {"properties": dict(parts)}:
            yield schema
            for part in parts.values():
                yield from objects(part)
        case {"items": part}:
            yield from objects(part)
        case {"anyOf": list(choices)}:
            for part in choices:
                yield from objects(part)


def test_services_are_found_by_themselves() -> None:
    assert {"cases", "views", "notifications"} <= {service.name for service in services()}
    assert len(EVENTS) > 25


def test_the_committed_contracts_are_those_of_the_code() -> None:
    should, does = files.generated(), files.standing()
    assert does.keys() == should.keys(), "run: make contracts"
    assert [p for p in should if should[p] != does[p]] == [], "run: make contracts"


def test_nothing_that_was_promised_is_broken() -> None:
    found = files.breaches()
    assert not found, "\n".join(["", *found, promises.WAY_OUT])


def test_making_them_twice_makes_the_same() -> None:
    assert files.generated() == files.generated()


@pytest.mark.parametrize("kind", sorted(EVENTS))
def test_a_type_is_named_after_its_service_its_class_and_a_version(kind: str) -> None:
    prefix, service, name, version = kind.split(".")
    assert (prefix, service) == ("linli", EVENTS[kind].__module__.split(".")[0].split("_", 1)[1])
    assert version.startswith("v")
    assert int(version[1:]) > 0
    assert EVENTS[kind].__name__.startswith(name)


@pytest.mark.parametrize("name", sorted(PUBLISHERS))
def test_every_type_has_a_golden_file_and_every_golden_file_a_type(name: str) -> None:
    publisher = PUBLISHERS[name]
    assert publisher.golden.keys() == publisher.events.keys()


@pytest.mark.parametrize("name", sorted(PUBLISHERS))
def test_a_publisher_s_topic_is_its_own(name: str) -> None:
    assert PUBLISHERS[name].service.topic == f"linli.{name}.v1"


@pytest.mark.parametrize("kind", sorted(WRITERS))
def test_the_writer_s_schema_is_closed_and_the_reader_s_open_however_deep(kind: str) -> None:
    closed, opened = WRITERS[kind], relied_on(WRITERS[kind])
    jsonschema_rs.meta.validate({"$schema": DIALECT} | closed)
    jsonschema_rs.meta.validate({"$schema": DIALECT} | opened)
    assert {part["additionalProperties"] for part in objects(closed)} == {False}
    assert {part["additionalProperties"] for part in objects(opened)} == {True}
    assert "enum" not in json.dumps(opened).replace("x-extensible-enum", "")


@pytest.mark.parametrize(
    ("kind", "stored"), FACTS, ids=[f"{short(kind)}-{n}" for n, (kind, _) in enumerate(FACTS)]
)
def test_a_stored_fact_parses_for_ever_and_fits_both_schemas(
    kind: str, stored: dict[str, Any]
) -> None:
    Event.parse(kind, json.dumps(stored))
    assert [e.message for e in valid(WRITERS[kind]).iter_errors(stored)] == []
    assert [e.message for e in valid(relied_on(WRITERS[kind])).iter_errors(stored)] == []


@pytest.mark.parametrize("kind", sorted(GOLDEN.keys() & EVENTS.keys()))
def test_what_is_written_today_fits_both_schemas(kind: str) -> None:
    told = json.loads(EVENTS[kind].model_validate(GOLDEN[kind]).model_dump_json())
    valid(WRITERS[kind]).validate(told)
    reader = valid(relied_on(WRITERS[kind]))
    reader.validate(told | {"added_later": {"deep": [1]}})
    with pytest.raises(jsonschema_rs.ValidationError):
        valid(WRITERS[kind]).validate(told | {"added_later": 1})


def test_a_golden_file_that_is_rewritten_leaves_the_old_fact_promised() -> None:
    kind, old = next(iter(sorted(GOLDEN.items())))
    first = promises.kept({}, {kind: WRITERS[kind]}, {kind: old})
    again = promises.kept(first, {kind: WRITERS[kind]}, {kind: old | {"by_id": "another"}})
    assert again[kind].facts == (old, old | {"by_id": "another"})
    assert promises.parse(promises.text(again)) == again


def test_the_command_refuses_to_write_what_breaks_a_promise(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Be it that a type is gone, or a whole service."""
    for service in ("cases", "gone"):
        file = tmp_path / "promised" / f"{service}.json"
        file.parent.mkdir(exist_ok=True)
        old = {f"linli.{service}.OnceThere.v1": promises.Promise({"type": "object"}, ())}
        file.write_text(promises.text(old))
    monkeypatch.setattr(files, "FOLDER", tmp_path)
    assert command.main([]) == 1
    said = capsys.readouterr().err
    assert "linli.cases.OnceThere.v1 is gone" in said
    assert "linli.gone.OnceThere.v1 is gone" in said
    assert "forget" in said
    assert len(list(tmp_path.rglob("*.json"))) == 2

    assert command.main(["forget", "linli.cases.OnceThere.v1", "linli.gone.OnceThere.v1"]) == 0
    assert "linli.cases.CaseOpened.v1" in files.promised("cases")
    assert command.main(["forget", "linli.cases.OnceThere.v1"]) == 1
    assert files.standing() == files.generated()


# --- the envelope ----------------------------------------------------------------------------


def test_the_headers_of_the_kernel_are_those_of_the_contract() -> None:
    made = _headers()
    assert {name for name, _ in made} == headers()["properties"].keys()
    without = _headers(causation=None)
    assert {name for name, _ in without} == set(headers()["required"]) | LATER
    for sent in (made, without):
        valid(headers()).validate({name: value.decode() for name, value in sent})


def test_the_contract_s_example_is_a_fact_to_the_kernel() -> None:
    told = example(
        "linli.cases.v1", "linli.cases.Thing.v1", {"occurred_at": "2020-10-09T01:02:00Z"}
    )
    valid(headers()).validate(told)
    sent = [(name, value.encode()) for name, value in told.items()]
    assert fact("linli.cases.v1", shard_of(told["ce_estateid"]), sent, b"{}").position == 42


def _headers(**change: Any) -> list[tuple[str, bytes]]:
    now, one = datetime(2020, 10, 9, 1, 2, 3, 4, tzinfo=UTC), UUID(int=7)
    row = {
        "id": one, "type": "linli.cases.Thing.v1", "stream": "thing-1", "estate": "xx",
        "occurred_at": now, "recorded_at": now, "position": 42, "version": 3,
        "correlation": one, "causation": one, "command": one, "ordinal": 2, "request": one,
        "meta": '{"actor": "li"}', "data": "{}",
    }  # fmt: skip
    return record("linli/cases", row | change, 41, BEGIN)[2]
