"""The demo on the services of the tests: what was put in, the views and the store are equal."""

import os

import pytest
from linli_local.demo import demo
from linli_local.services import remembered

from tests.conftest import Linli


async def test_the_demo_ends_with_equal_figures_and_again_so_after_another_round(
    linli: Linli,
    tmp_path: object,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("LINLI_HOME", str(tmp_path))
    databases = {name: dict(urls) for name, urls in linli.databases.items()}
    env = dict(os.environ) | {"LINLI_ISSUER": linli.issuer.url}
    env |= remembered(databases, dict(linli.addresses))
    assert await demo(env) == 0
    assert await demo(env) == 0  # compares only
    assert await demo(env, again=True) == 0
    printed = capsys.readouterr().out
    assert printed.count("Equal in all three") == 3
    assert printed.count("Round") == 2
