"""This service's own view of who mediates what, and the look for mediators who have come to be tied
to a party since: somebody moved house, a home changed hands, kin were declared.

Whoever is found is recused by a command that decides it anew, from what is known then.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from asyncpg import Pool
from linli_shared.kafka import Fact
from linli_shared.view import View
from linli_shared.viewset import ViewSet

from linli_cases.directory import COMPANIES, DIRECTORY, KINSHIPS
from linli_cases.disputes.commands import RecuseTied
from linli_cases.disputes.domain import DISPUTES
from linli_cases.disputes.events import (
    DisputeFiled,
    DisputeMediated,
    DisputeWithdrawn,
    MediationDeclined,
    MediatorAssigned,
    MediatorRecused,
    OfDispute,
    Party,
)
from linli_cases.disputes.homes import HOME, HOMES, with_ties
from linli_cases.disputes.interests import Home, tie
from linli_cases.disputes.terms import Interest, Side
from linli_cases.watch import Found


@dataclass(frozen=True, slots=True)
class Mediation:
    """A dispute that has not come to an end. `unit_ids` are those that `person_ids`, its parties,
    have given, in the same order; `assignment` is the fact that made `mediator_id` its mediator."""

    estate: str
    dispute_id: UUID
    person_ids: tuple[str, ...]
    unit_ids: tuple[str, ...]
    mediator_id: str | None = None
    assignment: UUID | None = None
    declared: tuple[str, ...] = ()


MEDIATION: Final = View("mediation", row=Mediation, key=["dispute_id"])
MEDIATIONS: Final = ViewSet("mediations", 1, topics=["linli.cases.v1"], members=[MEDIATION])
_RUNNING: Final = "select * from {mediations} where mediator_id is not null"
_HOMES: Final = """
select m.dispute_id, h.* from {mediations} m
  join {homes} h on h.estate = m.estate
   and (h.owners ? m.mediator_id
        or h.residents @> jsonb_build_array(jsonb_build_array(m.mediator_id)))"""
_KIN: Final = """
select m.dispute_id from {mediations} m
  join {companies} c on c.estate = m.estate
  join {kinships} k on k.estate = c.company
   and (m.mediator_id = k.person_id and m.person_ids ? k.other_id
        or m.mediator_id = k.other_id and m.person_ids ? k.person_id)"""


@MEDIATION.on(DisputeFiled.kind, DisputeFiled)
def filed(row: Mediation | None, event: DisputeFiled, fact: Fact) -> Mediation:
    people = tuple(party.person_id for party in event.parties)
    units = tuple(party.unit_id for party in event.parties)
    return Mediation(fact.estate, event.dispute_id, people, units)


@MEDIATION.on(MediatorAssigned.kind, MediatorAssigned)
def assigned(row: Mediation | None, event: MediatorAssigned, fact: Fact) -> Mediation | None:
    if row is None:
        return None
    declared = tuple(interest.value for interest in event.declared)
    mediator = event.mediator_id
    return replace(row, mediator_id=mediator, assignment=fact.id, declared=declared)


@MEDIATION.on(MediatorRecused.kind, MediatorRecused)
def recused(row: Mediation | None, event: MediatorRecused, fact: Fact) -> Mediation | None:
    return replace(row, mediator_id=None, assignment=None, declared=()) if row else None


@MEDIATION.on(DisputeMediated.kind, DisputeMediated)
@MEDIATION.on(DisputeWithdrawn.kind, DisputeWithdrawn)
@MEDIATION.on(MediationDeclined.kind, MediationDeclined)
def ended(row: Mediation | None, event: OfDispute, fact: Fact) -> None:
    return None


async def look(pool: Pool) -> Sequence[Found]:
    """Who mediates and is tied, as far as the copies have read: of all estates, so the pool is of
    the projector's login. Raises NotLive."""
    assert MEDIATION.rows
    assert HOME.rows
    mediations = MEDIATION.rows.of(await MEDIATIONS.live(pool))
    running = [
        MEDIATION.rows.parse(row)
        for row in await pool.fetch(_RUNNING.format(mediations=mediations))
    ]
    homes: dict[UUID, list[Home]] = {}
    kin: set[UUID] = set()
    if running:
        tables = {"mediations": mediations, **await _copies(pool)}
        for row in await pool.fetch(_HOMES.format(**tables)):
            homes.setdefault(row["dispute_id"], []).append(HOME.rows.parse(row))
        kin = {row["dispute_id"] for row in await pool.fetch(_KIN.format(**tables))}
    return [
        _found(one)
        for one in running
        if tied(one, homes.get(one.dispute_id, []), one.dispute_id in kin)
    ]


async def _copies(pool: Pool) -> dict[str, str]:
    directory = await DIRECTORY.live(pool)
    assert HOME.rows
    assert COMPANIES.lines
    assert KINSHIPS.rows
    return {
        "homes": HOME.rows.of(await HOMES.live(pool)),
        "companies": COMPANIES.lines.of(directory),
        "kinships": KINSHIPS.rows.of(directory),
    }


def tied(mediation: Mediation, homes: Sequence[Home], kin: bool) -> bool:
    """What both sides have waived is no news."""
    assert mediation.mediator_id
    given = zip(mediation.person_ids, mediation.unit_ids, strict=True)
    parties = [Party(person_id=person, unit_id=unit, side=Side.A) for person, unit in given]
    if tie(mediation.mediator_id, parties, homes):
        return True
    return kin and Interest.DECLARED_RELATIONSHIP not in mediation.declared


def _found(mediation: Mediation) -> Found:
    assert mediation.mediator_id
    command = RecuseTied(mediator_id=mediation.mediator_id)
    return Found(
        mediation.estate, DISPUTES, mediation.dispute_id, command, with_ties,
        f"assignment {mediation.assignment}",
    )  # fmt: skip
