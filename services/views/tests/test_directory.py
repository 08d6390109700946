"""Search in the directory, on a real database: what is found, by whom, and what is left of it."""

from dataclasses import replace
from typing import Any

from linli_sealed.token import Owner, Token
from linli_sealed.vault import Vault
from linli_views.app import VIEWS
from linli_views.directory.index import Index

from services.views.tests.a_log import Log, uid
from services.views.tests.conftest import Views
from services.views.tests.test_directory_boards import asked, people
from shared.tests.test_sealed import Ring
from shared.tests.test_sealed import key as a_key

KEEPER: dict[str, Any] = {"company:c1": "company_user", "xx": "operator"}
LI = Owner("company:c1", "person:li")
WORDS = "select string_agg(word, ' ') from directory.word where estate = 'company:c1'"


def an_estate() -> Log:
    """Li and Wu; unit 2-1102; Zhao, a steward with the badge G-007."""
    log = people()
    log.unit("u", "UnitRegistered")
    log.estate("s", "StewardAppointed", "steward_id")
    log.estate("s", "BadgeIssued", "steward_id", badge_no="G-007")
    return log


async def indexed(views: Views, index: Index) -> None:
    """Until nothing is left to do."""
    while await index.round():
        pass


def an_index(views: Views, ring: Ring | None = None) -> Index:
    return Index(VIEWS, Vault(ring or Ring(), "answer"), views.pool)


async def found(views: Views, q: str, person: str = "zhao", **roles: Any) -> dict[str, list[str]]:
    answer = await asked(views, person, f"/directory?q={q}", **(roles or KEEPER))
    return {
        "people": [one["person_id"] for one in answer["people"]],
        "units": [one["unit_no"] for one in answer["units"]],
        "stewards": [one["badge_no"] for one in answer["stewards"]],
    }


async def test_a_person_is_found_by_name_pinyin_and_initials_and_shown_masked(
    views: Views,
) -> None:
    """Checked by answering the board's rows as they are: the name is told."""
    await views.project(an_estate().records)
    await indexed(views, an_index(views))
    for q in ("李", "李秀英", "秀英", "lixiuying", "LI XIU", "lxy", "xy"):
        assert (await found(views, q))["people"] == ["li"], q
    answer = await asked(views, "zhao", "/directory?q=lxy", **KEEPER)
    assert answer["people"][0]["full_name"] == "李*"
    assert "李秀英" not in str(answer)
    assert (await found(views, "wuyong"))["people"] == ["wu"]
    for q in ("iuying", "ixiu", "%25", "·"):
        assert (await found(views, q))["people"] == [], q


async def test_a_unit_and_a_badge_are_found_by_a_part_of_the_number(views: Views) -> None:
    await views.project(an_estate().records)
    await indexed(views, an_index(views))
    for q in ("2-1102", "1102", "3-2-11"):
        assert (await found(views, q))["units"] == ["2-1102"], q
    for q in ("g-007", "G-0", "007"):
        assert (await found(views, q))["stewards"] == ["G-007"], q


async def test_people_are_for_those_who_keep_a_register_and_nothing_is_for_residents(
    views: Views,
) -> None:
    """Checked by searching as staff for all three: a steward is told of people."""
    await views.project(an_estate().records)
    await indexed(views, an_index(views))
    both: dict[str, Any] = {"company:c1": "steward", "xx": "steward"}
    assert await found(views, "lxy", "song", **both) == {"people": [], "units": [], "stewards": []}
    assert (await found(views, "1102", "song", **both))["units"] == ["2-1102"]
    await asked(views, "li", "/directory?q=lxy", 403, **{"company:c1": "resident"})
    await asked(views, "zhao", "/directory?q=lxy&estate=zz", 404, **KEEPER)
    for q in ("", "x" * 65):
        await asked(views, "zhao", f"/directory?q={q}", 422, **KEEPER)
    foreign: dict[str, Any] = {"company:c2": "company_user", "yy": "operator"}
    assert await found(views, "l", "eve", **foreign) == {"people": [], "units": [], "stewards": []}


