"""What a dispute 邻里纠纷 is reminded of: sides that do not answer, the end of the month of
mediation and of the time to ask a court, each term of its agreement."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from linli_shared.decider import Cancel, Reminder, Timer

from linli_cases.disputes.commands import (
    FindBreach,
    FindOverdue,
    RemindOfConfirmation,
    RemindOfContact,
)
from linli_cases.disputes.events import DisputeEvent
from linli_cases.disputes.policy import Policy
from linli_cases.disputes.state import Dispute, evolve


def awaited(dispute: Dispute | None) -> Mapping[str, datetime]:
    """The timers that a state asks for: also one for each term that has a due time and is not
    done."""
    if dispute is None:
        return {}
    timers = {f"term-{n}": due for n, due in dispute.open_terms.items() if due}
    if dispute.contact_by:
        timers["contact"] = dispute.contact_by
    if dispute.mediate_by:
        timers["mediate"] = dispute.mediate_by
    if dispute.confirm_by:
        timers["confirm"] = dispute.confirm_by - Policy().confirm_reminder
    return timers


def remind(dispute: Dispute | None, event: DisputeEvent) -> Sequence[Reminder]:
    before, after = awaited(dispute), awaited(evolve(dispute, event))
    return [
        *(Cancel(name) for name in before if name not in after),
        *(Timer(name, due) for name, due in after.items() if before.get(name) != due),
    ]


def fired(
    name: str, due: datetime
) -> FindBreach | RemindOfContact | FindOverdue | RemindOfConfirmation:
    """It happened when it was due, however late a timer is told."""
    match name:
        case "contact":
            return RemindOfContact(due=due, occurred_at=due)
        case "mediate":
            return FindOverdue(due=due, occurred_at=due)
        case "confirm":
            return RemindOfConfirmation(due=due, occurred_at=due)
        case _:
            return FindBreach(term_id=int(name.removeprefix("term-")), due=due, occurred_at=due)
