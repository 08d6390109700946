"""What everything weighs when nothing happens: PSS, a minute after the services are ready.

The proportional set size counts a shared page by its share, so a sum over processes is what the
machine gives. PostgreSQL's and Kafka's are of the bench's own servers.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Final

from linli_local.processes import Processes
from linli_local.testing import deployed, started_issuer

from tests.bench.measuring import Comparison, Run, Target
from tests.bench.places import Place, processes

_REST_S: Final = 60
_ALLOWED: Final = {"a service, the heaviest": 80, "all services, PostgreSQL and Kafka": 1100}


async def resting(place: Place) -> AsyncIterator[Comparison]:
    with processes() as running:
        await deployed(running, place.stack, started_issuer(running).url)
        await asyncio.sleep(_REST_S)
        each = {name: weight(running, name) for name in running.names() if name != "issuer"}
        assert place.stack.embedded
        servers = place.stack.embedded.running
        whole = sum(each.values()) + sum(weight(servers, name) for name in servers.names())
        seen = dict(zip(_ALLOWED, (max(each.values()), whole), strict=True))
        for what, allowed in _ALLOWED.items():
            runs = {"linli": always(seen[what]), "allowed": always(allowed)}
            yield Comparison(f"memory at rest: {what}", "MB", runs, [Target("allowed", 1)])


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
