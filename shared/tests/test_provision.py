"""A service's database and logins, made by the service's own command."""

import subprocess
import sys
from collections.abc import AsyncIterator

import asyncpg
import pytest
from linli_local.testing import Stack

TRIAL = """
from linli_language.codes import describe
from linli_service.service import Service, main
main(Service(name="trial", title="", describe=describe, routers=[], topic="linli.trial.v1"))
"""


def run(*words: str, **env: str) -> tuple[int, str]:
    ran = subprocess.run(
        [sys.executable, "-c", TRIAL, *words], env=env, capture_output=True, text=True
    )
    return ran.returncode, ran.stdout + ran.stderr


@pytest.fixture
async def env(stack: Stack) -> AsyncIterator[dict[str, str]]:
    server = stack.admin_url.rpartition("@")[2].partition("/")[0]
    yield {
        "LINLI_ADMIN_URL": stack.admin_url,
        "LINLI_OWNER_URL": f"postgresql://linli_trial_owner:o%2Fwn@{server}/linli_trial",
        "LINLI_APP_URL": f"postgresql://linli_trial_app:app@{server}/linli_trial",
    }
    admin = await asyncpg.connect(stack.admin_url)
    await admin.execute("drop database if exists linli_trial with (force)")
    for login in ("owner", "app", "relay", "view"):
        await admin.execute(f"drop role if exists linli_trial_{login}")
    await admin.close()


async def test_a_service_provisions_and_migrates_itself_and_may_do_so_again(
    env: dict[str, str],
) -> None:
    for _ in range(2):
        assert run("provision", "migrate", **env)[0] == 0
    assert run("migrate", "--dry-run", **env) == (0, "nothing to do\n")
    app = await asyncpg.connect(env["LINLI_APP_URL"])
    await app.close()
    unknown = env["LINLI_APP_URL"].replace("trial_app:app", "trial_relay:")
    with pytest.raises(asyncpg.InvalidPasswordError):  # given to nobody, so known to nobody
        await asyncpg.connect(unknown, password="")


async def test_an_address_of_another_login_is_no_address_of_the_service(
    env: dict[str, str],
) -> None:
    env["LINLI_APP_URL"] = env["LINLI_APP_URL"].replace("trial_app", "trail_app")
    assert run("provision", **env) == (1, "LINLI_APP_URL is not of linli_trial_app\n")
    del env["LINLI_ADMIN_URL"]
    assert "LINLI_ADMIN_URL is not set" in run("provision", **env)[1]
