"""Where the operators' commands look for the services, and what they say when they find nothing."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

URL = "postgresql://linli_x_relay:hush@127.0.0.1:1/linli_x"


def operate(module: str, *words: str, env: Mapping[str, str]) -> tuple[int, str]:
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("LINLI_")}
    ran = subprocess.run(
        [sys.executable, "-m", module, *words], env=inherited | dict(env), timeout=60,
        capture_output=True, text=True,
    )  # fmt: skip
    return ran.returncode, ran.stdout + ran.stderr


def known(module: str, env: Mapping[str, str]) -> list[str]:
    """The services that `status` looks at."""
    _, said = operate(module, "status", "--json", env=env)
    return [service["name"] for service in json.loads(said)["services"]]


def test_a_kafka_that_is_dead_is_told_at_once() -> None:
    """Whatever the services say of it: theirs comes late, or with none of them running not at all.
    Went red where status asked only those."""
    env = {"LINLI_X_RELAY_URL": URL, "LINLI_KAFKA": "127.0.0.1:1"}
    code, said = operate("linli_operate", "status", env=env)
    assert code == 1
    assert "Kafka at 127.0.0.1:1: nobody is there" in said
    _, said = operate("linli_operate", "status", "--json", env=env)
    assert json.loads(said)["kafka"] == "nobody is there: check LINLI_KAFKA and its log"
    _, said = operate("linli_operate", "status", "--json", env={"LINLI_X_RELAY_URL": URL})
    assert json.loads(said)["kafka"] is None


def test_an_environment_without_a_service_is_told_what_to_set() -> None:
    code, said = operate("linli_operate", "status", env={})
    assert code == 1
    assert "set LINLI_<SERVICE>_RELAY_URL" in said
    assert "Traceback" not in said


def test_the_launcher_s_commands_know_what_the_local_stack_remembers(tmp_path: Path) -> None:
    (tmp_path / "env").write_text(
        f"LINLI_CASES_RELAY_URL={URL}\nLINLI_CASES_URL=http://127.0.0.1:1\n"
    )
    home = {"LINLI_HOME": str(tmp_path)}
    assert known("linli_local", home) == ["cases"]
    code, said = operate("linli_operate", "status", env=home)
    assert (code, "No service is known here" in said) == (1, True)


def test_one_service_named_by_the_environment_hides_the_local_stack(tmp_path: Path) -> None:
    """Half of one installation and half of another would be compared with each other. Went red
    with the two put together."""
    (tmp_path / "env").write_text(f"LINLI_CASES_RELAY_URL={URL}\n")
    env = {"LINLI_HOME": str(tmp_path), "LINLI_VIEWS_VIEW_URL": URL}
    assert known("linli_local", env) == ["views"]
