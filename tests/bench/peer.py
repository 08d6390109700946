"""The ledger in the library `eventsourcing`, as its documentation writes an aggregate."""

from eventsourcing.domain import Aggregate, event


class Ledger(Aggregate):
    @event("Opened")
    def __init__(self, title: str, text: str, by_id: str) -> None:
        self.title = title
        self.notes = 0

    @event("Noted")
    def note(self, text: str, by_id: str) -> None:
        self.notes += 1
