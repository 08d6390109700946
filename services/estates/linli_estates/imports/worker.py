"""The part `import`: checks lists that were uploaded, and carries out those that were started. One
process of the service does, by a lease; the others stand by, and go on where it stopped."""

import asyncio
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from tempfile import TemporaryFile
from typing import IO, Final

import structlog
from asyncpg import Pool
from linli_service.service import Task
from linli_service.settings import Settings
from linli_shared.append import Overloaded, Unavailable
from linli_shared.decider import Rejected
from linli_shared.leases import Leases
from linli_shared.logs import brief
from linli_shared.postgres import TRANSIENT
from linli_shared.store import EventStore

from linli_estates.imports import csv_rows, kept, xlsx_rows
from linli_estates.imports.carrying import Carrier
from linli_estates.imports.homes import Home, Survey
from linli_estates.imports.kept import Import
from linli_estates.imports.terms import MAX_FAULTS, Column, Fault, Row, Unreadable

KEPT_DAYS: Final = 7
"""How long a list waits to be started."""
_BATCH: Final = 500
_AT_ONCE: Final = 32
_HELD: Final = "select kind, key from estates.held($1, $2, $3)"
_FIELDS: Final = {
    "unit_id": (Column.UNIT_ID, "UNIT_TWICE"),
    "unit_no": (Column.UNIT_NO, "NUMBER_TWICE"),
    "resident": (Column.PERSON_ID, "RESIDENT_TWICE"),
}
log = structlog.get_logger()


def importing(store: EventStore, pool: Pool, settings: Settings, owner: str) -> Task:
    """The pool is of the login that sees the lists of all estates."""
    return Importer(store, pool, owner).run


class Lost(Exception):
    """Another process has the lease."""


def rows(file: IO[bytes]) -> Iterator[Row]:
    """A workbook is a zip file; what is none is taken for CSV. Raises Unreadable."""
    file.seek(0)
    zipped = file.read(4) == b"PK\x03\x04"
    file.seek(0)
    return xlsx_rows.rows(file) if zipped else csv_rows.rows(file)


@dataclass(slots=True)
class Importer:
    store: EventStore
    pool: Pool
    owner: str
    lease_s: float = 60
    poll_s: float = 1
    batch: int = _BATCH
    _leases: Leases = field(init=False)

    def __post_init__(self) -> None:
        self._leases = Leases(self.pool, "import", [0], self.owner, lease_s=self.lease_s)

    async def run(self) -> None:
        try:
            while True:
                worked = False
                try:
                    worked = await self.round()
                except Lost:
                    pass
                except (*TRANSIENT, Overloaded, Unavailable, Rejected) as error:
                    log.warning("import_retries", error=brief(error))
                if not worked:
                    await asyncio.sleep(self.poll_s)
        finally:
            await self._leases.leave()

    async def round(self) -> bool:
        """Whether there was anything to do."""
        await self._mine()
        await kept.expire(self.pool, KEPT_DAYS)
        if (job := await kept.due(self.pool)) is None:
            return False
        key = await kept.key_of(self.store.seal, (job.estate, job.id))
        with TemporaryFile() as file:
            try:
                await kept.restored(self.pool, key, job, file)
            except kept.Unopened:
                log.error("import_not_readable", id=str(job.id))
                await kept.note(self.pool, job, state="expired")
                return True
            if job.state == "uploaded":
                await self._check(job, file)
            else:
                await self._carry_out(job, file)
        return True

    async def _mine(self) -> None:
        if self._leases.due:
            await self._leases.refresh()
        if not self._leases.held:
            raise Lost

    async def _check(self, job: Import, file: IO[bytes]) -> None:
        """Every fault of the list, and nothing else: no unit of it is registered."""
        await kept.forget(self.pool, job, ["import_fault"])
        survey, count = Survey(), 0
        found = survey.homes(rows(file))
        while batch := await asyncio.to_thread(_taken, found, self.batch):
            await self._mine()
            homes = [one for one in batch if isinstance(one, Home)]
            faults = [one for one in batch if isinstance(one, Fault)]
            faults += await self._held(job, homes)
            if count + len(faults) > MAX_FAULTS:
                faults = [*faults[: MAX_FAULTS - count], Fault(0, "", "TOO_MANY_FAULTS")]
            await kept.add_faults(self.pool, job, count, faults)
            count += len(faults)
            await kept.note(self.pool, job, rows=survey.rows, units=survey.units, faults=count)
            if count > MAX_FAULTS:
                break
        if count:
            await kept.forget(self.pool, job, ["import_piece"])
        await kept.note(self.pool, job, state="refused" if count else "checked")

    async def _held(self, job: Import, homes: list[Home]) -> list[Fault]:
        """What the estate has already."""
        wanted: dict[tuple[str, str], int] = {}
        for home in homes:
            one = home.unit
            wanted["unit_id", one.unit_id] = home.line
            wanted["unit_no", f"{one.building_id}|{one.unit_no}"] = home.line
            for line, entry in home.entries:
                if entry.person_id and entry.lives_as:
                    wanted["resident", entry.person_id] = line
        kinds, keys = [kind for kind, _ in wanted], [key for _, key in wanted]
        async with self.store.pool.acquire() as db, db.transaction():
            there = await db.fetch(_HELD, job.estate, kinds, keys)
        found = ((wanted[kind, key], *_FIELDS[kind]) for kind, key in there)
        return [Fault(*fault) for fault in sorted(found)]

    async def _carry_out(self, job: Import, file: IO[bytes]) -> None:
        """From the first unit on that is not known to be done."""
        homes = Survey().homes(rows(file))
        await asyncio.to_thread(deque, islice(homes, job.done), 0)  # without keeping them
        carrier, done, faults = Carrier(self.store, job), job.done, job.faults
        while batch := await asyncio.to_thread(_taken, homes, _AT_ONCE):
            await self._mine()
            found = await carrier.carry([one for one in batch if isinstance(one, Home)])
            await kept.add_faults(self.pool, job, faults, found)
            done, faults = done + len(batch), faults + len(found)
            await kept.note(self.pool, job, done=done, faults=faults)
        await kept.forget(self.pool, job, ["import_piece"])
        await kept.note(self.pool, job, state="done")


def _taken(found: Iterator[Home | Fault], count: int) -> list[Home | Fault]:
    """Up to so many. Where nothing more can be read, that is the last fault."""
    taken: list[Home | Fault] = []
    try:
        taken.extend(islice(found, count))
    except Unreadable as error:
        taken.append(Fault(error.line, "", error.code))
    return taken
