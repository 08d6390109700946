"""The service as its process starts it: ready without a mail server, and not with half of one."""

import asyncio
import os
import sys

import httpx
from linli_local import ports
from linli_local.issuer import Issuer
from linli_local.testing import Stack

from shared.tests.broker import until


async def test_it_starts_and_rests_without_a_mail_server_and_refuses_half_of_one(
    urls: dict[str, str], stack: Stack, issuer: Issuer
) -> None:
    port = ports.any_port()
    env = {name: value for name, value in os.environ.items() if not name.startswith("LINLI_")}
    env |= urls | {"LINLI_KAFKA": stack.kafka, "LINLI_ISSUER": issuer.url, "LINLI_PORT": str(port)}

    async def started(**more: str) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            # Without the relay: other tests' facts lie in the topic, and it would not publish over
            # what this database has not.
            sys.executable, "-m", "linli_notifications", "api", "mail", env=env | more,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip

    async def ready() -> bool:
        try:
            async with httpx.AsyncClient(trust_env=False) as client:
                return (await client.get(f"http://127.0.0.1:{port}/readyz")).status_code == 200
        except httpx.HTTPError:
            return False

    resting = await started()
    await until(ready, 60)
    resting.terminate()
    said, _ = await resting.communicate()
    assert resting.returncode == 0
    assert b"mail_rests" in said
    half = await started(LINLI_SMTP_URL="smtps://linli:secret@mail.example")
    _, error = await half.communicate()
    assert half.returncode == 1
    assert error.decode().strip() == "Value error, LINLI_MAIL_SENDER is not set: the From address"
