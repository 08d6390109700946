"""Demonstration posts over HTTP on a real database: to a steward of the estate, one of a kind at a
time."""

from services.estates.tests.conftest import Who
from services.estates.tests.test_directory_http import a_desk

POST = {
    "estate_id": "xx", "honour": "vanguard", "awarded_on": "2026-01-06",
    "evidence_refs": ["photo-2"],
}  # fmt: skip


async def test_a_steward_of_the_estate_has_a_post_of_a_kind_once_at_a_time(who: Who) -> None:
    """Checked by letting `reserve` reserve nothing: there are two."""
    async with a_desk(who) as zhao, who("wei", {"yy": ["estate_manager"]}) as wei:
        steward = await zhao.does("/stewards", estate_id="xx", person_id="li", shown_name="李")
        post = POST | {"steward_id": steward["id"]}
        first = await zhao.does("/demonstration-posts", **post)
        await zhao.refused("/demonstration-posts", "ALREADY_REGISTERED", **post)
        await zhao.does("/demonstration-posts", **post | {"honour": "demonstration"})
        await wei.refused("/demonstration-posts", "NOT_FOUND", **post | {"estate_id": "yy"})
        path = f"/demonstration-posts/{first['id']}"
        assert (await zhao.does(f"{path}/withdraw", cause="complaint"))["version"] == 2
        await zhao.does("/demonstration-posts", **post)
