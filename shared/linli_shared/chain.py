"""The hash chain of a shard: a record says what it and all before it were (docs/subscribe.md)."""

from collections.abc import Iterator
from hashlib import sha256
from typing import Final

from linli_shared.kafka import Headers, Row, headers

CHAIN: Final = "ce_chain"
BEGIN: Final = bytes(32)  # before the first record that has a hash


def link(before: bytes, key: bytes, value: bytes, headers: Headers) -> bytes:
    """SHA-256 of `before` and, each with its length in four bytes, big-endian, before it: key,
    value, and name and value of every `ce_` header but the chain's own, in their order."""
    made = sha256(before)
    for part in _parts(key, value, headers):
        made.update(len(part).to_bytes(4, "big"))
        made.update(part)
    return made.digest()


def _parts(key: bytes, value: bytes, headers: Headers) -> Iterator[bytes]:
    yield key
    yield value
    for name, text in headers:
        if name.startswith("ce_") and name != CHAIN:
            yield name.encode()
            yield text


def record(
    source: str, row: Row, prev: int, before: bytes | None
) -> tuple[bytes, bytes, list[tuple[str, bytes]], bytes | None]:
    """Key, value and headers of an event's record, and its hash; the same for the same event. With
    nothing `before`, as before there was a chain."""
    key, value, made = row["stream"].encode(), row["data"].encode(), headers(source, row, prev)
    if before is None:
        return key, value, made, None
    found = link(before, key, value, made)
    return key, value, [*made, (CHAIN, found.hex().encode())], found


def chained(headers: Headers) -> bytes:
    """The hash that a record says; BEGIN where it says none, or nothing that is one."""
    try:
        return bytes.fromhex(dict(headers)[CHAIN].decode())
    except (KeyError, ValueError, AttributeError):
        return BEGIN
