"""The end of tasks: cancelled until they are gone."""

import asyncio
from typing import Any


async def ended(*tasks: "asyncio.Task[Any]") -> None:
    """Cancel `tasks` and wait for their end.

    Again each second, for one cancellation can be lost: `asyncio.wait_for` before Python 3.12
    returns its result instead when both come at once (cpython issue 86296), and libraries use it.
    """
    pending = {task for task in tasks if not task.done()}
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=1)
