"""Which PostgreSQL errors mean what, and what must be true of the server."""

from asyncio import TimeoutError as AsyncTimeout
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from asyncpg import Connection, InterfaceError, PostgresError, Record
from asyncpg.exceptions import (
    DataError,
    IntegrityConstraintViolationError,
    ProgramLimitExceededError,
)
from asyncpg.pool import PoolConnectionProxy

Db: TypeAlias = "Connection[Record] | PoolConnectionProxy[Record]"
Connect: TypeAlias = Callable[[], Awaitable["Connection[Record]"]]

# The values are at fault: the same call will fail again.
BAD_VALUE = (DataError, IntegrityConstraintViolationError, ProgramLimitExceededError)
# The connection, the server or a neighbour: the same call may succeed later.
TRANSIENT = (OSError, InterfaceError, PostgresError, AsyncTimeout)

_ASSERTED = """
select current_setting('default_transaction_isolation') = 'read committed' as isolation,
       current_setting('lock_timeout') <> '0' as lock_timeout,
       current_setting('transaction_timeout') <> '0' as transaction_timeout,
       (select cache_size = 1 from pg_sequences
         where (schemaname, sequencename) = ('es', 'event_position_seq')) as identity_cache,
       not (select rolsuper or rolbypassrls from pg_roles where rolname = current_user) as role"""


class Unsafe(Exception):
    """A setting of the server or the role would break the store's promises silently."""


async def assert_safe(db: Db) -> None:
    """Under another isolation a stale re-check passes; a cached identity breaks the order; a
    writer without timeouts can hold a shard for ever; a superuser passes row-level security."""
    row = await db.fetchrow(_ASSERTED)
    assert row is not None
    if wrong := [name for name, fine in row.items() if fine is False]:
        raise Unsafe(f"the application's role or the server is not set up: {', '.join(wrong)}")
