"""What a unit of a list becomes: commands like any others, each under an id that follows from the
list and what it is about. Sent again after a kill, they are answered as the first time."""

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final
from uuid import UUID

from linli_shared.agent import system_asks
from linli_shared.asked import Asked, Outcome
from linli_shared.decider import Rejected
from linli_shared.store import EventStore

from linli_estates.buildings.commands import RegisterBuilding
from linli_estates.buildings.commands import key_of as key_of_building
from linli_estates.buildings.domain import BUILDINGS
from linli_estates.days import day_of
from linli_estates.imports.entries import Entry
from linli_estates.imports.homes import Home
from linli_estates.imports.kept import Import
from linli_estates.imports.terms import Column, Fault
from linli_estates.people.commands import RegisterPerson
from linli_estates.people.commands import key_of as key_of_person
from linli_estates.people.domain import PEOPLE
from linli_estates.units.commands import MoveIn, RegisterUnit, Share, TransferOwnership
from linli_estates.units.domain import UNITS
from linli_estates.units.lookups import with_building, with_people

_FAULT: Final = "NOT_CARRIED_OUT"


@dataclass(slots=True)
class Carrier:
    store: EventStore
    job: Import
    _met: set[int] = field(default_factory=set)

    async def carry(self, homes: Sequence[Home]) -> list[Fault]:
        """What of them others had registered since they were checked. Buildings and people first:
        homes at the same time may be of the same."""
        entries = [one for home in homes for _, one in home.entries]
        buildings = {one.building_id for one in entries}
        people = {one.person_id: one for one in entries if one.person_id}
        await asyncio.gather(
            *(self._building(id) for id in buildings if self._first("building", id)),
            *(self._person(id, one) for id, one in people.items() if self._first("person", id)),
        )
        answers = await asyncio.gather(*map(self._home, homes))
        return [fault for answer in answers for fault in answer]

    async def _home(self, home: Home) -> list[Fault]:
        if (unit := await self._unit(home.unit)) is None:
            return [Fault(home.line, Column.UNIT_ID, _FAULT)]
        faults = [] if await self._owners(home, unit) else [Fault(home.line, Column.SHARE, _FAULT)]
        for line, one in home.entries:
            if not await self._resident(one, unit):
                faults.append(Fault(line, Column.PERSON_ID, _FAULT))
        return faults

    def _first(self, kind: str, id: str) -> bool:
        """Not yet asked for by this process; another may have."""
        before = len(self._met)
        self._met.add(hash((kind, id)))
        return len(self._met) > before

    async def _building(self, building: str) -> None:
        estate = self.job.estate
        command = RegisterBuilding(estate_id=estate, building_id=building, label=building)
        key = key_of_building(estate, building)
        asked = self._asked(estate, "building", building)
        await _done(self.store.reach(BUILDINGS, key, command, asked, estate))

    async def _person(self, person: str, one: Entry) -> None:
        """Who is registered already stays as they are."""
        assert one.full_name, "whoever is named has a name"
        company = self.job.company
        command = RegisterPerson(
            tenant=company, person_id=person, full_name=one.full_name, phone=one.phone
        )
        key = key_of_person(company, person)
        asked = self._asked(company, "person", person)
        await _done(self.store.reach(PEOPLE, key, command, asked, company))

    async def _unit(self, one: Entry) -> UUID | None:
        command = RegisterUnit(
            estate_id=self.job.estate, unit_id=one.unit_id, building_id=one.building_id,
            unit_no=one.unit_no, area_cm2=one.area_m2,
        )  # fmt: skip
        estate, asked = self.job.estate, self._asked(self.job.estate, "unit", one.unit_id)
        made = await _done(self.store.create(UNITS, command, asked, estate, with_building))
        return made.key if made else None

    async def _owners(self, home: Home, unit: UUID) -> bool:
        if not home.owners:
            return True
        command = TransferOwnership(
            titles=tuple(Share(person_id=who, share_bp=share) for who, share in home.owners),
            effective_on=day_of(self.job.made_at),
        )
        asked = self._asked(self.job.estate, "owners", home.unit.unit_id)
        return bool(await _done(self.store.act(UNITS, unit, command, asked, with_people)))

    async def _resident(self, one: Entry, unit: UUID) -> bool:
        if not (one.person_id and one.lives_as):
            return True
        person, no = one.person_id, one.household_no
        command = MoveIn(person_id=person, tenure=one.lives_as, household_no=no)
        asked = self._asked(self.job.estate, "resident", one.unit_id, person)
        return bool(await _done(self.store.act(UNITS, unit, command, asked, with_people)))

    def _asked(self, tenant: str, *what: object) -> Asked:
        """By whoever brought the list in, who might have said each of it by hand."""
        asked = system_asks("import", tenant, self.job.id, *what, correlation=self.job.id)
        return replace(asked, actor=self.job.person)


async def _done(asked: Awaitable[Outcome]) -> Outcome | None:
    """None where it was refused for good: it was checked, so others have been quicker."""
    try:
        return await asked
    except Rejected as refused:
        if refused.code == "CONTENTION":
            raise
        return None
