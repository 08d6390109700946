"""What a reporter wants of a case 事件 of theirs, and what the estate owes them for it. The fields
are the HTTP bodies."""

from typing import Annotated, Self

from linli_shared.messages import SYSTEM
from linli_shared.text import Text, Time
from pydantic import Field, model_validator

from linli_cases.complaints.asking import REPORTERS, STAFF, OfCase
from linli_cases.complaints.terms import Channel


class NoteFromReporter(OfCase, by={*REPORTERS, *STAFF}):
    """The reporter's own words. Staff write down what they were told on the telephone."""

    channel: Channel
    message: Text


class RateCase(OfCase, by=REPORTERS):
    score: Annotated[int, Field(ge=1, le=5)]
    solved: bool


class AnswerRating(OfCase, by=STAFF):
    message: Text


class RecordReturnVisit(OfCase, by=STAFF):
    """`solved` is what the reporter says, where they were `reached`."""

    channel: Channel
    reached: bool
    solved: bool | None = None
    note: Text | None = None

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if self.reached is (self.solved is None):
            raise ValueError("solved is said by whoever was reached")
        return self


class AskAgainWhenDue(OfCase, by={SYSTEM}):
    """The return visit was set for `due`."""

    due: Time


Caring = NoteFromReporter | RateCase | AnswerRating | RecordReturnVisit
