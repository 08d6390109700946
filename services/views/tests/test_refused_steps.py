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
        "fact_stream": "resolution-0192e000-0000-7000-8000-000000000001",
        "chain_id": str(last.correlation), "refused_at": last.recorded_at.isoformat()[:-6] + "Z",
        "text_zh": found[0]["text_zh"], "text_en": found[0]["text_en"],
    }  # fmt: skip
    assert found[0]["text_zh"] != found[0]["text_en"]
    assert found[1]["code"] == "TOPIC_DUPLICATE"


async def test_a_code_that_is_new_to_the_views_is_shown_as_it_is(views: Views) -> None:
    log = Log()
    log.refusal("cases", code="OF_A_LATER_VERSION")
    await views.project(log.records)
    async with views.client("zhao", xx="estate_manager") as zhao:
        (step,) = (await zhao.get("/refused-steps")).json()["items"]
    assert step["text_zh"] == step["text_en"] == "OF_A_LATER_VERSION"


async def test_nobody_else_sees_any(views: Views) -> None:
    """Went red with the `seen_by` of all staff, which is what a listing has otherwise."""
    log = Log()
    log.refusal("cases")
    await views.project(log.records)
    for role in ("resident", "steward", "community_officer", "volunteer_coordinator"):
        async with views.client("li", xx=role) as li:
            assert (await li.get("/refused-steps")).json()["items"] == []
    async with views.client("desk", b="operator") as other:
        assert (await other.get("/refused-steps")).json()["items"] == []
        assert (await other.get("/refused-steps?estate=xx")).status_code == 404
