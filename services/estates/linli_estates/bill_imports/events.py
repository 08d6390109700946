"""What is kept of a batch of bills: that it came, and what became of it."""

from uuid import UUID

from linli_shared.messages import Event


class BillsImported(Event, kind="linli.estates.BillsImported.v1"):
    """`issued` are new, `unchanged` were there; `issued_fen` is the sum of the new ones, to be
    compared with the billing system's own."""

    import_id: UUID
    """Of the stream."""
    issued: int
    unchanged: int
    refused: int
    issued_fen: int
    by_id: str
