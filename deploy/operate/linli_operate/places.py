"""Where the services, their databases and Kafka are: LINLI_<SERVICE>_…_URL and LINLI_KAFKA.

In production they come from the environment. `linli`, of the local stack, knows another place to
look where the environment names no service (`elsewhere`).
"""

import os
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, TypeAlias
from urllib.parse import urlsplit

import asyncpg
from linli_sealed.keyring import KeyRing
from linli_sealed.vault import Vault
from linli_service.settings import Settings
from linli_shared.clock import simulating
from linli_shared.cluster import Cluster
from linli_shared.postgres import TRANSIENT
from linli_shared.seal import Seal
from pydantic import ValidationError

from .screen import Trouble

if TYPE_CHECKING:  # FastAPI comes with it, and takes a fifth of the time of a command's start
    from linli_service.service import Service

Login: TypeAlias = Literal["owner", "app", "relay", "view"]
_DATABASE: Final = re.compile(r"LINLI_([A-Z]+)_(?:OWNER|APP|RELAY|VIEW)_URL")
_PATIENCE_S: Final = 5
_elsewhere: list[Callable[[], Mapping[str, str]]] = []


def elsewhere(look: Callable[[], Mapping[str, str]]) -> None:
    """Where to look when the environment names no service."""
    _elsewhere.append(look)


@dataclass(frozen=True)
class Place:
    """One service, as far as its addresses are known here."""

    name: str
    environ: Mapping[str, str] = field(repr=False)  # it holds passwords

    @property
    def http(self) -> str | None:
        return self.environ.get(f"LINLI_{self.name.upper()}_URL")

    def url(self, login: Login) -> str | None:
        return self.environ.get(self._variable(login))

    def _variable(self, login: Login) -> str:
        return f"LINLI_{self.name.upper()}_{login.upper()}_URL"

    @asynccontextmanager
    async def pool(self, login: Login) -> AsyncIterator[asyncpg.Pool]:
        """Connections of that login. Raises Trouble where it is not known or does not answer."""
        if not (url := self.url(login)):
            raise Trouble(
                f"{self._variable(login)} is not set: the database of the service {self.name}, "
                f"as its login for {login}."
            )
        if _settings(simulation=self.environ.get("LINLI_SIMULATION") or "0").simulation:
            url = simulating(url)
        try:
            pool = await asyncpg.create_pool(
                url, min_size=1, max_size=2, timeout=_PATIENCE_S, command_timeout=60
            )
        except TRANSIENT as error:
            raise Trouble(f"{_shown(url)} does not answer: {_said(error)}") from None
        try:
            yield pool
        except TRANSIENT as error:
            raise Trouble(f"{_shown(url)} refused: {_said(error)}") from None
        finally:
            pool.terminate()

    def seal(self) -> Seal:
        """What opens, for the service's own rules, what it has sealed."""
        secret = self.environ.get(f"LINLI_{self.name.upper()}_KEY_STORE_SECRET")
        url = self.environ.get("LINLI_KEY_STORE", "")
        return Vault(KeyRing(url, Path(secret) if secret else None))

    def code(self) -> "Service":
        """What the service is made of: its views and their folds. Raises Trouble where its package
        is not installed beside these commands."""
        package = f"linli_{self.name}"
        try:
            found: Service = import_module(f"{package}.app").SERVICE
        except ModuleNotFoundError as error:
            if error.name not in (package, f"{package}.app"):
                raise
            raise Trouble(
                f"{package} is not installed here, and its code is what folds these views: run "
                f"this where it is, in the version that runs (pip install linli-{self.name})."
            ) from None
        return found


def places() -> list[Place]:
    """Every service of which a database is named. Raises Trouble where there is none."""
    environ = _environ()
    names = {found[1] for key in environ if (found := _DATABASE.fullmatch(key))}
    if not names:
        raise Trouble(
            "No service is known here: set LINLI_<SERVICE>_RELAY_URL, …_VIEW_URL and LINLI_KAFKA "
            "(docs/operate/cli.md), or start the local stack: make up."
        )
    return [Place(name.lower(), environ) for name in sorted(names)]


def place(name: str) -> Place:
    known = {found.name: found for found in places()}
    if name not in known:
        raise Trouble(f"No service {name!r} is known here, only {', '.join(known)}.")
    return known[name]


def knows_kafka() -> bool:
    return bool(_environ().get("LINLI_KAFKA"))


def kafka() -> Cluster:
    """Raises Trouble where it is not known, or said by halves."""
    if not (servers := _environ().get("LINLI_KAFKA")):
        raise Trouble("LINLI_KAFKA is not set: host:port of the broker. Or: make up.")
    return _settings(kafka=servers).cluster


def _settings(**known: str) -> Settings:
    try:
        return Settings(**known)  # type: ignore[arg-type]
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False, include_context=False)
        raise Trouble("; ".join(fault["msg"] for fault in faults)) from None


def _environ() -> Mapping[str, str]:
    given = dict(os.environ)
    if not any(map(_DATABASE.fullmatch, given)):
        for look in _elsewhere:
            given = {**look(), **given}
    return given


def _shown(url: str) -> str:
    """Host, port and database, and no password."""
    parts = urlsplit(url)
    return f"PostgreSQL at {parts.hostname}:{parts.port or 5432}{parts.path}"


def _said(error: BaseException) -> str:
    return f"{type(error).__name__} {error}".strip()
