"""The chain 议→办→评 over HTTP: each case its own beginning, then the same for all of them."""

from typing import Any

from services.views.tests import a_chain
from services.views.tests.a_chain import CASES, CHAIN, RESOLUTION, TOPIC
from services.views.tests.a_log import Log, uid
from services.views.tests.conftest import Views

MEETINGS_SAID = [
    "TopicProposed", "TopicScreened", "TopicScheduled", "MeetingNoticed", "VoteOpened",
    "VoteClosed", "ResolutionAdopted", "ResolutionPublicised", "ActionAssigned", "ActionStarted",
    "ActionCompleted", "ActionVerified", "ActionAssigned", "ActionStarted", "ActionCompleted",
    "ActionVerified", "ResolutionExecuted", "EvaluationScheduled", "EvaluationScheduled",
    "ResolutionEvaluated",
]  # fmt: skip


async def timeline(views: Views, path: str, person: str = "desk", role: str = "operator") -> Any:
    async with views.client(person, xx=role) as client:
        answer = await client.get(f"{path}/timeline")
    assert answer.status_code == 200, answer.text
    return answer.json()


def names(log: Log, found: Any) -> list[str]:
    kinds = {str(r.fact.id): r.fact.kind.split(".")[2] for r in log.records}
    return [kinds[step["event_id"]] for step in found["steps"]]


async def test_each_linked_case_has_its_own_beginning_and_then_the_same_chain_in_order(
    views: Views,
) -> None:
    """Scenario A4."""
    log = a_chain.effective()
    await views.project(log.records)
    of_cases = [await timeline(views, f"/cases/{uid(case)}") for case in CASES]
    assert {found["chain_id"] for found in of_cases} == {str(CHAIN)}
    begun = ["CaseOpened", "CaseAcknowledged", "CaseAssigned", "WorkStarted"]
    for case, found in zip(CASES, of_cases, strict=True):
        told = names(log, found)
        assert told[:4] == begun, case
        assert [name for name in told if name in MEETINGS_SAID] == MEETINGS_SAID
        assert "CaseResolved" in told[told.index("ResolutionEvaluated") :]
        times = [step["occurred_at"] for step in found["steps"]]
        assert times == sorted(times)
    assert len({found["steps"][0]["event_id"] for found in of_cases}) == 3
    shared = [[s for s, n in zip(f["steps"], names(log, f), strict=True) if n in MEETINGS_SAID]
              for f in of_cases]  # fmt: skip
    assert shared[0] == shared[1] == shared[2]


async def test_each_step_says_its_phase_who_answers_for_it_and_until_when(views: Views) -> None:
    log = a_chain.effective()
    await views.project(log.records)
    found = await timeline(views, f"/cases/{uid(CASES[0])}")
    by_name = dict(zip(names(log, found), found["steps"], strict=True))
    assert {step["phase"] for step in found["steps"]} == {"report", "deliberate", "act", "evaluate"}
    assert all(step["role_zh"] and step["role_en"] != step["role_zh"] for step in found["steps"])
    action = by_name["ActionAssigned"]
    assert (action["role"], action["person_id"], action["phase"]) == ("steward", "xie", "act")
    assert action["due_at"] == "2020-12-20T10:00:00Z"
    assert action["text_zh"] == "第 2 项办事已派给管家，2020-12-20 18:00 前办结"
    assert by_name["MeetingNoticed"]["due_at"] is not None
    assert by_name["ResolutionAdopted"]["person_id"] == "c1"
    assert by_name["ResolutionEvaluated"]["text_en"] == (
        "Evaluated: effective (owners 4.4, company 4.6, community 4.5)"
    )


async def test_a_topic_and_its_resolution_show_the_chain_and_so_does_what_follows_an_overturn(
    views: Views,
) -> None:
    log = a_chain.overturned()
    await views.project(log.records)
    of_topic = await timeline(views, f"/topics/{uid(TOPIC)}")
    assert of_topic == await timeline(views, f"/resolutions/{uid(RESOLUTION)}")
    assert of_topic == await timeline(views, f"/topics/{uid('again')}")
    assert names(log, of_topic)[-2:] == ["ResolutionOverturned", "TopicProposed"]
    of_case = await timeline(views, f"/cases/{uid(CASES[1])}")
    told = names(log, of_case)
    assert told.index("CaseReopened") == told.index("ResolutionOverturned") + 1


async def test_at_one_moment_the_report_comes_first_and_the_case_hears_of_its_topic_last(
    views: Views,
) -> None:
    """As by a clock that stands still between facts of two services. Checked by taking the services
    out of the order: this fails."""
    log = Log()
    now = log.now
    log.topic(TOPIC, "TopicProposed", at=now)
    log.topic(TOPIC, "TopicWithdrawn", at=now)
    log.case("c", "CaseOpened", at=now)
    log.case("c", "CaseReferredToDeliberation", at=now, chain_id=CHAIN)
    log.case("c", "DeliberationEnded", at=now, chain_id=CHAIN, cause="topic_withdrawn")
    await views.project(log.records)
    assert names(log, await timeline(views, f"/cases/{uid('c')}")) == [
        "CaseOpened", "CaseReferredToDeliberation", "TopicProposed", "TopicWithdrawn",
        "DeliberationEnded",
    ]  # fmt: skip


async def test_a_case_that_was_never_linked_has_a_timeline_of_its_own(views: Views) -> None:
    log = Log()
    a_chain.opened(log)
    log.topic("other", "TopicProposed")
    await views.project(log.records)
    found = await timeline(views, f"/cases/{uid(CASES[0])}")
    assert (found["chain_id"], found["phase"], len(found["steps"])) == (None, "report", 4)


async def test_a_resident_sees_their_own_case_and_roles_but_no_other_person(views: Views) -> None:
    """Checked by naming everybody: the owner of an action and a chair appear, and this fails."""
    log = a_chain.effective()
    await views.project(log.records)
    found = await timeline(views, f"/cases/{uid(CASES[0])}", "li", "resident")
    assert len(names(log, found)) > 25
    said = str(found)
    for person in ("zhou", "sun", "he", "xie", "c1", "o1", "shequ"):
        assert f"'{person}'" not in said, person
    for other in CASES[1:]:
        assert str(uid(other)) not in said
    async with views.client("li", xx="resident") as client:
        theirs = await client.get(f"/cases/{uid(CASES[1])}/timeline")
        assert (theirs.status_code, theirs.json()["code"]) == (404, "NOT_FOUND")
    async with views.client("li", b="operator") as client:
        for path in (f"/topics/{uid(TOPIC)}", f"/resolutions/{uid(RESOLUTION)}"):
            assert (await client.get(f"{path}/timeline")).status_code == 404
