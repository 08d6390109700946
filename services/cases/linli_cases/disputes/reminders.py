"""What a dispute 邻里纠纷 is reminded of: each term of its agreement, when that is due."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from linli_shared.decider import Cancel, Reminder, Timer

from linli_cases.disputes.commands import FindBreach
from linli_cases.disputes.events import DisputeEvent
from linli_cases.disputes.state import Dispute, evolve


def awaited(dispute: Dispute | None) -> Mapping[str, datetime]:
    """The timers that a state asks for: one for each term that has a due time and is not done."""
    terms = dispute.open_terms if dispute else {}
    return {f"term-{n}": due for n, due in terms.items() if due}


def remind(dispute: Dispute | None, event: DisputeEvent) -> Sequence[Reminder]:
    before, after = awaited(dispute), awaited(evolve(dispute, event))
    return [
        *(Cancel(name) for name in before if name not in after),
        *(Timer(name, due) for name, due in after.items() if name not in before),
    ]


def fired(name: str, due: datetime) -> FindBreach:
    """It happened when it was due, however late a timer is told."""
    return FindBreach(term_id=int(name.removeprefix("term-")), due=due, occurred_at=due)
