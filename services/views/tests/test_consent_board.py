"""Consents as they stand, with their history, and the words that they are to."""

from typing import Any

from linli_views.consent_board import CONSENTS, Consent

from services.views.tests.a_log import Log, folded, uid
from services.views.tests.conftest import Views

AGAIN: dict[str, Any] = {"text_version": 2, "text_sha256": "b" * 64, "locale": "en"}


def some() -> Log:
    log = Log()
    log.consent("ConsentTextPublished")
    log.consent("ConsentGiven", at=log.now)
    log.consent("ConsentWithdrawn")
    log.consent("ConsentTextPublished", text_version=2, text_zh="新的内容")
    log.consent("ConsentGiven", **AGAIN)
    log.consent("ConsentGiven", person_id="child", by_id="wu", purpose="class_enrolment")
    log.consent("ConsentGiven", person_id="zhou", estate="company:c2")
    return log


def row(log: Log, subject: str = "li photos") -> Consent:
    found: Consent = folded(CONSENTS, log.records).rows["company:c1", uid(subject)]
    return found


def test_a_consent_holds_until_it_is_withdrawn_and_says_to_which_words() -> None:
    log = Log()
    first = log.consent("ConsentGiven")
    given = row(log)
    assert (given.state, given.text_version, given.withdrawn_at) == ("given", 1, None)
    last = log.consent("ConsentWithdrawn")
    withdrawn = row(log)
    assert (withdrawn.state, withdrawn.withdrawn_at) == ("withdrawn", last.occurred_at)
    log.consent("ConsentGiven", **AGAIN)
    again = row(log)
    assert (again.state, again.text_version, again.withdrawn_at) == ("given", 2, None)
    assert (again.first_given_at, again.version) == (first.occurred_at, 3)


async def test_everybody_has_their_own_and_those_of_their_wards(views: Views) -> None:
    await views.project(some().records)
    path = f"/consents/{uid('li photos')}"
    for who, role, seen in (
        ("li", "resident", {"li"}), ("wu", "resident", {"child"}), ("child", "resident", {"child"}),
        ("zhou", "resident", set()), ("desk", "operator", {"li", "child"}),
        ("he", "steward", set()),
    ):  # fmt: skip
        async with views.client(who, **{"company:c1": role}) as client:
            items = (await client.get("/consents")).json()["items"]
            one = await client.get(path)
        assert {item["person_id"] for item in items} == seen, who
        assert one.status_code == (200 if "li" in seen else 404)


async def test_its_history_says_when_it_was_given_and_when_not_and_by_whom_to_who_may_know(
    views: Views,
) -> None:
    await views.project(some().records)
    path = f"/consents/{uid('li photos')}/history"
    async with views.client("li", **{"company:c1": "resident"}) as li:
        lines = (await li.get(path)).json()["items"]
    assert [line["text_zh"] for line in lines] == [
        "已同意：拍摄并使用照片（文本第 1 版，手机端）",
        "已撤回同意：拍摄并使用照片（手机端）",
        "已同意：拍摄并使用照片（文本第 2 版，手机端）",
    ]
    async with views.client("zhou", **{"company:c1": "resident"}) as zhou:
        assert (await zhou.get(path)).status_code == 404


async def test_every_text_is_kept_and_shown_to_everybody_of_the_company(views: Views) -> None:
    await views.project(some().records)
    async with views.client("zhou", **{"company:c1": "resident"}) as zhou:
        texts = (await zhou.get("/consent-texts?purpose=photos")).json()["items"]
        first = (await zhou.get("/consent-texts?text_version=1")).json()["items"]
    assert [(text["text_version"], text["text_zh"][:2]) for text in texts] == [
        (2, "新的"), (1, "同意"),
    ]  # fmt: skip
    assert [text["sha256_zh"] for text in first] == [texts[1]["sha256_zh"]]
    async with views.client("zhou", xx="resident") as zhou:
        assert (await zhou.get("/consent-texts")).json()["items"] == []
