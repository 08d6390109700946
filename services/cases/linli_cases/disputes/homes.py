"""This service's own view of homes: who owns a unit and who lives there, as the directory says.

What is not known here keeps nobody from mediating: an estate without a directory has mediators too.
"""

import json
from dataclasses import replace
from typing import Final, TypeVar

from linli_shared.kafka import Fact
from linli_shared.store import Reader
from linli_shared.view import View
from linli_shared.viewset import ViewSet
from pydantic import BaseModel, ConfigDict

from linli_cases.directory import known
from linli_cases.disputes.commands import AssignMediator, Mediating, RecuseTied
from linli_cases.disputes.interests import Home
from linli_cases.own_views import live

M = TypeVar("M", bound=Mediating)
HOME: Final = View("home", row=Home, key=["unit_id"])
HOMES: Final = ViewSet("homes", 1, topics=["linli.estates.v1"], members=[HOME])
_OF_PERSON: Final = """
select * from {table} where estate = $1 and (residents @> $2::jsonb or owners @> $3::jsonb)"""


class OfUnit(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    unit_id: str


class Title(BaseModel):
    person_id: str


class Transferred(OfUnit):
    titles: tuple[Title, ...]


class OfResident(OfUnit):
    person_id: str
    household_no: int


@HOME.on("linli.estates.OwnershipTransferred.v1", Transferred)
def transferred(home: Home | None, event: Transferred, fact: Fact) -> Home:
    owners = tuple(title.person_id for title in event.titles)
    return replace(home or Home(fact.estate, event.unit_id), owners=owners)


@HOME.on("linli.estates.ResidentMovedIn.v1", OfResident)
def moved_in(home: Home | None, event: OfResident, fact: Fact) -> Home:
    home = _without(home or Home(fact.estate, event.unit_id), event.person_id)
    one = (event.person_id, event.household_no)
    return replace(home, residents=(*home.residents, one))


@HOME.on("linli.estates.ResidentMovedOut.v1", OfResident)
def moved_out(home: Home | None, event: OfResident, fact: Fact) -> Home | None:
    return _without(home, event.person_id) if home else None


def _without(home: Home, person: str) -> Home:
    return replace(home, residents=tuple(one for one in home.residents if one[0] != person))


def mediator_of(command: Mediating) -> str:
    """Whoever is to be one, or acts as one."""
    if isinstance(command, AssignMediator | RecuseTied):
        return command.mediator_id
    return command.actor.id


async def with_homes(reader: Reader, command: M) -> M:
    """The homes that the mediator lives in or owns."""
    if not (table := await live(reader, HOMES, HOME)):
        return command
    who = mediator_of(command)
    lives, owns = json.dumps([[who]]), json.dumps([who])
    rows = await reader.rows(_OF_PERSON.format(table=table), reader.estate, lives, owns)
    assert HOME.rows
    return command.learned(homes=tuple(HOME.rows.parse(row) for row in rows))


async def with_ties(reader: Reader, command: RecuseTied) -> RecuseTied:
    """And their kin. What is not known well enough ties nobody: it is looked at again."""
    found = await known(reader, command.mediator_id)
    command = await with_homes(reader, command)
    return command.learned(kin=found.kin) if found else command


async def with_ties_and_papers(reader: Reader, command: AssignMediator) -> AssignMediator:
    found = await known(reader, command.mediator_id)
    command = await with_homes(reader, command)
    return command.learned(kin=found.kin, certified=found.certified) if found else command
