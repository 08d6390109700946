"""Whole HTTP commands a second: the service `cases` as it is deployed, one process, beside a bare
FastAPI endpoint that validates the same body and inserts one row. 32 connections of wrk."""

import asyncio
import re
import shutil
import sys
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from uuid import uuid4

from linli_local import ports, services
from linli_local.processes import Processes
from linli_local.testing import Deployed, deployed, started_issuer

from tests.bench.measuring import Comparison, Target
from tests.bench.places import ROOT, Place, processes, told

ESTATES: Final = 8
_SCRIPT: Final = """
local made = 0
local thread = 0
setup = function(given) given:set("id", thread); thread = thread + 1 end
request = function()
  made = made + 1
  local body = string.format('{"estate_id":"estate-%%d","kind":"complaint",' ..
    '"service_code":"lighting","title":"楼道灯不亮",' ..
    '"description":"%%d号楼的灯坏了，晚上看不清台阶。%(run)s-%%d",' ..
    '"place":{"building_id":"%%d","unit_id":"%%d"},"channel":"app"%(more)s}',
    made %% %(estates)d, made, made, made %% 300, made)
  return wrk.format("POST", nil, {
    ["Content-Type"] = "application/json", ["Authorization"] = "Bearer %(token)s",
    ["Idempotency-Key"] = string.format("%(run)s-%%d-%%d", id, made)}, body)
end
done = function(summary, latency, requests)
  print(string.format("FAILED %%d", summary.errors.status))
end
"""


async def commanding(place: Place) -> AsyncIterator[Comparison]:
    if not shutil.which("wrk"):
        raise SystemExit("wrk is not installed. On Debian and Ubuntu: sudo apt-get install wrk")
    with processes() as running:
        issuer = started_issuer(running)
        made = await deployed(running, place.stack, issuer.url, "keys", "cases")
        token = issuer.token("li", {f"estate-{n}": ["resident"] for n in range(ESTATES)})
        bare = await _bare(running, place, ports.any_port())
        runs = {
            "linli": lambda: wrk(f"{made.addresses['cases']}/cases", token, place.seconds),
            "bare FastAPI": lambda: wrk(f"{bare}/cases", token, place.seconds),
        }
        yield Comparison(
            "HTTP commands, 32 clients", "commands/s", runs, [Target("bare FastAPI", 1)]
        )
        both = [made.addresses["cases"], another(running, made)]

        async def asked(*addresses: str) -> float:
            each = 32 // len(addresses)
            rates = [wrk(f"{at}/cases", token, place.seconds, clients=each) for at in addresses]
            return sum(await asyncio.gather(*rates))

        runs = {"linli": lambda: asked(*both), "one": lambda: asked(both[0])}
        yield Comparison(
            "HTTP commands, two API processes", "commands/s", runs, [Target("one", 1.6)]
        )


def another(running: Processes, made: Deployed) -> str:
    """A second API process of cases, at the same store and the same key store."""
    port = ports.any_port()
    env = {**made.databases["cases"], **made.common, "LINLI_PORT": str(port)}
    env |= services.own(running.home, "cases")
    running.ensure("cases-2", [sys.executable, "-m", "linli_cases", "api"], env=env)
    address = f"http://127.0.0.1:{port}"
    services.wait(running, {"cases-2": address}, "/readyz")
    return address


async def _bare(running: Processes, place: Place, port: int) -> str:
    urls: Mapping[str, str] = await place.database(store=False)
    env = {"BARE_URL": place.admin(urls), "BARE_PORT": str(port), "PYTHONPATH": str(ROOT)}
    running.ensure("bare", [sys.executable, "-m", "tests.bench.bare"], env=env)
    url = f"http://127.0.0.1:{port}"
    services.wait(running, {"bare": url}, "/openapi.json")
    return url


async def wrk(url: str, token: str, seconds: float, more: str = "", clients: int = 32) -> float:
    """Commands a second that were answered with success. `more` is Lua that adds to the body."""
    with TemporaryDirectory() as folder:
        script = Path(folder) / "commands.lua"
        run = uuid4().hex
        known = {"estates": ESTATES, "token": token, "run": run, "more": more.replace("RUN", run)}
        script.write_text(_SCRIPT % known)
        out = await told(
            ["wrk", "-t", 1, "-c", clients, "-d", f"{max(1, round(seconds))}s", "-s", script, url]
        )
    rate, failed = re.search(r"Requests/sec: +([0-9.]+)", out), re.search(r"FAILED (\d+)", out)
    assert rate, out
    assert failed, out
    assert failed[1] == "0", out
    return float(rate[1])
