"""What can happen to a fee period 账期."""

from datetime import date
from uuid import UUID

from linli_shared.messages import Event


class FeePeriodClosed(Event, kind="linli.estates.FeePeriodClosed.v1"):
    """关账: no more bills for it, and none is waived. What is owed can still be paid."""

    period_id: UUID
    """Of the stream."""
    period: str
    begins_on: date
    by_id: str
