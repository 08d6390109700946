"""A service that is killed at steps of its processes, one death after the other, and each time
starts again at once: with the step written down and not sent, or sent and not noted.

python -m tests.faults.doomed <service> "before|after <process> <step>"…

It is forked from one that has imported everything, so that an heir need not begin with that.
"""

import os
import signal
import sys
from importlib import import_module
from typing import Any, Final

from asyncpg import Record
from linli_service import running  # noqa: F401
from linli_service.service import Service, main
from linli_shared.process import Stepper
from linli_shared.timers import Timers

LEASE_S: Final = 1.0  # the dead one's: its heir waits for its end


def doom(when: str, process: str, step: str) -> None:
    sending = Stepper._send

    async def dying(self: Stepper, row: Record) -> str | None:
        now = row["process"] == process and row["step"].startswith(step)
        if now and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        refused = await sending(self, row)
        if now:
            os.kill(os.getpid(), signal.SIGKILL)
        return refused

    Stepper._send = dying  # type: ignore[method-assign]


def short(part: Any) -> None:
    made = part.__post_init__

    def with_a_short_lease(self: Any) -> None:
        self.lease_s = LEASE_S
        made(self)

    part.__post_init__ = with_a_short_lease


def live(service: Service, death: str) -> None:
    """Until it dies so, or is told to end; or raises, and then this is its end too."""
    child = os.fork()
    if not child:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        if death:
            doom(*death.split())
        main(service)
        sys.exit()
    signal.signal(signal.SIGTERM, lambda *_: os.kill(child, signal.SIGTERM))
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if not death or code != -signal.SIGKILL:
        sys.exit(code)
    print(f"died {death}", flush=True)


if __name__ == "__main__":
    _, name, *deaths = sys.argv
    sys.argv[1:] = []
    for part in (Stepper, Timers):
        short(part)
    found = import_module(f"linli_{name}.app").SERVICE
    for death in (*deaths, ""):
        live(found, death)
