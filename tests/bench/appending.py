"""Appends and loads a second, beside pgbench and the library `eventsourcing`.

pgbench inserts single rows into a table with the columns, key and unique indexes of `es.event`, and
does nothing else: no lock, no repeat check, no version, no row-level security.
"""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from urllib.parse import urlsplit

import asyncpg
from linli_local import postgres

from tests.bench.measuring import Comparison, Target
from tests.bench.places import Place, told, worked

_SCRIPT: Final = """\\set e random(0, 63)
insert into plain (shard, estate, stream, version, command, ordinal, request, type, data, meta, id,
                   correlation, occurred_at, recorded_at)
values (:e % 16, 'estate-' || :e, 'ledger-' || gen_random_uuid(), 1, gen_random_uuid(), 1,
        gen_random_uuid(), 'linli.bench.Opened.v1', '{data}',
        '{{"actor": "li", "roles": ["clerk"]}}', gen_random_uuid(), gen_random_uuid(), now(), now())
"""
_WRITERS: Final = {1: 0.35, 8: 0.6, 32: 0.8}


async def appending(place: Place) -> AsyncIterator[Comparison]:
    for writers, factor in _WRITERS.items():
        yield await _appends(place, writers, factor)
    yield await _two_processes(place)
    for events, factor in {5: 4, 100: 3, 1000: 3}.items():
        yield await _loads(place, events, factor)


async def _appends(place: Place, writers: int, factor: float) -> Comparison:
    urls = await place.database()
    admin, url = place.admin(urls), urls["LINLI_APP_URL"]
    db = await asyncpg.connect(admin)
    await db.execute("create table plain (like es.event including all)")
    await db.close()

    async def work(who: str, at: str) -> float:
        return await worked(1, "append", who, at, writers, place.seconds)

    targets = [Target("pgbench", factor)]
    if writers > 1:
        targets += [Target("eventsourcing", 9), Target("eventsourcing-functions", 3)]
    runs = {
        "linli": lambda: work("linli", url),
        "pgbench": lambda: pgbench(admin, writers, place.seconds),
        "eventsourcing": lambda: work("eventsourcing", admin),
        "eventsourcing-functions": lambda: work("eventsourcing-functions", admin),
    }
    return Comparison(f"appends, {writers} writers", "events/s", runs, targets)


async def _two_processes(place: Place) -> Comparison:
    urls = await place.database()
    given = ("append", "linli", urls["LINLI_APP_URL"])
    runs = {
        "linli": lambda: worked(2, *given, 16, place.seconds),
        "one process": lambda: worked(1, *given, 32, place.seconds),
    }
    what = "appends, two processes of 16 writers"
    return Comparison(what, "events/s", runs, [Target("one process", 1)])


async def _loads(place: Place, events: int, factor: float) -> Comparison:
    urls = await place.database()
    runs = {
        "linli": lambda: worked(1, "load", "linli", urls["LINLI_APP_URL"], events, place.seconds),
        "eventsourcing": lambda: worked(
            1, "load", "eventsourcing", place.admin(urls), events, place.seconds
        ),
    }
    return Comparison(
        f"load and fold {events} events", "streams/s", runs, [Target("eventsourcing", factor)]
    )


async def pgbench(url: str, clients: int, seconds: float) -> float:
    """Transactions a second; its own time to connect is not counted."""
    at = urlsplit(url)
    with TemporaryDirectory() as folder:
        script = Path(folder) / "insert.sql"
        script.write_text(_SCRIPT.format(data='{"title": "%s"}' % ("x" * 300)))
        out = await told(
            [
                postgres.PACKAGE / "pginstall/bin/pgbench", "-M", "prepared", "-n", "-c", clients,
                "-j", min(clients, 2), "-T", max(1, round(seconds)), "-f", script,
                "-h", at.hostname, "-p", at.port, "-U", at.username, at.path[1:],
            ],
            {"PGPASSWORD": str(at.password)},
        )  # fmt: skip
    found = re.search(r"tps = ([0-9.]+)", out)
    assert found, out
    return float(found[1])
