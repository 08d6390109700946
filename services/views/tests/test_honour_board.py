"""Demonstration posts: held ones are for everybody, what they rest on for staff."""

from linli_views.honour_board import POSTS, Post

from services.views.tests.a_log import Log, folded, uid
from services.views.tests.conftest import Views
from services.views.tests.test_directory_boards import asked


def posts() -> Log:
    """One is held, one was withdrawn, one is over."""
    log = Log()
    for name in ("held", "gone", "over"):
        log.estate(name, "DemonstrationPostAwarded", "honour_id")
    log.estate("gone", "DemonstrationPostWithdrawn", "honour_id")
    log.estate("over", "DemonstrationPostExpired", "honour_id")
    return log


def test_a_post_says_until_when_and_why_it_is_over() -> None:
    rows: dict[object, Post] = dict(folded(POSTS, posts().records).rows)
    found = {name: rows["xx", uid(name)] for name in ("held", "gone", "over")}
    assert [one.state for one in found.values()] == ["held", "withdrawn", "expired"]
    assert found["gone"].cause == "standards"
    assert str(found["held"].until) == "2021-01-05"


async def test_everybody_sees_who_holds_one_and_staff_what_it_rests_on(views: Views) -> None:
    """Checked by answering the row as it is: a resident is told where the evidence is."""
    await views.project(posts().records)
    found = (await asked(views, "song", "/demonstration-posts", xx="operator"))["items"]
    assert [one["evidence_refs"] for one in found] == [["photo-2"]] * 3
    for query in ("?state=open", "?state=held&person_id=deng"):
        (one,) = (await asked(views, "li", f"/demonstration-posts{query}", xx="resident"))["items"]
        assert (one["honour_id"], one["evidence_refs"]) == (str(uid("held")), [])
    (one,) = (await asked(views, "li", "/demonstration-posts", xx="resident"))["items"]
    path = f"/demonstration-posts/{uid('held')}"
    assert await asked(views, "li", path, xx="resident") == one
    gone = path.replace(str(uid("held")), str(uid("gone")))
    await asked(views, "li", gone, 404, xx="resident")
    told = (await asked(views, "song", f"{gone}/history", xx="steward"))["items"]
    assert [line["text_zh"] for line in told] == [
        "已授牌（示范岗），至 2021-01-05", "已摘牌（示范岗）：不再达标",
    ]  # fmt: skip
    await asked(views, "li", f"{path}/history", 404, xx="resident")
