"""What everything weighs when nothing happens: PSS, a minute after the services are ready.

The proportional set size counts a shared page by its share, so a sum over processes is what the
machine gives. PostgreSQL's and Kafka's are of the bench's own servers.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from linli_local import ports, services
from linli_local.processes import Processes
from linli_local.state import Home

from tests.bench.measuring import Comparison, Run, Target
from tests.bench.places import Place

_REST_S: Final = 60
_ALLOWED: Final = {"a service, the heaviest": 80, "all services, PostgreSQL and Kafka": 1100}


async def resting(place: Place) -> AsyncIterator[Comparison]:
    with a_stack() as running:
        databases = await services.prepare(running, place.stack.admin_url, lambda: None, 30)
        services.migrate(running, databases)
        issuer = services.start_issuer(running, ports.any_port())
        common = {
            "LINLI_KAFKA": place.stack.kafka, "LINLI_ISSUER": issuer, "LINLI_AUDIENCE": "linli",
        }  # fmt: skip
        at = {name: ports.any_port() for name in databases}
        services.wait(running, services.start(running, databases, at, common), "/readyz")
        await asyncio.sleep(_REST_S)
        each = {name: weight(running, name) for name in running.names() if name != "issuer"}
        assert place.stack.embedded
        servers = place.stack.embedded.running
        whole = sum(each.values()) + sum(weight(servers, name) for name in servers.names())
        seen = dict(zip(_ALLOWED, (max(each.values()), whole), strict=True))
        for what, allowed in _ALLOWED.items():
            runs = {"linli": always(seen[what]), "allowed": always(allowed)}
            yield Comparison(f"memory at rest: {what}", "MB", runs, [Target("allowed", 1)])


@contextmanager
def a_stack() -> Iterator[Processes]:
    """Processes of their own, stopped at the end."""
    with TemporaryDirectory() as folder:
        running = Processes(Home(Path(folder)))
        try:
            yield running
        finally:
            running.stop(*reversed(running.names()))


def always(figure: float) -> Run:
    async def run() -> float:
        return figure

    return run


def weight(running: Processes, name: str) -> float:
    """MB of a process and its children; nothing of one that has ended, as a migration has."""
    if not (process := running.find(name)):
        return 0
    family = [process, *process.children(recursive=True)]
    return float(sum(one.memory_full_info().pss for one in family) / 2**20)
