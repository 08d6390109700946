"""What the key store is opened with, and how it knows the other services: files of this stack, made
once. No process is told a key by its environment, only where to look."""

import base64
import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from secrets import token_urlsafe

from .state import Home


def of(home: Home, service: str) -> dict[str, str]:
    """The places that one service is told, and what is there."""
    folder = home.root / "keys"
    clients = folder / "clients"
    clients.mkdir(parents=True, mode=0o700, exist_ok=True)
    if service == "keys":
        kek = _made(folder / "kek", lambda: f"{date.today():%Y-%m} {_key()}\n")
        return {"LINLI_KEK": str(kek), "LINLI_CLIENTS": str(clients)}
    secret = _made(clients / service, lambda: token_urlsafe(32))
    return {"LINLI_KEY_STORE_SECRET": str(secret)}


def _key() -> str:
    return base64.b64encode(os.urandom(32)).decode()


def _made(file: Path, contents: Callable[[], str]) -> Path:
    """Whole or not at all, and for its owner alone."""
    if not file.exists():
        fresh = file.with_suffix(".new")
        fresh.touch(0o600)
        fresh.write_text(contents())
        fresh.replace(file)
    return file
