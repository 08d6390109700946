"""What a fact of the meetings makes the cases do: a pure function from one to the others."""

import json
from pathlib import Path
from uuid import UUID

import pytest
from linli_cases.app import SERVICE
from linli_cases.complaints.commands import (
    EndDeliberation,
    LinkToTopic,
    ReopenOverturned,
    ResolveByResolution,
    Told,
)
from linli_cases.complaints.domain import CASES
from linli_cases.complaints.terms import Resumption
from linli_cases.resolutions import OVERTURN_TO_REOPEN, RESOLUTION_TO_ACTION
from linli_shared.kafka import Fact
from linli_shared.messages import SYSTEM
from linli_shared.process import Do, Step

from services.cases.tests.a_case import CASE, NOW, OTHER, RESOLUTION, THIRD

# Golden files are data, as the topic is: nothing of the producer's code is imported.
GOLDEN = Path(__file__).parents[2] / "meetings" / "linli_meetings" / "golden"
TOPIC = UUID("0192c000-0000-7000-8000-000000000001")
REACTIONS = {
    kind: (process, model, react)
    for process in (RESOLUTION_TO_ACTION, OVERTURN_TO_REOPEN)
    for kind, model, react in process.reactions
}


def stored(name: str, **change: object) -> tuple[str, Fact]:
    """A golden event of the meetings, as a fact of the topic."""
    said = json.loads((GOLDEN / f"{name}.v1.json").read_bytes()) | change
    kind = f"linli.meetings.{name}.v1"
    fact = Fact(
        position=1, prev=0, estate="xx", stream=f"topic-{TOPIC}", version=1, kind=kind, id=OTHER,
        source="linli/meetings", correlation=OTHER, occurred_at=NOW, recorded_at=NOW,
        data=json.dumps(said).encode(),
    )  # fmt: skip
    return kind, fact


def done(name: str, **change: object) -> list[Do]:
    kind, fact = stored(name, **change)
    _, model, react = REACTIONS[kind]
    return list(react(model.model_validate_json(fact.data), fact))


def each(command: Told, step: str) -> list[Do]:
    return [Do(CASES, case, command, step) for case in (CASE, OTHER, THIRD)]


def test_a_link_tells_the_case_its_chain() -> None:
    command = LinkToTopic(topic_id=TOPIC, chain_id=TOPIC)
    assert done("CaseLinkedToTopic") == [Do(CASES, CASE, command, "link")]


@pytest.mark.parametrize(
    ("name", "outcome", "resolution"),
    [
        ("ResolutionExecuted", Resumption.EXECUTED, RESOLUTION),
        ("ResolutionRejected", Resumption.REJECTED, RESOLUTION),
    ],
)
def test_what_is_done_or_voted_down_lets_every_linked_case_go_on(
    name: str, outcome: Resumption, resolution: UUID
) -> None:
    command = EndDeliberation(topic_id=TOPIC, cause=outcome, resolution_id=resolution)
    assert done(name) == each(command, "resume")


def test_a_topic_that_is_withdrawn_does_too_and_has_no_resolution() -> None:
    command = EndDeliberation(topic_id=TOPIC, cause=Resumption.WITHDRAWN)
    assert done("TopicWithdrawn") == each(command, "resume")


def test_what_was_found_to_have_helped_resolves_every_linked_case_with_its_evidence() -> None:
    command = ResolveByResolution(
        resolution_id=RESOLUTION,
        outcome="楼道里已不再充电。",
        evidence_ids=("photo-1", "photo-2", "photo-3"),
    )
    assert done("ResolutionEvaluated") == each(command, "resolve")


@pytest.mark.parametrize("verdict", ["extend", "overturn", "of a later version"])
def test_any_other_verdict_resolves_none(verdict: str) -> None:
    assert done("ResolutionEvaluated", verdict=verdict) == []


def test_an_overturned_resolution_takes_every_linked_case_up_again() -> None:
    command = ReopenOverturned(resolution_id=RESOLUTION, reason="草坪被占，业主反对。")
    assert done("ResolutionOverturned") == each(command, "reopen")


def test_a_referral_that_becomes_no_topic_lets_its_case_go_on() -> None:
    topic = UUID("b6a83237-21aa-58c5-83af-103e6b139cc3")
    command = EndDeliberation(topic_id=topic, cause=Resumption.REFUSED)
    assert done("StepRefused") == [Do(CASES, CASE, command, "resume")]
    assert done("StepRefused", process="meeting_to_topics") == []


def test_a_topic_of_no_case_asks_for_nothing() -> None:
    assert done("ResolutionExecuted", case_ids=[]) == []


def test_only_linli_itself_may_say_what_a_topic_says() -> None:
    for command in (LinkToTopic, EndDeliberation, ResolveByResolution, ReopenOverturned):
        assert command.by == {SYSTEM}


# --- written down and sent -------------------------------------------------------------------


@pytest.mark.parametrize("kind", sorted(REACTIONS))
def test_what_is_written_down_is_the_command_again_and_nothing_it_says_is_lost(kind: str) -> None:
    _, fact = stored(kind.split(".")[2])
    process, model, react = REACTIONS[kind]
    event = model.model_validate_json(fact.data)
    steps = process.steps(react, event, fact)
    for step, do in zip(steps, react(event, fact), strict=True):
        assert type(do.command).model_validate_json(step.body) == do.command
        assert (step.target, step.key, step.process) == ("case", do.key, process.name)
        assert isinstance(step, Step)


def test_the_service_reads_the_meetings_and_reaches_what_timers_and_processes_ask() -> None:
    assert SERVICE.processes
    assert list(SERVICE.processes.topics) == ["linli.meetings.v1"]
    reached = {"case", "disclosure", "dispute", "duty", "sla-policy", "open311", "refusal"}
    assert {decider.category for decider in SERVICE.deciders} == reached
    assert {"timers", "processes"} <= {*SERVICE.parts}