async def test_who_is_erased_is_not_found_and_leaves_no_word(views: Views) -> None:
    """At the next round. The key goes before the board knows, and the words with the board. Seen
    red without the question for erasures in `SOURCES` (words stay) and in the answer (the
    first one finds them)."""
    log, ring = people(), Ring()
    key = ring.held.setdefault(LI, a_key(1))
    token = Token.seal(key, LI, uid(f"event {len(log.records) + 1}"), "full_name", "李秀英")
    log.person("li", "PersonCorrected", person_id="li", full_name=token)
    await views.project(log.records)
    index = an_index(views, ring)
    await indexed(views, index)
    assert "lxy" in await views.pool.fetchval(WORDS)
    before = len(log.records)
    log.erasure("e", "ErasureAsked", person_id="li")
    log.erasure("e", "PersonErased", person_id="li")
    await views.project(log.records[before:])
    assert (await found(views, "lxy"))["people"] == []
    await indexed(views, index)
    words = await views.pool.fetchval(WORDS)
    assert "wy" in words
    assert "xy" not in words
    assert "秀" not in words


async def test_a_new_name_takes_the_place_of_the_old_one(views: Views) -> None:
    log = people()
    await views.project(log.records)
    index = an_index(views)
    await indexed(views, index)
    before = len(log.records)
    log.person("li", "PersonCorrected", person_id="li", full_name="李香莲")
    log.estate("s", "StewardAppointed", "steward_id")
    log.estate("s", "BadgeIssued", "steward_id", badge_no="G-007")
    log.estate("s", "StewardshipEnded", "steward_id")
    await views.project(log.records[before:])
    await indexed(views, index)
    assert (await found(views, "lxy"))["people"] == []
    assert (await found(views, "lxl"))["people"] == ["li"]
    assert (await found(views, "007"))["stewards"] == []


async def test_after_a_crash_it_is_made_again_and_nothing_is_written_to_a_log(
    views: Views,
) -> None:
    """What PostgreSQL does with unlogged tables is done here by hand. Checked without `filled` in
    what is compared: the index stays empty."""
    await views.project(people().records)
    index = an_index(views)
    await indexed(views, index)
    assert await index.round() == 0
    kept = "select relpersistence from pg_class where relnamespace = 'directory'::regnamespace"
    assert {bytes(r[0]) for r in await views.pool.fetch(f"{kept} and relkind in ('r', 'i')")} == {
        b"u"
    }
    await views.pool.execute("delete from directory.entry")
    assert (await found(views, "lxy"))["people"] == []
    await indexed(views, index)
    assert (await found(views, "lxy"))["people"] == ["li"]


async def test_what_cannot_be_read_now_is_found_later(views: Views) -> None:
    """Checked by taking a withheld text for a name: it stays found by what is shown instead."""
    log, ring = Log(), Ring()
    key = a_key(1)
    log.person(
        "li", "PersonRegistered", full_name=Token.seal(key, LI, uid("event 1"), "full_name", "李四")
    )
    await views.project(log.records)
    index = an_index(views, ring)
    ring.away = True
    await indexed(views, index)
    assert await views.pool.fetchval(WORDS) is None
    ring.away = False
    ring.held[LI] = key
    await indexed(views, index)
    assert (await found(views, "ls"))["people"] == ["li"]


async def test_while_no_board_is_live_that_it_can_read_nothing_is_done(views: Views) -> None:
    """As beside a new version's build. Checked without `except NotLive`."""
    await views.project(people().records)
    newer = replace(VIEWS, revision=VIEWS.revision + 1, _live=(float("-inf"), 0))
    assert await replace(an_index(views), views=newer).round() == 0
    assert await views.pool.fetchval(WORDS) is None
