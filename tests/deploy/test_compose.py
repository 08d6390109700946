"""deploy/compose: valid for both generations of compose, and as the services' code has it."""

import gzip
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml
from linli_contracts.catalogue import ROOT
from linli_local.containers import KAFKA, POSTGRES
from linli_service.service import Service
from linli_service.settings import Settings

from tests.deploy.services import SERVICES

PLACE = ROOT / "deploy/compose"
FILE: Mapping[str, Any] = yaml.safe_load((PLACE / "compose.yaml").read_text())
CONTAINERS: Mapping[str, Any] = FILE["services"]
DONE, HEALTHY = "service_completed_successfully", "service_healthy"


def example() -> dict[str, str]:
    lines = (PLACE / "example.env").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line and line[0] != "#")


def filled(value: Any, env: Mapping[str, str]) -> Any:
    """As compose fills in ${NAME}, ${NAME:-else} and ${NAME:?why not}."""
    if isinstance(value, dict):
        return {key: filled(inner, env) for key, inner in value.items()}
    if isinstance(value, list):
        return [filled(inner, env) for inner in value]
    if not isinstance(value, str):
        return value

    def one(found: re.Match[str]) -> str:
        name, kind, word = found.groups()
        if kind != ":-":
            assert env.get(name), f"{name} is not in example.env"
        return env.get(name) or word or ""

    return re.sub(r"\$\{(\w+)(?:(:[-?])([^}]*))?\}", one, value)


def told(container: str) -> dict[str, Any]:
    return dict(filled(CONTAINERS[container], example())["environment"])


PARTS = [
    pytest.param(service, part, id=f"{service.name}-{part}")
    for service in SERVICES
    for part in service.parts
]


@pytest.mark.parametrize("schema", ["compose-1.29.2", "compose-spec"])
def test_the_file_is_valid_for_compose_1_29_and_for_compose_v2(schema: str) -> None:
    """Seen red with `depends_on: {…: {condition: service_started_once}}`. Both programs' own
    parsers have read it too, by hand."""
    packed = (Path(__file__).parent / f"{schema}.json.gz").read_bytes()
    rules = json.loads(gzip.decompress(packed))
    rules.pop("$schema")  # "https", where draft 7's name is "http"
    rules.pop("$id", None)
    judge = jsonschema_rs.Draft7Validator(rules)
    faults = [f"{list(e.instance_path)}: {e.message}" for e in judge.iter_errors(dict(FILE))]
    assert not faults
    assert list(judge.iter_errors({"services": {"x": {"imagine": "y"}}}))


def test_nothing_of_one_generation_alone_is_in_it() -> None:
    assert not {"version", "name", "include"} & FILE.keys()
    for container in CONTAINERS.values():
        assert "start_interval" not in container.get("healthcheck", {})
        assert not {"develop", "pull_policy", "deploy"} & container.keys()


def test_every_part_of_every_service_is_a_container_of_its_own_and_nothing_else_is() -> None:
    """Seen red without cases-timers."""
    jobs = {f"{service.name}-migrate" for service in SERVICES}
    wanted = {f"{service.name}-{part}" for service in SERVICES for part in service.parts}
    assert CONTAINERS.keys() == wanted | jobs | {"postgres", "kafka", "kafka-grant"}


@pytest.mark.parametrize(("service", "part"), PARTS)
def test_a_part_runs_alone_after_its_service_s_migration_and_any_number_of_times(
    service: Service, part: str
) -> None:
    container = CONTAINERS[f"{service.name}-{part}"]
    assert container["command"] == [part]
    assert container["depends_on"] == {
        f"{service.name}-migrate": {"condition": DONE},
        "kafka-grant": {"condition": DONE},
    }
    own = {"keys": None, "cases": ["evidence:/var/lib/linli"]}  # each has files of its own
    assert not {"container_name", "build"} & container.keys()
    volumes = container.get("volumes")
    assert service.name == "keys" or volumes == own.get(service.name)
    assert container["healthcheck"]["test"][-1].count("/readyz") == 1
    if part != "api":
        assert not container["ports"]  # a second one could not have the port


