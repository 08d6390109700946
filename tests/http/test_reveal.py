"""A number in a case, from who reports it to who needs it, and what is left of that."""

from tests.conftest import Linli, complaint


async def test_a_number_in_a_case_is_seen_by_who_works_on_it_and_says_why(
    linli: Linli, estate: str
) -> None:
    """Not by the service that records it, and by nobody who does not work there."""
    title = "灯坏了，打13900001234"
    async with (
        linli.client("cases", "li", "resident", estate=estate) as li,
        linli.client("cases", "deng", "steward", estate=estate) as deng,
        linli.client("cases", "wei", "steward", estate=f"{estate}x") as wei,
        linli.client("views", "deng", "steward", estate=estate) as seeing,
        linli.client("views", "li", "resident", estate=estate) as own,
    ):
        opened = await li.command("/cases", complaint(estate, title=title))
        path, why = f"/cases/{opened.json()['id']}", {"field": "title", "reason": "回电话"}
        for who, status, code in (
            (li, 403, "ROLE_NOT_PERMITTED"),
            (wei, 404, "NOT_FOUND"),
        ):
            refused = await who.command(f"{path}/reveal", why)
            assert (refused.status_code, refused.json()["code"]) == (status, code)
        revealed = await deng.command(f"{path}/reveal", why)
        assert revealed.status_code == 200, revealed.text
        assert "1390000" not in revealed.text
        at = {"Linli-Position": revealed.headers["linli-position"]}
        board = await seeing.get(path, headers=at)
        assert (board.json()["title"], board.json()["version"]) == ("灯坏了，打139****1234", 1)
        where = revealed.headers["location"]
        shown = await seeing.get(f"{where}/value", headers=at)
        assert (shown.status_code, shown.json()["value"]) == (200, title)
        (looked,) = (await own.get("/reveals", headers=at)).json()["items"]
        assert (looked["kind"], looked["by_id"], looked["reason"]) == ("case", "deng", "回电话")
