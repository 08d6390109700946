"""What notifications read of `linli.estates.v1` to tell of: whom, and of what."""

from uuid import UUID

from linli_notifications.events import Read


class NormCheckOverdue(Read, service="estates", place="norms"):
    norm_id: UUID
    norm: str
    period: str
    responsible_id: str

    @property
    def thread_id(self) -> UUID:
        return self.norm_id
