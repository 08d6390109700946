"""A fact on its way: from a command over HTTP to the boards, the story, the figure, the inbox."""

from datetime import date, timedelta
from typing import Any

from tests.conftest import Client, Linli, complaint


async def read(client: Client, path: str, after: Any = None) -> Any:
    """A view's answer, once it shows the command that `after` answered."""
    headers = {"Linli-Position": after.headers["linli-position"]} if after else {}
    for _ in range(10):
        answer = await client.get(path, headers=headers)
        assert answer.status_code == 200, answer.text
        if "linli-behind" not in answer.headers:
            return answer.json()
    raise AssertionError("the views do not catch up")


async def test_a_complaint_goes_from_the_command_to_the_boards_the_story_the_figure_and_the_inbox(
    linli: Linli, estate: str
) -> None:
    async with (
        linli.client("cases", "li", "resident", estate=estate) as li,
        linli.client("cases", "desk", "operator", estate=estate) as desk,
        linli.client("cases", "deng", "steward", estate=estate) as deng,
        linli.client("views", "desk", "operator", estate=estate) as views,
        linli.client("notifications", "li", "resident", estate=estate) as inbox,
    ):
        opened = await li.command("/cases", complaint(estate))
        path = opened.headers["location"]
        await desk.command(f"{path}/acknowledge")
        await desk.command(f"{path}/assign", {"assignee_id": "deng"})
        await deng.command(f"{path}/start")
        resolved = await deng.command(f"{path}/resolve", {"outcome": "换了灯泡"})
        assert resolved.status_code == 200, resolved.text

        board = await read(views, path, after=resolved)
        assert (board["state"], board["version"]) == ("resolved", resolved.json()["version"])

        story = await read(views, f"{path}/history", after=resolved)
        assert [line["version"] for line in story["items"]] == [1, 2, 3, 4, 5]
        assert all(line["text_zh"] and line["text_en"] for line in story["items"])

        window = f"{date.today() - timedelta(days=2)}/{date.today() + timedelta(days=2)}"
        figures = await read(views, f"/kpi/headline?scope={estate}&window={window}", after=resolved)
        assert figures["kpis"]["complaints_resolved"]["value"] == 1

        messages = await read(inbox, "/inbox", after=resolved)
        kinds = [message["template"] for message in messages["items"]]
        assert len(kinds) == len(set(kinds)) >= 3


async def test_of_two_merged_reports_both_reporters_hear_once_that_it_is_solved(
    linli: Linli, estate: str
) -> None:
    """Scenario A2, as far as messages go."""
    async with (
        linli.client("cases", "li", "resident", estate=estate) as li,
        linli.client("cases", "zhou", "resident", estate=estate) as zhou,
        linli.client("cases", "desk", "operator", estate=estate) as desk,
        linli.client("notifications", "li", "resident", estate=estate) as li_inbox,
        linli.client("notifications", "zhou", "resident", estate=estate) as zhou_inbox,
    ):
        place = {"building_id": "3", "unit_id": "3-2-1102"}
        parent = await li.command("/cases", complaint(estate, place=place))
        async with linli.client("views", "desk", "operator", estate=estate) as views:
            await read(views, parent.headers["location"], after=parent)
        near = {"building_id": "3", "unit_id": "3-2-0901"}
        child = await zhou.command("/cases", complaint(estate, place=near))
        merged = await desk.command(
            f"{child.headers['location']}/merge", {"into": parent.json()["id"]}
        )
        assert merged.status_code == 200, merged.text
        circle = await desk.command(
            f"{parent.headers['location']}/merge", {"into": child.json()["id"]}
        )
        assert (circle.status_code, circle.json()["code"]) == (409, "MERGE_CYCLE")
        path = parent.headers["location"]
        for command, body in [
            ("acknowledge", {}), ("assign", {"assignee_id": "desk"}), ("start", {}),
            ("resolve", {"outcome": "已换"}),
        ]:  # fmt: skip
            done = await desk.command(f"{path}/{command}", body)
            assert done.status_code == 200, done.text
        for inbox in (li_inbox, zhou_inbox):
            messages = await read(inbox, "/inbox?limit=200", after=done)
            solved = [m for m in messages["items"] if m["template"] == "case_resolved"]
            assert len(solved) == 1
