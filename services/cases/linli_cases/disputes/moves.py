"""Which command may meet which state of a dispute 邻里纠纷, and what it leads to."""

from typing import Final, get_args

from linli_shared.lifecycle import Moves

from linli_cases.disputes.commands import (
    AssignMediator,
    ChallengeMediator,
    ConcludeWithoutAgreement,
    ExtendMediation,
    FileDispute,
    GiveRightsNotice,
    HoldSession,
    RecordAgreement,
    RecordConsent,
    RecordContactAttempt,
    RecordPerformance,
    RecuseMediator,
    Told,
    WithdrawDispute,
    WriteNote,
)
from linli_cases.disputes.terms import RUNNING, UNDER_MEDIATION, Status

MOVES: Final[Moves] = {
    FileDispute: ({None}, Status.FILED),
    RecordContactAttempt: ({Status.FILED}, None),
    RecordConsent: ({Status.FILED}, Status.ACCEPTED),
    AssignMediator: ({Status.ACCEPTED}, Status.MEDIATOR_ASSIGNED),
    GiveRightsNotice: (UNDER_MEDIATION, None),
    HoldSession: (UNDER_MEDIATION, Status.IN_SESSION),
    ChallengeMediator: (UNDER_MEDIATION, Status.ACCEPTED),
    RecuseMediator: (UNDER_MEDIATION, Status.ACCEPTED),
    RecordAgreement: (UNDER_MEDIATION, Status.SETTLED),
    ConcludeWithoutAgreement: (UNDER_MEDIATION, Status.NOT_SETTLED),
    RecordPerformance: ({Status.SETTLED, Status.BREACHED}, Status.PERFORMED),
    WithdrawDispute: (RUNNING, Status.WITHDRAWN),
    WriteNote: (UNDER_MEDIATION, None),
    ExtendMediation: (UNDER_MEDIATION | {Status.ACCEPTED}, None),
    **dict.fromkeys(get_args(Told), (frozenset(Status), None)),  # a timer may come late
}
