"""Who asks, by the secret in a file of its name, and what it is granted, by `grants.toml`."""

import tomllib
from collections.abc import Iterable, Mapping
from hmac import compare_digest
from importlib.resources import files
from pathlib import Path
from typing import Final

from linli_sealed.token import Owner
from linli_shared.decider import Rejected

GRANTS: Final[Mapping[str, Mapping[str, list[str]]]] = tomllib.loads(
    files(__package__).joinpath("grants.toml").read_text("utf-8")
)
_SHORTEST: Final = 20  # characters of a secret


def service_of(clients: Path, authorization: str) -> str:
    """The service whose secret it is. Raises TOKEN_MISSING, TOKEN_INVALID."""
    scheme, _, secret = authorization.partition(" ")
    if scheme.lower() != "bearer" or not secret:
        raise Rejected("TOKEN_MISSING")
    found = ""
    for name in GRANTS:  # all of them, so that how long it takes tells nothing
        file = clients / name
        known = file.read_text().strip() if file.is_file() else ""
        if compare_digest(known.encode(), secret.encode()) and len(known) >= _SHORTEST:
            found = name
    if not found:
        raise Rejected("TOKEN_INVALID")
    return found


def check(service: str, purpose: str, owners: Iterable[Owner]) -> None:
    """Raises KEYS_NOT_GRANTED."""
    kinds = set(GRANTS[service].get(purpose, ()))
    if not {owner.subject.partition(":")[0] for owner in owners} <= kinds:
        raise Rejected("KEYS_NOT_GRANTED", service=service, purpose=purpose)
