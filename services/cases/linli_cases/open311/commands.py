"""What somebody wants of an estate's part in Open311. The fields are the HTTP bodies."""

from typing import Annotated, Final
from uuid import UUID

from linli_language.roles import Role
from linli_shared.messages import Command
from linli_shared.text import Key, Line
from pydantic import AfterValidator, Field, PrivateAttr
from pydantic_core import PydanticCustomError

from linli_cases.open311.catalogue import CATALOGUE

MANAGERS: Final = (Role.ESTATE_MANAGER, Role.COMPANY_USER)


def _offered(code: str) -> str:
    if code not in CATALOGUE:
        raise PydanticCustomError("service_unknown", "is no service that can be opened")
    return code


ServiceCode = Annotated[Key, AfterValidator(_offered)]


class OpenJurisdiction(Command, by=MANAGERS):
    """With these services, in place of those before."""

    estate_id: Key
    service_codes: Annotated[
        tuple[ServiceCode, ...], Field(min_length=1, max_length=len(CATALOGUE))
    ] = tuple(CATALOGUE)


class CloseJurisdiction(Command, by=MANAGERS):
    """Its keys stay, and are of no use meanwhile."""


class IssueApiKey(Command, by=MANAGERS):
    """`label`: whose program it is for; for everybody who may read keys."""

    label: Line

    _key_id: UUID = PrivateAttr()
    _key_sha256: str = PrivateAttr()


class RevokeApiKey(Command, by=MANAGERS):
    key_id: UUID


Open311Command = OpenJurisdiction | CloseJurisdiction | IssueApiKey | RevokeApiKey
