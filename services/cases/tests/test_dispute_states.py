"""Which command fits which state of a dispute 邻里纠纷, said again from the specification; and what
holds whatever is asked of one, in whatever order."""

from typing import get_args

import pytest
from linli_cases.disputes.commands import (
    ChallengeMediator,
    ConcludeWithoutAgreement,
    DisputeCommand,
    GiveRightsNotice,
    HoldSession,
    RecordConsent,
    RecordContactAttempt,
    RecordPerformance,
    RecuseMediator,
    WithdrawDispute,
)
from linli_cases.disputes.moves import MOVES
from linli_cases.disputes.terms import Forum, Mode, Side, Status

from services.cases.tests.a_dispute import (
    AT,
    DENG,
    DOWN,
    NOTHING,
    NOW,
    PAPERS,
    UP,
    agreement,
    assignment,
    by,
)

MEDIATING = {Status.MEDIATOR_ASSIGNED, Status.IN_SESSION}
RUNNING = MEDIATING | {Status.FILED, Status.ACCEPTED}
ALLOWED: dict[Status, list[str]] = {
    Status.FILED: ["accepted", "withdrawn"],
    Status.ACCEPTED: ["mediator_assigned", "withdrawn"],
    Status.MEDIATOR_ASSIGNED: ["accepted", "in_session", "not_settled", "settled", "withdrawn"],
    Status.IN_SESSION: ["accepted", "not_settled", "settled", "withdrawn"],
    Status.SETTLED: ["performed"],
    Status.BREACHED: ["performed"],
}
SESSION = HoldSession(starts_at=NOW, mode=Mode.IN_PERSON, attended=(DOWN, UP))
WITHDRAW = WithdrawDispute.model_validate({"written": PAPERS})
COMMANDS: list[tuple[DisputeCommand, str, set[Status]]] = [
    (RecordContactAttempt(side=Side.A, reached=True), "", {Status.FILED}),
    (RecordConsent(side=Side.A, consents=True), "accepted", {Status.FILED}),
    (assignment(), "mediator_assigned", {Status.ACCEPTED}),
    (GiveRightsNotice(), "", MEDIATING),
    (SESSION, "in_session", MEDIATING),
    (ChallengeMediator(reason="是亲戚"), "accepted", MEDIATING),
    (RecuseMediator(), "accepted", MEDIATING),
    (agreement(), "settled", MEDIATING),
    (ConcludeWithoutAgreement(refer_to=Forum.COURT), "not_settled", MEDIATING),
    (RecordPerformance(), "performed", {Status.SETTLED, Status.BREACHED}),
    (WITHDRAW, "withdrawn", RUNNING),
]


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize(("command", "to", "sources"), COMMANDS)
def test_a_command_that_does_not_fit_the_state_says_what_does(
    command: DisputeCommand, to: str, sources: set[Status], status: Status
) -> None:
    if status not in sources:
        told = {"from": status, "to": to or status, "allowed": ALLOWED.get(status, [])}
        AT[status].when(by(DENG, command)).rejected("INVALID_TRANSITION", **told)


@pytest.mark.parametrize("command", [command for command, _, _ in COMMANDS])
def test_a_dispute_that_is_not_there_is_not_found(command: DisputeCommand) -> None:
    NOTHING.when(by(DENG, command)).rejected("NOT_FOUND")


def test_the_table_has_a_row_for_every_command_and_no_other() -> None:
    assert {*MOVES} == {*get_args(DisputeCommand)}
