"""What a process is told by its environment, and what it never repeats."""

import pytest
from linli_service.settings import Settings
from linli_shared.cluster import Secured
from pydantic import SecretStr, ValidationError

URL = "postgresql://li:h1dden@db:5432/x"


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without what the tests themselves are told."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"LINLI_{name.upper()}", raising=False)


def test_an_address_is_read_and_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("APP", "RELAY", "VIEW", "OWNER"):
        monkeypatch.setenv(f"LINLI_{name}_URL", URL)
    found = Settings()
    assert found.app_url.get_secret_value() == URL
    for shown in (repr(found), str(found), str(found.model_dump()), found.model_dump_json()):
        assert "h1dden" not in shown


def test_nothing_is_needed_that_is_not_used_and_http_is_local_unless_told() -> None:
    found = Settings()
    assert found.app_url.get_secret_value() == ""
    assert (found.host, found.port, found.audience) == ("127.0.0.1", 8000, "linli")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LOG_LEVEL", "loud"),
        ("PORT", "http"),
        ("PORT", "70000"),
        ("LEASE_S", "0"),
        ("LEASE_S", "-1"),
    ],
)
def test_what_cannot_be_meant_is_refused_at_the_start(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv("LINLI_APP_URL", URL)
    monkeypatch.setenv(f"LINLI_{name}", value)
    with pytest.raises(ValidationError) as refused:
        Settings()
    assert "h1dden" not in str(refused.value)
    assert refused.value.errors()[0]["loc"] == (name.lower(),)


def test_a_level_may_be_written_in_any_case(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINLI_LOG_LEVEL", "WARNING")
    assert Settings().log_level == "warning"


def test_a_process_is_told_by_its_own_variables_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "1")
    monkeypatch.setenv("KAFKA", "elsewhere:9092")
    assert (Settings().port, Settings().kafka) == (8000, "")


def test_settings_do_not_change() -> None:
    with pytest.raises(ValidationError):
        Settings().port = 1


SASL = {"SECURITY": "SASL_SSL", "USER": "cases", "PASSWORD": "h1dden"}


def test_a_kafka_that_asks_who_one_is_gets_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINLI_KAFKA", "a:1,b:2")
    assert Settings().cluster == "a:1,b:2"
    for name, value in SASL.items():
        monkeypatch.setenv(f"LINLI_KAFKA_{name}", value)
    monkeypatch.setenv("LINLI_KAFKA_CA", "")  # as compose says that there is none
    assert Settings().cluster == Secured("a:1,b:2", "SASL_SSL", "cases", SecretStr("h1dden"))
    assert "h1dden" not in repr(Settings().cluster)


@pytest.mark.parametrize("left_out", SASL)
def test_a_user_a_password_and_how_to_say_them_go_together(
    monkeypatch: pytest.MonkeyPatch, left_out: str
) -> None:
    """Also without SASL_…: who sets a password believes that it is asked for."""
    for name, value in SASL.items():
        if name != left_out:
            monkeypatch.setenv(f"LINLI_KAFKA_{name}", value)
    with pytest.raises(ValidationError, match="set all three, or none") as refused:
        Settings()
    assert "h1dden" not in str(refused.value)
