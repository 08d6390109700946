"""HTTP for companies 公司: parse, hand over, answer. No rule lives here."""

from uuid import UUID

from linli_service.http import Asking, Call, Done, commands
from linli_shared.store import Reader

from linli_estates.companies.commands import FoundCompany, RegisterEstate, RegisterRegion, key_of
from linli_estates.companies.domain import COMPANIES

router = commands("/companies", "companies")


@router.post("", status_code=201)
async def found(command: FoundCompany, call: Call) -> Done:
    return Done.of(await call.reach(COMPANIES, key_of(command.tenant), command, command.tenant))


@router.post("/{company_id}/register-region")
async def register_region(company_id: UUID, command: RegisterRegion, call: Call) -> Done:
    return Done.of(await call.act(COMPANIES, company_id, command))


@router.post("/{company_id}/register-estate")
async def register_estate(
    company_id: UUID, command: RegisterEstate, call: Call, asking: Asking
) -> Done:
    async def with_standing(reader: Reader, command: RegisterEstate) -> RegisterEstate:
        return command.learned(held=asking.estates.get(command.estate_id))

    return Done.of(await call.act(COMPANIES, company_id, command, with_standing))
