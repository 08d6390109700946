"""Processes that append or load as fast as they can, and print how many a second they did.

python -m tests.bench.workers append linli URL WRITERS SECONDS
python -m tests.bench.workers append eventsourcing-functions URL WRITERS SECONDS
python -m tests.bench.workers load eventsourcing URL EVENTS SECONDS   # a stream of so many
"""

import asyncio
import os
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

import uvloop
from linli_shared.append import Append, NewEvent
from linli_shared.store import EventStore
from uuid_utils.compat import uuid7

from shared.tests.stores import a_store
from tests.bench.ledger import LEDGERS, TEXT, TITLE, Noted, Open, asked

WARM_S: Final = 1.0
ESTATES: Final = [f"estate-{n}" for n in range(64)]


async def append_linli(url: str, writers: int, seconds: float) -> float:
    done, begun = 0, time.monotonic()

    async def one(store: EventStore, number: int) -> None:
        nonlocal done
        command = Open(title=TITLE, text=TEXT)
        while (passed := time.monotonic() - begun) < WARM_S + seconds:
            estate = ESTATES[(number + done) % len(ESTATES)]
            await store.create(LEDGERS, command, asked(estate), estate)
            done += passed >= WARM_S

    async with a_store(url) as store:
        await asyncio.gather(*(one(store, number) for number in range(writers)))
    return done / seconds


def an_application(url: str, writers: int, functions: bool) -> Any:
    """The library's own defaults but for the size of its pool; its tables are made at the start."""
    from eventsourcing.application import Application

    at = urlsplit(url)
    os.environ |= {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": at.path[1:],
        "POSTGRES_HOST": str(at.hostname),
        "POSTGRES_PORT": str(at.port),
        "POSTGRES_USER": str(at.username),
        "POSTGRES_PASSWORD": str(at.password),
        "POSTGRES_POOL_SIZE": str(max(2, writers)),
        "POSTGRES_ENABLE_DB_FUNCTIONS": "y" if functions else "n",
    }
    return Application[UUID]()


def append_eventsourcing(url: str, writers: int, seconds: float, functions: bool) -> float:
    from tests.bench.peer import Ledger

    application, done = an_application(url, writers, functions), [0] * writers
    begun = time.monotonic()

    def one(number: int) -> None:
        while (passed := time.monotonic() - begun) < WARM_S + seconds:
            application.save(Ledger(title=TITLE, text=TEXT, by_id="li"))
            done[number] += passed >= WARM_S

    threads = [threading.Thread(target=one, args=(n,)) for n in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    application.close()
    return sum(done) / seconds


async def load_linli(url: str, events: int, seconds: float) -> float:
    async with a_store(url) as store:
        begun = await store.create(LEDGERS, Open(title=TITLE, text=TEXT), asked("xx"), "xx")
        noted = Noted(occurred_at=datetime.now(UTC), text=TEXT, by_id="li")
        for version in range(1, events):
            event = NewEvent(uuid7(), noted.kind, noted.model_dump_json(), noted.occurred_at)
            await store.writer.append(
                Append(
                    "xx", LEDGERS.stream(begun.key), version, uuid7(), UUID(int=1), "{}",
                    UUID(int=1), [event],
                )
            )  # fmt: skip
        done, start = 0, time.monotonic()
        while (passed := time.monotonic() - start) < WARM_S + seconds:
            loaded = await store.load(LEDGERS, ["xx"], begun.key)
            assert loaded.version == events
            done += passed >= WARM_S
    return done / seconds


def load_eventsourcing(url: str, events: int, seconds: float) -> float:
    from tests.bench.peer import Ledger

    application = an_application(url, 1, functions=False)
    ledger = Ledger(title=TITLE, text=TEXT, by_id="li")
    for _ in range(1, events):
        ledger.note(text=TEXT, by_id="li")
    application.save(ledger)
    done, start = 0, time.monotonic()
    while (passed := time.monotonic() - start) < WARM_S + seconds:
        assert application.repository.get(ledger.id).version == events
        done += passed >= WARM_S
    application.close()
    return done / seconds


def main() -> None:
    what, who, url, count, seconds = sys.argv[1:]
    number, lasting = int(count), float(seconds)
    work: dict[tuple[str, str], Callable[[], float]] = {
        ("append", "linli"): lambda: uvloop.run(append_linli(url, number, lasting)),
        ("append", "eventsourcing"): lambda: append_eventsourcing(url, number, lasting, False),
        ("append", "eventsourcing-functions"): lambda: append_eventsourcing(
            url, number, lasting, True
        ),
        ("load", "linli"): lambda: uvloop.run(load_linli(url, number, lasting)),
        ("load", "eventsourcing"): lambda: load_eventsourcing(url, number, lasting),
    }
    print(work[what, who]())


if __name__ == "__main__":
    main()
