"""Who may act on a case 事件, and what every event says of it."""

from typing import Any, Final

from linli_shared.decider import Rejected
from linli_shared.messages import SYSTEM, Command

from linli_cases.complaints.asking import DESK
from linli_cases.complaints.state import Case

BY_TIMER: Final = f"{SYSTEM}:timer"


def facts_of(command: Command, case: Case) -> dict[str, Any]:
    """What every event says of its case."""
    return {
        "occurred_at": command.at,
        "case_id": command.key,
        "kind": case.kind,
        "reporter_id": case.reporter_id,
        "by_id": command.actor.id,
        "chain_id": case.chain_id,
    }


def with_assignee(command: Command, case: Case) -> dict[str, Any]:
    """The same, of what the one who works on it has to know."""
    return {**facts_of(command, case), "assignee_id": case.assignee_id}


def only_reporter(command: Command, case: Case) -> None:
    if command.actor.id != case.reporter_id:
        raise Rejected("NOT_REPORTER")


def only_assignee(command: Command, case: Case) -> None:
    if command.actor.id != case.assignee_id:
        raise Rejected("ROLE_NOT_PERMITTED", roles=["assignee"])


def assignee_or_desk(command: Command, case: Case) -> None:
    """The desk may say so for a worker whose hands are full."""
    if not command.actor.roles & {*DESK}:
        only_assignee(command, case)
