"""What the views read of `linli.estates.v1` about service norms 服务规范."""

from datetime import date
from typing import Final
from uuid import UUID

from linli_views.facts import Read, kinds


class OfNorm(Read, service="estates", key="norm_id"):
    norm_id: UUID
    norm: str


class NormChecksBegun(OfNorm):
    period: str
    responsible_id: str


class NormCheckRecorded(OfNorm):
    period: str
    checked_on: date
    met: tuple[str, ...]
    unmet: tuple[str, ...]
    photo_refs: tuple[str, ...]

    @property
    def met_n(self) -> int:
        return len(self.met)

    @property
    def items_n(self) -> int:
        return len(self.met) + len(self.unmet)


class NormCheckOverdue(OfNorm):
    period: str


class NormChecksEnded(OfNorm):
    pass


OF_NORMS: Final = list(kinds(OfNorm))
