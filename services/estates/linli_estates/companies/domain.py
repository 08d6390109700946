"""Companies 公司: which regions and which estates each has. An estate is of one company alone."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from typing import Any, Final, assert_never

from linli_language.roles import Role
from linli_shared import lifecycle
from linli_shared.decider import Decider, Hold, Rejected, Reservation

from linli_estates.companies.commands import (
    CompanyCommand,
    FoundCompany,
    RegisterEstate,
    RegisterRegion,
)
from linli_estates.companies.events import (
    CompanyEvent,
    CompanyFounded,
    EstateRegistered,
    RegionRegistered,
)

EVERYWHERE: Final = "*"
"""The scope of what is there once among all companies; no tenant is called that."""
ANSWERABLE: Final = frozenset({Role.ESTATE_MANAGER, Role.COMPANY_USER})
"""Who may say in an estate which company it is of."""
_FOUNDED: Final = "founded"
MOVES: Final[lifecycle.Moves] = {
    FoundCompany: ({None}, _FOUNDED),
    RegisterRegion: ({_FOUNDED}, None),
    RegisterEstate: ({_FOUNDED}, None),
}


@dataclass(frozen=True, slots=True)
class Company:
    regions: AbstractSet[str] = frozenset()
    estates: Mapping[str, str] = field(default_factory=dict)
    """By the estate's tenant, its code."""


def decide(command: CompanyCommand, company: Company | None) -> Sequence[CompanyEvent]:
    lifecycle.check(MOVES, command, _FOUNDED if company else None)
    if isinstance(command, FoundCompany):
        return [CompanyFounded(**_facts(command))]
    assert company is not None, "every other command needs a state"
    match command:
        case RegisterRegion():
            if command.region_id in company.regions:
                raise Rejected("ALREADY_REGISTERED", what="region")
            return [RegionRegistered(**_facts(command), region_id=command.region_id)]
        case RegisterEstate():
            return _register(command, company)
        case _:
            assert_never(command)


def _register(command: RegisterEstate, company: Company) -> Sequence[CompanyEvent]:
    if command._held is None or command.region_id not in company.regions:
        raise Rejected("NOT_FOUND")
    if not command._held & ANSWERABLE:
        raise Rejected("ROLE_NOT_PERMITTED", roles=sorted(ANSWERABLE))
    if command.estate_id in company.estates:
        raise Rejected("ALREADY_REGISTERED", what="estate")
    if command.code in company.estates.values():
        raise Rejected("ALREADY_REGISTERED", what="code")
    return [
        EstateRegistered(
            **_facts(command),
            estate_id=command.estate_id,
            code=command.code,
            region_id=command.region_id,
        )
    ]


def _facts(command: CompanyCommand) -> dict[str, Any]:
    return {
        "occurred_at": command.at,
        "company_id": command.key,
        "by_id": command.actor.id,
        "name_zh": command.name_zh,
        "name_en": command.name_en,
    }


def evolve(company: Company | None, event: CompanyEvent) -> Company:
    if isinstance(event, CompanyFounded):
        return Company()
    assert company is not None, "a stream begins with CompanyFounded"
    match event:
        case RegionRegistered():
            return replace(company, regions=company.regions | {event.region_id})
        case EstateRegistered():
            return replace(company, estates={**company.estates, event.estate_id: event.code})
        case _:
            assert_never(event)


def reserve(company: Company | None, event: CompanyEvent) -> Sequence[Reservation]:
    if isinstance(event, EstateRegistered):
        return [Hold("estate", event.estate_id, scope=EVERYWHERE)]
    return []


def taken(kind: str, holder: str) -> Rejected:
    """Which other company has it is not told."""
    return Rejected("ALREADY_REGISTERED", what="estate")


COMPANIES: Final = Decider("company", None, decide, evolve, reserve, taken)
