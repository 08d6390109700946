"""A service's processes: one by default, or each part alone, in any number.

python -m linli_cases            # all parts
python -m linli_cases api        # HTTP alone; also: relay, views, timers, processes
python -m linli_cases provision  # database and logins, by an administrator; may run again
python -m linli_cases migrate    # the schema, by the owner; --dry-run names what it would do
"""

import argparse
import asyncio
import gc
import resource
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_urlsafe
from typing import Any, Final, TypeAlias
from urllib.parse import unquote, urlsplit

import asyncpg
import uvloop
from fastapi import APIRouter
from linli_shared.decider import Decider
from linli_shared.logs import install_logs
from linli_shared.migrate import migrate, pending, scripts
from linli_shared.provision import LOGINS, provision
from linli_shared.store import EventStore, Learn
from linli_shared.viewset import ViewSet

from linli_service.problems import Describe
from linli_service.settings import Settings

_JOBS: Final = ("provision", "migrate")
Task: TypeAlias = Callable[[], Coroutine[Any, Any, None]]
Waits: TypeAlias = Callable[[asyncpg.Pool], Coroutine[Any, Any, str]]
"""What the service still waits for before it can do its work; "" where nothing."""
Worker: TypeAlias = Callable[[EventStore, asyncpg.Pool, Settings, str], Task]
"""Makes what runs until it is cancelled. The pool is the projector's; the text names us."""


@dataclass(frozen=True, slots=True)
class Service:
    """What a composition root says of a service. `topic` is where it publishes; a service without
    one only reads. `views` are built from topics, its own or others'; `processes` is the set that
    `process.inputs` makes of what other services' facts make this one do. `deciders` are those that
    timers and processes reach. `learns` is what any command of a decider looks up, by its category.
    `reads` are topics that its routers look through; `workers` parts of its own: what calls other
    systems."""

    name: str
    title: str
    describe: Describe
    routers: Sequence[APIRouter]
    topic: str = ""
    deciders: Sequence[Decider[Any, Any, Any]] = ()
    learns: Mapping[str, Learn[Any]] = field(default_factory=dict)
    views: Sequence[ViewSet] = ()
    processes: ViewSet | None = None
    reads: Sequence[str] = ()
    workers: Mapping[str, Worker] = field(default_factory=dict)
    waits: Waits | None = None
    sql: Path | None = None
    version: str = "0.1.0"

    @property
    def parts(self) -> tuple[str, ...]:
        there = {
            "api": True,
            "relay": bool(self.topic),
            "views": bool(self.views),
            "timers": bool(self.deciders),
            "processes": self.processes is not None,
            **dict.fromkeys(self.workers, True),
        }
        return tuple(part for part, is_there in there.items() if is_there)

    @property
    def sets(self) -> list[ViewSet]:
        return [*self.views, *([self.processes] if self.processes else [])]


async def _provision(service: Service, settings: Settings) -> None:
    """Passwords are as in the addresses; a login without one gets what nobody knows."""
    if not (admin := settings.admin_url.get_secret_value()):
        raise SystemExit("LINLI_ADMIN_URL is not set: the address of the server, as administrator")
    told: dict[str, str] = {}
    for part in LOGINS:
        url = urlsplit(getattr(settings, f"{part}_url").get_secret_value())
        if url.username and url.username != f"linli_{service.name}_{part}":
            raise SystemExit(f"LINLI_{part.upper()}_URL is not of linli_{service.name}_{part}")
        told[f"linli_{service.name}_{part}"] = unquote(url.password or token_urlsafe())
    await provision(admin, service.name, told.__getitem__)


async def _migrate(service: Service, settings: Settings, *, dry: bool) -> None:
    if not (url := settings.owner_url.get_secret_value()):
        raise SystemExit("LINLI_OWNER_URL is not set: the address of the database, as its owner")
    wanted = scripts(store=bool(service.topic), views=bool(service.sets), own=service.sql)
    db = await asyncpg.connect(url)
    try:
        if dry:
            names = [script.name for script in await pending(db, wanted)]
        else:
            names = await migrate(db, wanted, service.sets)
    finally:
        await db.close()
    print("\n".join(names) or "nothing to do")


def collect_rarely() -> None:
    """A batch makes a hundred thousand objects that live until it is written. By default Python
    looks for cycles among them after every 700: a third of a projector's time."""
    gc.freeze()  # what was imported is never looked at again
    gc.set_threshold(50_000, 20, 20)


def main(service: Service) -> None:
    """The command line of a service: `python -m linli_<name>`."""
    from linli_service.running import Running

    parser = argparse.ArgumentParser(prog=f"python -m linli_{service.name}", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    choices = [*service.parts, *_JOBS]
    parser.add_argument("part", nargs="*", help=f"{', '.join(choices)}; default: all parts")
    parser.add_argument("--dry-run", action="store_true", help="with migrate: only say")
    given = parser.parse_args()
    if unknown := set(given.part) - set(choices):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    settings = Settings()
    install_logs(service.name, settings.log_level)
    # What is in memory, keys and opened texts among it, is written to no disk when a process dies.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if "provision" in given.part:
        asyncio.run(_provision(service, settings))
    if "migrate" in given.part:
        asyncio.run(_migrate(service, settings, dry=given.dry_run))
    if set(_JOBS) & set(given.part):
        return
    collect_rarely()
    uvloop.run(Running(service, settings, given.part or service.parts).run())
