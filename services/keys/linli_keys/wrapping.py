"""Data keys as they are kept: wrapped (AES-256-GCM) by a key-encryption key that is in a file."""

from base64 import b64decode
from binascii import Error as NotBase64
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from linli_sealed.token import Owner, boxed, unboxed

_BITS: Final = 256


class Unwrappable(Exception):
    """The key-encryption key that it was wrapped by is not in the file any more, or it was wrapped
    for another owner."""


@dataclass(frozen=True, slots=True)
class Wrapped:
    kek: str
    box: bytes


class Wrapping:
    """The key-encryption keys of a file, the last of them for what is new."""

    def __init__(self, keks: dict[str, AESGCM]) -> None:
        self._keks, self.names, self.current = keks, list(keks), list(keks)[-1]

    @classmethod
    def of(cls, file: Path) -> "Wrapping":
        """Raises SystemExit without quoting what the file holds."""
        keks = {}
        for number, line in enumerate(file.read_text().splitlines(), start=1):
            try:
                name, key = line.split()
                keks[name] = AESGCM(b64decode(key, validate=True))
            except (ValueError, NotBase64):
                raise SystemExit(f"LINLI_KEK: line {number} is no name and 32 bytes") from None
        if not keks:
            raise SystemExit("LINLI_KEK: the file is empty")
        return cls(keks)

    def new(self, owner: Owner) -> Wrapped:
        """A data key that nobody has had before."""
        key = AESGCM.generate_key(_BITS)
        return Wrapped(self.current, boxed(self._keks[self.current], key, _bound(owner)))

    def key(self, owner: Owner, wrapped: Wrapped) -> bytes:
        """Raises Unwrappable."""
        try:
            return unboxed(self._keks[wrapped.kek], wrapped.box, _bound(owner))
        except (KeyError, InvalidTag):
            raise Unwrappable(wrapped.kek) from None

    def anew(self, owner: Owner, wrapped: Wrapped) -> Wrapped:
        """The same key, wrapped as a new one is. Raises Unwrappable."""
        key = self.key(owner, wrapped)
        return Wrapped(self.current, boxed(self._keks[self.current], key, _bound(owner)))


def _bound(owner: Owner) -> str:
    return f"{owner.estate}/{owner.subject}"
