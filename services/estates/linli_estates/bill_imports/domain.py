"""Batches of bills 账单导入: a record of each, with sums to check against."""

from collections.abc import Sequence
from typing import Final

from linli_shared.decider import Decider

from linli_estates.bill_imports.commands import ImportBills
from linli_estates.bill_imports.events import BillsImported


def decide(command: ImportBills, there: bool) -> Sequence[BillsImported]:
    fates = command._fates
    new = (b.amount_fen for b, fate in zip(command.bills, fates, strict=True) if fate == "issued")
    return [
        BillsImported(
            occurred_at=command.at,
            import_id=command.key,
            issued=fates.count("issued"),
            unchanged=fates.count("unchanged"),
            refused=fates.count("refused"),
            issued_fen=sum(new),
            by_id=command.actor.id,
        )
    ]


def evolve(there: bool, event: BillsImported) -> bool:
    return True


IMPORTS: Final = Decider("bills", False, decide, evolve)
