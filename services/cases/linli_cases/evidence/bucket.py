"""Files in a bucket of any store that speaks S3: Amazon's, MinIO, Ceph, Garage, Versity and others.

What is in them is sealed before (`boxes`): who has the bucket has noise.
"""

from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final, TypeVar
from uuid import UUID

from obstore.exceptions import BaseError
from obstore.store import S3Store

if TYPE_CHECKING:  # it has them for that alone
    from obstore.store import ClientConfig, RetryConfig

T = TypeVar("T")
_CLIENT: "Final[ClientConfig]" = {
    "allow_http": True,  # what goes over it is sealed, and many a store is next door
    "timeout": timedelta(seconds=20),
    "connect_timeout": timedelta(seconds=3),
}
_AGAIN: "Final[RetryConfig]" = {"max_retries": 2, "retry_timeout": timedelta(seconds=30)}


@dataclass(frozen=True, slots=True)
class Bucket:
    """One for every process of the API, on however many machines."""

    store: S3Store

    @classmethod
    def at(cls, endpoint: str, bucket: str, region: str, key: str, secret: str) -> "Bucket":
        """By its path (`endpoint/bucket`), which every store understands."""
        store = S3Store(
            bucket, endpoint=endpoint, region=region, access_key_id=key, secret_access_key=secret,
            virtual_hosted_style_request=False, client_options=_CLIENT, retry_config=_AGAIN,
        )  # fmt: skip
        return cls(store)

    async def put(self, estate: str, id: UUID, data: bytes) -> None:
        await _or_error(self.store.put_async(_name(estate, id), data))

    async def get(self, estate: str, id: UUID) -> bytes | None:
        try:
            found = await _or_error(self.store.get_async(_name(estate, id)))
            return bytes(await _or_error(found.bytes_async()))
        except FileNotFoundError:
            return None

    async def forget(self, estate: str, id: UUID) -> None:
        with suppress(FileNotFoundError):
            await _or_error(self.store.delete_async(_name(estate, id)))


def _name(estate: str, id: UUID) -> str:
    """As in a folder: whoever moves copies the files as they are."""
    return f"{estate}/{id.hex[-2:]}/{id}"


async def _or_error(work: Awaitable[T]) -> T:
    """What a store may refuse is no error of ours, as a disk's is none."""
    try:
        return await work
    except BaseError as error:
        raise OSError(type(error).__name__) from None
