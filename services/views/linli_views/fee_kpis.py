"""What fees 物业费 come to. A life is the fees of a unit for a period; its figures say how many fen
more, or less, are owed."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from linli_views.figures import Counted, Definition, Figure, Life, Window

_RECEIVABLE: Final = frozenset({"BillIssued", "BillWaived"})


def periods(all: Sequence[Life], window: Window) -> Mapping[datetime, list[Life]]:
    """By when each began in the window, the earliest first."""
    found: dict[datetime, list[Life]] = {}
    for life in all:
        if (begins := life.facts[0].period_at) and window.around(begins):
            found.setdefault(begins, []).append(life)
    return dict(sorted(found.items()))


def receivable_fen(life: Life) -> int:
    """应收: issued, without what was waived."""
    return _fen(f for f in life.facts if f.name in _RECEIVABLE)


def received_fen(life: Life) -> int:
    """实收: paid, without what was reversed."""
    return -_fen(f for f in life.facts if f.name not in _RECEIVABLE)


def rate(all: Sequence[Life]) -> Counted:
    facts = [f for life in all for f in life.facts]
    return Counted(
        [f for f in facts if f.name not in _RECEIVABLE],
        [f for f in facts if f.name in _RECEIVABLE],
        (sum(map(received_fen, all)), sum(map(receivable_fen, all))),
    )


def households(all: Sequence[Life]) -> Counted:
    """A unit whose bills were wholly waived is not billed."""
    billed = [life for life in all if receivable_fen(life) > 0]
    paid = [life for life in billed if received_fen(life) >= receivable_fen(life)]
    return Counted([], [f for life in billed for f in life.facts], (len(paid), len(billed)))


def _current(all: Sequence[Life], window: Window) -> Sequence[Life]:
    return next(reversed([*periods(all, window).values()]), [])


def _first(all: Sequence[Life], window: Window) -> Counted:
    return rate(next(iter(periods(all, window).values()), []))


def _latest(all: Sequence[Life], window: Window) -> Counted:
    return rate(_current(all, window))


def _households(all: Sequence[Life], window: Window) -> Counted:
    return households(_current(all, window))


def _recovered(all: Sequence[Life], window: Window) -> Counted:
    since, _ = window.instants
    facts: list[Figure] = []
    part = whole = 0
    for life in all:
        begins = life.facts[0].period_at
        before = [f for f in life.facts if f.occurred_at < since]
        if begins is None or begins >= since or (owed := _fen(before)) <= 0:
            continue
        within = [f for f in life.facts if window.holds(f) and f.name != "BillIssued"]
        owed += _fen(f for f in within if f.name == "BillWaived")
        paid = -_fen(f for f in within if f.name != "BillWaived")
        part, whole = part + min(max(paid, 0), owed), whole + owed
        facts += [*before, *within]
    return Counted([], facts, (part, whole))


def _fen(facts: Iterable[Figure]) -> int:
    return sum(f.value or 0 for f in facts)


FEE_KPIS: Final[Mapping[str, Definition]] = {
    "fee_rate_bp": Definition(
        1,
        "of the latest fee period that begins in the window: allocations to its bills, by issued"
        " less waived",
        _latest,
    ),
    "fee_rate_first_bp": Definition(
        1, "as fee_rate_bp, of the first fee period that begins in the window", _first
    ),
    "fee_household_bp": Definition(
        1,
        "of the period of fee_rate_bp: units whose bills are paid or waived in full, by units"
        " billed; one whose bills are wholly waived is not billed",
        _households,
    ),
    "arrears_recovery_bp": Definition(
        1,
        "of what was owed when the window began for periods that began before it, less what of it"
        " was waived in the window: what was paid in the window",
        _recovered,
    ),
}
