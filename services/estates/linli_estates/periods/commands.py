"""What somebody wants of a fee period 账期. The fields are the HTTP bodies."""

from typing import Annotated, Final
from uuid import UUID, uuid5

from linli_language.roles import Role
from linli_shared.messages import Command
from pydantic import StringConstraints

from linli_estates.tenants import EstateTenant

_PERIODS: Final = UUID("b3a6b0f2-5a3e-5c0e-8f14-6d2f0c9e7a31")

Period = Annotated[str, StringConstraints(pattern=r"^20[0-9]{2}(-(Q[1-4]|0[1-9]|1[0-2]))?$")]
"""A year, a quarter or a month: `2020`, `2020-Q2`, `2020-04`."""


def key_of(estate: str, period: str) -> UUID:
    """Of the stream of a period of an estate."""
    return uuid5(_PERIODS, f"{estate}/{period}")


class ClosePeriod(Command, by={Role.ESTATE_MANAGER}):
    estate_id: EstateTenant
    period: Period
