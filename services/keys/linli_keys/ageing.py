"""The part `ageing`: destroys what has been kept for long enough, and changes a key-encryption key
that has been in use for a month."""

import asyncio
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final

import structlog
from asyncpg import Pool
from linli_service.service import Task
from linli_service.settings import Settings
from linli_shared.logs import brief
from linli_shared.postgres import TRANSIENT
from linli_shared.store import EventStore

from linli_keys.retention import RETENTION
from linli_keys.rotation import MONTH, Busy, rotate
from linli_keys.settings import told

_EXPIRE: Final = "select keys.expire($1, $2)"
_HOUR_S: Final = 3600
log = structlog.get_logger()


def ageing(store: EventStore, pool: Pool, settings: Settings, owner: str) -> Task:
    """Any number may run."""
    return partial(_run, pool, told().kek)


async def _run(pool: Pool, file: Path) -> None:
    while True:
        try:
            await expire(pool, datetime.now(UTC))
            await rotate(pool, file, older_than=MONTH)
        except Busy:
            pass
        except OSError as error:  # a file that only a person may change, or no database
            log.error("keys_do_not_age", error=brief(error))
        except TRANSIENT as error:
            log.warning("ageing_waits", error=brief(error))
        await asyncio.sleep(_HOUR_S)


async def expire(pool: Pool, now: datetime) -> None:
    """Destroy the generations whose time is over: nobody can read any more what they sealed."""
    for kind, kept in RETENTION.items():
        if kept.ends is not None:
            gone = await pool.fetchval(_EXPIRE, kind, now - kept.ends)
            if gone:
                log.info("keys_expired", kind=kind, count=gone)
