"""What an operator sees of steps that were refused."""

from services.views.tests.a_log import Log
from services.views.tests.conftest import Views


async def test_operators_see_what_was_refused_and_why_the_latest_first(views: Views) -> None:
    log = Log()
    log.refusal("meetings", estate="xx")
    last = log.refusal("cases", estate="xx")
    log.refusal("cases", estate="b")
    await views.project(log.records)
    async with views.client("desk", xx="operator") as desk:
        answer = await desk.get("/refused-steps")
        first_page = (await desk.get("/refused-steps?limit=1")).json()
        following = (await desk.get(f"/refused-steps?cursor={first_page['next']}")).json()
    found = answer.json()["items"]
    assert found == [*first_page["items"], *following["items"]]
    assert [step["service"] for step in found] == ["cases", "meetings"]
    assert found[0] == {
        "event_id": str(last.id), "estate": "xx", "service": "cases",
        "process": "resolution_to_action", "step": "resolve",
        "target": "case-0192a000-0000-7000-8000-000000000001", "code": "INVALID_TRANSITION",
        "fact_id": "0192f000-0000-7000-8000-000000000002",
        "fact_stream": "resolution-0192e000-0000-7000-8000-000000000001", "params": {},
        "chain_id": str(last.correlation), "refused_at": last.recorded_at.isoformat()[:-6] + "Z",
        "text_zh": found[0]["text_zh"], "text_en": found[0]["text_en"],
    }  # fmt: skip
    assert found[0]["text_zh"] != found[0]["text_en"]
    assert found[1]["code"] == "TOPIC_DUPLICATE"


async def test_the_texts_of_a_refused_step_say_what_its_code_is_about(views: Views) -> None:
    """Checked by folding no params: each of them is a question mark."""
    log = Log()
    log.refusal("meetings", params={"existing_topic_id": "t-1"})
    found = {"from": "closed", "to": "resolved", "allowed": ["in_progress"]}
    log.refusal("cases", code="INVALID_TRANSITION", params=found)
    log.refusal("cases", code="INVALID_TRANSITION", params={})  # before it said them
    await views.project(log.records)
    async with views.client("desk", xx="operator") as desk:
        without, moved, twice = (await desk.get("/refused-steps")).json()["items"]
    assert twice["params"] == {"existing_topic_id": "t-1"}
    assert moved["params"] == found
    assert "in_progress" in moved["text_en"]
    assert "?" not in moved["text_en"] + moved["text_zh"]
    assert (without["params"], "?" in without["text_en"]) == ({}, True)


async def test_a_code_that_is_new_to_the_views_is_shown_as_it_is(views: Views) -> None:
    log = Log()
    log.refusal("cases", code="OF_A_LATER_VERSION")
    await views.project(log.records)
    async with views.client("zhao", xx="estate_manager") as zhao:
        (step,) = (await zhao.get("/refused-steps")).json()["items"]
    assert step["text_zh"] == step["text_en"] == "OF_A_LATER_VERSION"


async def test_nobody_else_may_see_any(views: Views) -> None:
    """Went red with the `seen_by` of all staff, which is what a listing has otherwise, and where
    they were answered with a list of none."""
    log = Log()
    log.refusal("cases")
    await views.project(log.records)
    for role in ("resident", "steward", "community_officer", "volunteer_coordinator"):
        async with views.client("li", xx=role) as li:
            for path in ("/refused-steps", "/refused-steps?estate=xx"):
                answer = await li.get(path)
                assert (answer.status_code, answer.json()["code"]) == (403, "ROLE_NOT_PERMITTED")
                assert answer.json()["params"] == {"roles": ["estate_manager", "operator"]}
    async with views.client("both", xx="resident", b="operator") as both:
        assert (await both.get("/refused-steps")).json()["items"] == []
        assert (await both.get("/refused-steps?estate=xx")).status_code == 403
    async with views.client("desk", b="operator") as other:
        assert (await other.get("/refused-steps")).json()["items"] == []
        assert (await other.get("/refused-steps?estate=xx")).status_code == 404