@pytest.mark.parametrize(("service", "part"), PARTS)
def test_a_part_is_told_what_its_settings_know_and_no_administrator_s_password(
    service: Service, part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    env = told(f"{service.name}-{part}")
    known = {f"LINLI_{name.upper()}" for name in Settings.model_fields}
    if service.name == "keys":
        known |= {"LINLI_KEK", "LINLI_CLIENTS"}
    if service.name == "cases":
        known |= {"LINLI_EVIDENCE"}
    if service.name == "notifications":
        known |= {"LINLI_SMTP_URL", "LINLI_MAIL_SENDER", "LINLI_MAIL_SITE", "LINLI_MAIL_START"}
    assert env.keys() <= known
    assert not {"LINLI_ADMIN_URL", "LINLI_OWNER_URL"} & env.keys()
    assert env["LINLI_KAFKA_USER"] == service.name
    for name, value in env.items():
        monkeypatch.setenv(name, str(value))
    assert Settings().cluster  # they go together


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_a_service_has_one_database_and_logins_of_its_own(service: Service) -> None:
    job = CONTAINERS[f"{service.name}-migrate"]
    assert job["command"] == ["provision", "migrate"]
    assert job["depends_on"] == {"postgres": {"condition": HEALTHY}}
    assert job["build"]["args"]["SERVICE"] == service.name
    addresses = {n: v for n, v in told(f"{service.name}-migrate").items() if n != "LINLI_ADMIN_URL"}
    for name, url in addresses.items():
        login = name.removeprefix("LINLI_").removesuffix("_URL").lower()
        assert url.startswith(f"postgresql://linli_{service.name}_{login}:")
        assert url.endswith(f"@postgres/linli_{service.name}")
    runs = told(f"{service.name}-api")
    urls = {name: value for name, value in runs.items() if name.endswith("_URL")}
    urls.pop("LINLI_SMTP_URL", None)
    assert urls == {n: v for n, v in addresses.items() if n != "LINLI_OWNER_URL"}


def test_every_secret_is_asked_for_and_none_has_a_usual_value() -> None:
    text = (PLACE / "compose.yaml").read_text()
    assert not re.findall(r"\$\{\w*PASSWORD\w*:-", text)
    asked = set(re.findall(r"\$\{(\w*PASSWORD\w*)", text))
    assert asked == {name for name in example() if "PASSWORD" in name}


def test_kafka_is_granted_with_a_password_for_every_user() -> None:
    grant = told("kafka-grant")
    users = {n.removeprefix("LINLI_KAFKA_PASSWORD_") for n in grant if "PASSWORD_" in n}
    assert users == {service.name.upper() for service in SERVICES} | {"OPERATE"}
    for service in SERVICES:
        mine = told(f"{service.name}-api")["LINLI_KAFKA_PASSWORD"]
        assert mine == grant[f"LINLI_KAFKA_PASSWORD_{service.name.upper()}"]


def test_the_servers_are_those_that_the_tests_know() -> None:
    images = {name: filled(CONTAINERS[name]["image"], {}) for name in ("postgres", "kafka")}
    assert images == {"postgres": POSTGRES, "kafka": KAFKA}


def test_kafka_s_settings_by_file_and_by_variable_agree() -> None:
    """The image makes `listeners` of what is advertised, without the controller's, unless told."""
    lines = (PLACE / "kafka/server.properties").read_text().splitlines()
    own = dict(line.split("=", 1) for line in lines if line and line[0] != "#")
    env = told("kafka")
    assert env["KAFKA_LISTENERS"] == own["listeners"]
    assert env["KAFKA_ADVERTISED_LISTENERS"] == own["advertised.listeners"]
    assert {name for name in env if name.startswith("KAFKA_")} == {
        "KAFKA_LISTENERS", "KAFKA_ADVERTISED_LISTENERS",
    }  # fmt: skip
