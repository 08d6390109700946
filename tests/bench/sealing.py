"""What sealing costs: the API of cases beside itself without it, each alone on an empty database,
where reports are of people whose key is at hand, and where each is of somebody new.

Opening costs the projector nothing: a token stays a token in every view (ADR 21).
"""

import sys
from collections.abc import AsyncIterator
from functools import partial
from typing import Final

from linli_cases.app import SERVICE
from linli_local import key_files, ports, services
from linli_local.processes import Processes
from linli_local.testing import deployed, started_issuer

from tests.bench.commanding import ESTATES, wrk
from tests.bench.measuring import Comparison, Run, Target
from tests.bench.places import ROOT, Place, processes

# Lua that ends the format string's text, adds to it and begins it again.
_NEW: Final = ",\"on_behalf_of_id\":\"RUN-' .. id .. '-' .. made .. '\""


async def sealing(place: Place) -> AsyncIterator[Comparison]:
    with processes() as running:
        issuer = started_issuer(running)
        keys = (await deployed(running, place.stack, issuer.url, "keys")).addresses["keys"]
        common = {
            "LINLI_KAFKA": place.stack.kafka, "LINLI_ISSUER": issuer.url, "LINLI_KEY_STORE": keys,
            "LINLI_AUDIENCE": services.AUDIENCE, "LINLI_HOST": "127.0.0.1",
        }  # fmt: skip
        urls = {
            name: await _api(running, place, name, program, common)
            for name, program in (("linli", "linli_cases"), ("unsealed", "tests.bench.unsealed"))
        }
        estates = [f"estate-{n}" for n in range(ESTATES)]
        for what, role, more in (
            ("people who are known", "resident", ""), ("somebody new each time", "operator", _NEW),
        ):  # fmt: skip
            token = issuer.token("li", {estate: [role] for estate in estates})
            runs: dict[str, Run] = {
                name: partial(wrk, f"{url}/cases", token, place.seconds, more)
                for name, url in urls.items()
            }
            yield Comparison(f"reports of {what}", "commands/s", runs, [Target("unsealed", 0.9)])


async def _api(
    running: Processes, place: Place, name: str, program: str, common: dict[str, str]
) -> str:
    """The part `api` alone: what is measured beside it must not share the machine with readers."""
    databases = await place.database(views=SERVICE.sets)
    services.migrate(running, {"cases": dict(databases)})
    port = ports.any_port()
    env = {**databases, **common, **key_files.of(running.home, "cases")}
    env |= {
        "LINLI_PORT": str(port),
        "LINLI_EVIDENCE": str(running.home.root),
        "PYTHONPATH": str(ROOT),
    }
    running.ensure(name, [sys.executable, "-m", program, "api"], env=env)
    url = f"http://127.0.0.1:{port}"
    services.wait(running, {name: url}, "/readyz")
    return url
