"""Where files are kept: three functions, so that an object store can take the folder's place."""

import asyncio
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from uuid import UUID


class Kept(Protocol):
    """Files by estate and id, written once. All may raise OSError."""

    async def put(self, estate: str, id: UUID, data: bytes) -> None:
        """Kept for good when it returns."""

    async def get(self, estate: str, id: UUID) -> bytes | None:
        """None: there is none."""

    async def forget(self, estate: str, id: UUID) -> None:
        """One that is not there is forgotten already."""


@dataclass(frozen=True, slots=True)
class Folder:
    """A directory that all processes of the API share, by file system or mount."""

    root: Path

    async def put(self, estate: str, id: UUID, data: bytes) -> None:
        await asyncio.to_thread(_write, self._file(estate, id), data)

    async def get(self, estate: str, id: UUID) -> bytes | None:
        try:
            return await asyncio.to_thread(self._file(estate, id).read_bytes)
        except FileNotFoundError:
            return None

    async def forget(self, estate: str, id: UUID) -> None:
        await asyncio.to_thread(self._file(estate, id).unlink, missing_ok=True)

    def _file(self, estate: str, id: UUID) -> Path:
        # An estate is a `Key` and begins with a letter or a digit: it leads nowhere else.
        return self.root / estate / id.hex[-2:] / str(id)


def _write(file: Path, data: bytes) -> None:
    """Whole or not at all, also where the machine stops: first the bytes, then the name."""
    for folder in (file.parent.parent, file.parent):
        folder.mkdir(mode=0o700, exist_ok=True)
    fresh = file.with_suffix(".new")
    with fresh.open("xb") as out:
        os.fchmod(out.fileno(), 0o600)
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    fresh.replace(file)
    directory = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
