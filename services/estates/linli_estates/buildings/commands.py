"""What somebody wants of a building 楼栋. The fields are the HTTP bodies."""

from typing import Final
from uuid import UUID, uuid5

from linli_language.roles import Role
from linli_shared.messages import SYSTEM, Command
from linli_shared.text import Key, Line

from linli_estates.tenants import EstateTenant

_BUILDINGS: Final = UUID("6c0f5f65-5f0a-5c57-8d5c-0c4b6f2b7a02")
REGISTRARS: Final = frozenset({Role.ESTATE_MANAGER, Role.OPERATOR})
"""Who keeps the directory of an estate."""


def key_of(estate: str, building_id: str) -> UUID:
    """Of the stream of a building."""
    return uuid5(_BUILDINGS, f"{estate}/{building_id}")


class RegisterBuilding(Command, by={*REGISTRARS, SYSTEM}):
    estate_id: EstateTenant
    building_id: Key
    label: Line
