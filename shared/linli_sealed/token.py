"""A sealed text as it is stored and published: who it is of, where it stands, and the ciphertext.

    sealed/1/<estate>/<kind>:<id>/<event>/<field>/<nonce and ciphertext, base64url>

Everything before the ciphertext is bound to it (AES-256-GCM, NIST SP 800-38D): moved to another
estate, person, event or field it does not open. An owner without a key any more is sealed to
nothing: the last part is empty.
"""

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass
from os import urandom
from typing import Any, Final, NamedTuple
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MARK: Final = "sealed/1/"
_NONCE: Final = 12  # bytes, at random: a key seals far fewer than 2**32 texts
SUBJECT: Final = r"(?:person|matter):[\w.:-]{1,64}"
_TOKEN: Final = re.compile(
    rf"sealed/1/([\w.:-]{{1,100}})/({SUBJECT})/([0-9a-f]{{32}})/([\w.]{{1,200}})/([\w=-]*)",
    re.ASCII,
)


class Owner(NamedTuple):
    """Whose key it is: `person:<id>` or `matter:<id>`, within an estate."""

    estate: str
    subject: str


class Forged(ValueError):
    """It was sealed for another place, or changed, or never sealed by us."""


@dataclass(frozen=True, slots=True)
class Token:
    owner: Owner
    event: UUID
    field: str
    """Its path in the event: `title`, `terms.0.duty`."""
    box: str

    @classmethod
    def parse(cls, text: str) -> "Token":
        """Raises Forged."""
        if (found := _TOKEN.fullmatch(text)) is None:
            raise Forged("it is no sealed text")
        estate, subject, event, field, box = found.groups()
        return cls(Owner(estate, subject), UUID(event), field, box)

    @property
    def _bound(self) -> str:
        return f"{MARK}{self.owner.estate}/{self.owner.subject}/{self.event.hex}/{self.field}/"

    @classmethod
    def seal(cls, key: AESGCM | None, owner: Owner, event: UUID, field: str, value: Any) -> str:
        """`value` is what JSON can say; without a key nothing of it is kept."""
        bound = cls(owner, event, field, "")._bound
        if key is None:
            return bound
        plain = json.dumps(value, ensure_ascii=False).encode()
        return bound + urlsafe_b64encode(boxed(key, plain, bound)).decode()

    def open(self, key: AESGCM) -> Any:
        """What was sealed. Raises Forged."""
        try:
            plain = unboxed(key, urlsafe_b64decode(self.box), self._bound)
        except (InvalidTag, NotBase64, ValueError):
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
