"""A file sealed under a key of its own, which stands, itself sealed, in the file's event.

So a picture is erased as a text is: with its reporter's key goes that of every picture of theirs,
in the folder and in all its copies (docs/adr/0026).
"""

import base64
from os import urandom
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE: Final = 12


class Damaged(Exception):
    """It is not the file that was sealed for this place under this key."""


def new_key() -> str:
    return base64.b64encode(AESGCM.generate_key(256)).decode()


def seal(key: str, estate: str, id: UUID, data: bytes) -> bytes:
    nonce = urandom(_NONCE)
    return nonce + _with(key).encrypt(nonce, data, _place(estate, id))


def opened(key: str, estate: str, id: UUID, box: bytes) -> bytes:
    try:
        return _with(key).decrypt(box[:_NONCE], box[_NONCE:], _place(estate, id))
    except (InvalidTag, ValueError):
        raise Damaged from None


def _with(key: str) -> AESGCM:
    return AESGCM(base64.b64decode(key))


def _place(estate: str, id: UUID) -> bytes:
    """Moved to another estate or name, it is no picture of there."""
    return f"{estate}\n{id}".encode()
