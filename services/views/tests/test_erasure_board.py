"""Who sees which erasure, and what the certificate of one says."""

import pytest
from linli_views.erasure_board import ERASURES, STAYS, Erasure

from services.views.tests.a_log import Log, folded, uid
from services.views.tests.conftest import Views

DESK = {"company:c1": "company_user"}


def an_erasure(*names: str) -> Log:
    log = Log()
    for name in ("ErasureAsked", *names):
        log.erasure("e", name)
    return log


def row(log: Log) -> Erasure:
    found: Erasure = folded(ERASURES, log.records).rows["company:c1", uid("e")]
    return found


@pytest.mark.parametrize(
    ("name", "state"),
    [("ErasureRefused", "refused"), ("ErasureWithdrawn", "withdrawn"), ("PersonErased", "erased")],
)
def test_it_shows_what_became_of_it_and_who_said_so(name: str, state: str) -> None:
    assert (row(an_erasure()).state, row(an_erasure()).decided_at) == ("asked", None)
    decided = row(an_erasure(name))
    assert (decided.state, bool(decided.decided_by_id), bool(decided.decided_at)) == (
        state, True, True,
    )  # fmt: skip


def test_asked_for_anew_it_waits_again() -> None:
    again = row(an_erasure("ErasureRefused", "ErasureAsked"))
    assert (again.state, again.reason, again.decided_at) == ("asked", None, None)


async def test_it_is_for_the_desk_and_for_whom_it_is_about(views: Views) -> None:
    await views.project(an_erasure().records)
    for person, role, count in (
        ("desk", "operator", 1), ("li", "resident", 1), ("zhou", "resident", 0),
    ):  # fmt: skip
        async with views.client(person, **{"company:c1": role}) as client:
            items = (await client.get("/erasures", params={"state": "open"})).json()["items"]
            assert len(items) == count
            status = (await client.get(f"/erasures/{uid('e')}/history")).status_code
            assert status == (200 if count else 404)


async def test_there_is_no_certificate_of_what_was_not_erased(views: Views) -> None:
    await views.project(an_erasure().records)
    async with views.client("song", **DESK) as song:
        answer = await song.get(f"/erasures/{uid('e')}/certificate")
        assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")


def test_what_stays_is_told_with_its_reason_in_both_languages() -> None:
    assert all(all(text for text in stays.model_dump().values()) for stays in STAYS)
