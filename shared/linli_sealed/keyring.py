"""A service's keys: asked from the key store, kept for at most ten minutes, and forgotten as soon
as it says that they were destroyed. Without it nothing is sealed and nothing opened."""

import asyncio
import time
from base64 import b64decode
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import httpx
import structlog
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from linli_sealed.fields import Purpose
from linli_sealed.token import Key, Owner
from linli_sealed.vault import Keys, KeysAway

MOST: Final = 1000  # owners in one question
_PATIENCE_S: Final = 3
log = structlog.get_logger()


@dataclass(slots=True)
class _Batch:
    """What is asked for together: all that is wanted while the question before is open."""

    owners: set[Owner] = field(default_factory=set)
    answer: "asyncio.Task[Keys] | None" = None


@dataclass(slots=True)
class KeyRing:
    """`secret` is the file by which the key store knows the service. Without a `url` there is no
    key store."""

    url: str
    secret: Path | None
    keep_s: float = 600
    forget_s: float = 5
    limit: int = 100_000
    _kept: "OrderedDict[tuple[Purpose, Owner], tuple[float, Key | None]]" = field(
        default_factory=OrderedDict
    )
    _next: dict[Purpose, _Batch] = field(default_factory=dict)
    _asking: asyncio.Lock = field(default_factory=asyncio.Lock)
    _http: httpx.AsyncClient | None = None
    _n: int | None = None  # the last destruction we know of

    async def keys(self, purpose: Purpose, owners: Iterable[Owner], *, anew: bool = False) -> Keys:
        wanted, now = set(owners), time.monotonic()
        found = {
            owner: kept[1]
            for owner in wanted
            if not anew and (kept := self._kept.get((purpose, owner))) and kept[0] > now
        }
        if missing := wanted - found.keys():
            found |= await self._asked(purpose, missing)
        return found

    async def destroyed_at(self, owners: Iterable[Owner]) -> Mapping[Owner, datetime]:
        told = await self._ask("POST", "/destructions", json={"owners": list(owners)})
        return {Owner(e, s): datetime.fromisoformat(at) for e, s, at in told["destroyed"]}

    async def run(self) -> None:
        """Forgets what is destroyed, until cancelled."""
        try:
            while self.url and self.secret:
                try:
                    await self.forget()
                except KeysAway:
                    log.warning("destroyed_keys_not_known")
                await asyncio.sleep(self.forget_s)
        finally:
            if self._http:
                await self._http.aclose()
                self._http = None

    async def forget(self) -> None:
        told = await self._ask("GET", "/destroyed", params={"after": self._n or 0})
        if self._n is not None and told["n"] < self._n:  # it was restored from a backup
            self._kept.clear()
        self._n = told["n"]
        gone = {Owner(*pair) for pair in told["owners"]}
        for kept in [kept for kept in self._kept if kept[1] in gone]:
            del self._kept[kept]

    async def _asked(self, purpose: Purpose, missing: set[Owner]) -> Keys:
        batch = self._next.setdefault(purpose, _Batch())
        batch.owners |= missing
        if batch.answer is None:
            batch.answer = asyncio.create_task(self._together(purpose))
        answer = await asyncio.shield(batch.answer)  # others wait for it, too
        return {owner: answer[owner] for owner in missing if owner in answer}

    async def _together(self, purpose: Purpose) -> Keys:
        async with self._asking:
            owners = list(self._next.pop(purpose).owners)
            found: dict[Owner, Key | None] = {}
            for begin in range(0, len(owners), MOST):
                body = {"purpose": purpose, "owners": owners[begin : begin + MOST]}
                told = await self._ask("POST", "/keys", json=body)
                keys = {Owner(e, s): _key(newest, held) for e, s, newest, held in told["held"]}
                if self._n is None or told["n"] >= self._n:  # else one may be destroyed by now
                    self._keep(purpose, keys)
                found |= keys
            return found

    def _keep(self, purpose: Purpose, keys: Keys) -> None:
        until = time.monotonic() + self.keep_s
        self._kept |= {(purpose, owner): (until, key) for owner, key in keys.items()}
        while len(self._kept) > self.limit:
            self._kept.popitem(last=False)

    async def _ask(self, method: str, path: str, **more: Any) -> Any:
        if not self.url or not self.secret:
            log.error("no_key_store", missing="LINLI_KEY_STORE, LINLI_KEY_STORE_SECRET")
            raise KeysAway
        self._http = self._http or httpx.AsyncClient(
            base_url=self.url, timeout=_PATIENCE_S, trust_env=False
        )
        try:
            secret = self.secret.read_text().strip()
            answer = await self._http.request(
                method, path, headers={"Authorization": f"Bearer {secret}"}, **more
            )
            if answer.status_code != 200:
                log.error("key_store_refused", status=answer.status_code)
                raise KeysAway
            return answer.json()
        except (httpx.HTTPError, OSError, ValueError) as error:
            log.warning("key_store_does_not_answer", error=type(error).__name__)
            raise KeysAway from None


def _key(newest: int, held: Sequence[tuple[int, str]]) -> Key | None:
    """`newest` is 0 where the owner's key was destroyed."""
    return Key(newest, {n: AESGCM(b64decode(key)) for n, key in held}) if newest else None
