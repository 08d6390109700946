"""A view of the bench's ledgers: one row each."""

from dataclasses import dataclass
from uuid import UUID

from linli_shared.kafka import Fact
from linli_shared.view import View
from linli_shared.viewset import ViewSet
from pydantic import BaseModel


@dataclass(frozen=True, slots=True)
class Row:
    estate: str
    ledger_id: UUID
    title: str


class Opened(BaseModel):
    ledger_id: UUID
    title: str


def opened(topic: str) -> ViewSet:
    view: View[Row] = View("ledgers", row=Row, key=["ledger_id"])

    @view.on("linli.bench.Opened.v1", Opened)
    def shown(row: Row | None, event: Opened, fact: Fact) -> Row:
        return Row(fact.estate, event.ledger_id, event.title)

    return ViewSet("ledgers", 1, [topic], [view])
