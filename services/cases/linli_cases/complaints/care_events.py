"""What can happen to a case 事件 beside the work: its reporter's notes, what they think of it and
are told to that, the return visit."""

from linli_shared.messages import Event
from pydantic import AwareDatetime

from linli_cases.complaints.about import OfCase, Theirs
from linli_cases.complaints.terms import Channel


class ReporterNoted(OfCase, Event, kind="linli.cases.ReporterNoted.v1"):
    """诉求人补充: by whatever channel, for whoever has it in hand."""

    channel: Channel
    message: Theirs


class CaseRated(OfCase, Event, kind="linli.cases.CaseRated.v1"):
    """评价: 1 (worst) to 5; `solved` in the reporter's eyes."""

    score: int
    solved: bool


class RatingAnswered(OfCase, Event, kind="linli.cases.RatingAnswered.v1"):
    """回复评价."""

    message: Theirs


class ReturnVisitDue(OfCase, Event, kind="linli.cases.ReturnVisitDue.v1"):
    """待回访: policy wants that somebody asks how it went."""

    due: AwareDatetime
    assignee_id: str | None = None


class ReturnVisitRecorded(OfCase, Event, kind="linli.cases.ReturnVisitRecorded.v1"):
    """回访: the `n`th attempt. `solved` is what the reporter says, where they were reached."""

    n: int
    channel: Channel
    reached: bool
    solved: bool | None = None
    note: Theirs | None = None


CareEvent = ReporterNoted | CaseRated | RatingAnswered | ReturnVisitDue | ReturnVisitRecorded
