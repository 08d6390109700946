"""Steps of processes that an aggregate of this service has refused."""

from typing import Final

from linli_shared.messages import Event
from linli_shared.refusals import Refusal, refusals


class StepRefused(Refusal, Event, kind="linli.meetings.StepRefused.v1"):
    """流程受阻: what was to follow a fact does not, and a person has to see to it."""


REFUSALS: Final = refusals(StepRefused)
