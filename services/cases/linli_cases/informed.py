"""What commands of a case look up before they are decided, whoever sends them: a person, a timer or
a process. Only those that set moments or call somebody; all others would pay for it."""

from typing import Final

from linli_shared.store import Reader

from linli_cases.complaints.asking import OfCase
from linli_cases.complaints.care_commands import NoteFromReporter
from linli_cases.complaints.commands import (
    CheckClock,
    CheckSilence,
    CloseUnconfirmed,
    ConfirmCase,
    EndDeliberation,
    EscalateCase,
    OpenCase,
    ReopenCase,
    ReopenOverturned,
    ResumeCase,
    ResumeWhenDue,
)
from linli_cases.complaints.matter_commands import FindReviewMissed
from linli_cases.duty.domain import DUTY
from linli_cases.duty.domain import key_of as roster_of
from linli_cases.duty.leaves import with_leaves
from linli_cases.sla_policies.domain import SLA_POLICIES
from linli_cases.sla_policies.domain import key_of as policies_of

_CALLS: Final = (
    CheckClock | CheckSilence | EscalateCase | FindReviewMissed | ReopenCase | ReopenOverturned
)
_MOVES: Final = (
    ResumeCase | ResumeWhenDue | EndDeliberation | NoteFromReporter | ConfirmCase | CloseUnconfirmed
)


async def informed(reader: Reader, command: OfCase) -> OfCase:
    """Policy and roster are guarded: where one changes meanwhile, it is decided again."""
    if not isinstance(command, _CALLS | _MOVES | OpenCase):
        return command
    policies = await reader.load(SLA_POLICIES, policies_of(reader.estate))
    if isinstance(command, OpenCase):
        return command.learned(sla=policies.now)
    command = command.learned(slas=policies.versions)
    if not isinstance(command, _CALLS):
        return command
    duty = await reader.load(DUTY, roster_of(reader.estate))
    return command.learned(duty=await with_leaves(reader, duty) if duty.holders else duty)
