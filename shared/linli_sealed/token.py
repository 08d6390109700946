"""A sealed text as it is stored and published: who it is of, where it stands, and the ciphertext.

    sealed/1/<estate>/<kind>:<id>[~<generation>]/<event>/<field>/<nonce and ciphertext, base64url>

Everything before the ciphertext is bound to it (AES-256-GCM, NIST SP 800-38D): moved to another
estate, person, generation, event or field it does not open. An owner's key has generations; the
first is not named. An owner without a key any more is sealed to nothing: the last part is empty.
"""

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Mapping
from dataclasses import dataclass
from os import urandom
from typing import Any, Final, NamedTuple
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MARK: Final = "sealed/1/"
_NONCE: Final = 12  # bytes, at random: a key seals far fewer than 2**32 texts
OF_PERSON: Final = ("person", "words", "care")
"""The kinds of keys that somebody has: each is kept for a time of its own (docs/adr/0022)."""
SUBJECT: Final = rf"(?:{'|'.join(OF_PERSON)}|matter):[\w.:-]{{1,64}}"
_TOKEN: Final = re.compile(
    rf"sealed/1/([\w.:-]{{1,100}})/({SUBJECT})(?:~([1-9]\d{{0,8}}))?"
    r"/([0-9a-f]{32})/([\w.]{1,200})/([\w=-]*)",
    re.ASCII,
)


class Owner(NamedTuple):
    """Whose key it is: `person:<id>`, `matter:<id>` …, within an estate."""

    estate: str
    subject: str


@dataclass(frozen=True, slots=True)
class Key:
    """An owner's: what is new is sealed by the newest generation. Of those before, one that is not
    `held` any more was destroyed when its time was over."""

    newest: int
    held: Mapping[int, AESGCM]


class Forged(ValueError):
    """It was sealed for another place, or changed, or never sealed by us."""


@dataclass(frozen=True, slots=True)
class Token:
    owner: Owner
    event: UUID
    field: str
    """Its path in the event: `title`, `terms.0.duty`."""
    box: str
    generation: int = 1

    @classmethod
    def parse(cls, text: str) -> "Token":
        """Raises Forged."""
        if (found := _TOKEN.fullmatch(text)) is None:
            raise Forged("it is no sealed text")
        estate, subject, generation, event, field, box = found.groups()
        return cls(Owner(estate, subject), UUID(event), field, box, int(generation or 1))

    @property
    def _bound(self) -> str:
        later = f"~{self.generation}" if self.generation > 1 else ""
        whose = f"{self.owner.estate}/{self.owner.subject}{later}"
        return f"{MARK}{whose}/{self.event.hex}/{self.field}/"

    @classmethod
    def seal(cls, key: Key | None, owner: Owner, event: UUID, field: str, value: Any) -> str:
        """`value` is what JSON can say; without a key nothing of it is kept."""
        bound = cls(owner, event, field, "", key.newest if key else 1)._bound
        if key is None:
            return bound
        plain = json.dumps(value, ensure_ascii=False).encode()
        return bound + urlsafe_b64encode(boxed(key.held[key.newest], plain, bound)).decode()

    def lost(self, key: Key | None) -> bool:
        """Whether nobody can open it any more: its key, or that generation of it, was destroyed."""
        if not self.box or key is None:
            return True
        return self.generation <= key.newest and self.generation not in key.held

    def open(self, key: Key) -> Any:
        """What was sealed. Raises Forged."""
        try:
            sealer = key.held[self.generation]
            plain = unboxed(sealer, urlsafe_b64decode(self.box), self._bound)
        except (InvalidTag, NotBase64, ValueError, KeyError):
            raise Forged("it does not open with its owner's key") from None
        return json.loads(plain)


def boxed(key: AESGCM, plain: bytes, bound: str) -> bytes:
    """Nonce and ciphertext; it opens with what it is bound to alone."""
    nonce = urandom(_NONCE)
    return nonce + key.encrypt(nonce, plain, bound.encode())


def unboxed(key: AESGCM, box: bytes, bound: str) -> bytes:
    """Raises InvalidTag, ValueError."""
    return key.decrypt(box[:_NONCE], box[_NONCE:], bound.encode())


def is_sealed(value: object) -> bool:
    return isinstance(value, str) and value.startswith(MARK)
