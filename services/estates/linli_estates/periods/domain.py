"""Fee periods 账期: open until they are closed, which is for good."""

from collections.abc import Sequence
from typing import Final

from linli_shared.decider import Decider, Rejected

from linli_estates.days import day_of
from linli_estates.periods.calendar import begins_on, ended_by
from linli_estates.periods.commands import ClosePeriod
from linli_estates.periods.events import FeePeriodClosed


def decide(command: ClosePeriod, closed: bool) -> Sequence[FeePeriodClosed]:
    if closed:
        raise Rejected("PERIOD_CLOSED")
    if not ended_by(command.period, day_of(command.now)):
        raise Rejected("OCCURRED_IN_FUTURE", limit_min=0)
    return [
        FeePeriodClosed(
            occurred_at=command.at,
            period_id=command.key,
            period=command.period,
            begins_on=begins_on(command.period),
            by_id=command.actor.id,
        )
    ]


def evolve(closed: bool, event: FeePeriodClosed) -> bool:
    return True


PERIODS: Final = Decider("period", False, decide, evolve)
