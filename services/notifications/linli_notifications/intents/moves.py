"""Which command may meet which state of an intent 通知, and what it leads to."""

from typing import Final

from linli_shared.lifecycle import Moves

from linli_notifications.intents.commands import (
    CheckIntent,
    ExpireIntent,
    RecordFailure,
    RecordSent,
    RequestIntent,
    ResumeIntent,
    SettleDeadLetter,
)
from linli_notifications.intents.state import Status

_WAITING: Final = {Status.DEFERRED, Status.RETRYING}

# A mail server's 250 is a fact, also where the intent expired during the call, or another process
# gave up on it.
MOVES: Final[Moves] = {
    RequestIntent: ({None}, Status.REQUESTED),
    ResumeIntent: (_WAITING, Status.QUEUED),
    ExpireIntent: ({*_WAITING, Status.QUEUED}, Status.SUPPRESSED),
    CheckIntent: ({Status.QUEUED}, None),
    RecordSent: ({*Status} - {Status.REQUESTED, Status.SENT}, Status.SENT),
    RecordFailure: ({Status.QUEUED}, Status.RETRYING),
    SettleDeadLetter: ({Status.DEAD_LETTERED}, Status.SETTLED),
}
