"""What a process is told by its environment, and what it never repeats."""

import pytest
from linli_shared.settings import Settings
from pydantic import ValidationError

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
