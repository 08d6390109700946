"""The append: versions, repeats, guards, reservations, groups, tenancy; on real PostgreSQL."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from linli_shared.append import SQL, Answer, Append, Overloaded, Unavailable, arguments
from linli_shared.decider import Hold, Release
from linli_shared.kafka import shard_of
from linli_shared.postgres import Unsafe
from linli_shared.writer import Writer

from shared.tests.conftest import Urls, append

TEN = datetime(2026, 1, 1, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)


async def outcomes(writer: Writer, *appends: Append) -> list[str]:
    return [(await writer.append(a)).outcome for a in appends]


async def test_versions_and_positions_grow(writer: Writer) -> None:
    first = await writer.append(append(events=3))
    second = await writer.append(append(expected=3, events=2))
    assert (first.outcome, first.version) == ("appended", 3)
    assert (second.outcome, second.version) == ("appended", 5)
    assert first.position is not None
    assert second.position is not None
    assert second.position > first.position


@pytest.mark.parametrize("events", [1, 3])
async def test_a_retry_gets_the_first_answer(writer: Writer, events: int) -> None:
    command = uuid4()
    first = await writer.append(append(command=command, events=events))
    await writer.append(append(expected=events))
    # The retry was decided anew, on a later version, and must still be recognised.
    for expected in (0, events, events + 1):
        again = await writer.append(append(expected=expected, command=command, events=events))
        assert (again.outcome, again.version, again.position) == (
            "repeated", first.version, first.position,
        )  # fmt: skip


async def test_a_command_id_is_not_for_another_request(writer: Writer) -> None:
    command = uuid4()
    await writer.append(append(command=command, request=1))
    other = append(command=command, request=2, expected=1)
    elsewhere = append(stream="thing-2", command=command, request=2)
    assert await outcomes(writer, other, elsewhere) == ["reused", "reused"]


async def test_a_conflict_tells_the_actual_version(writer: Writer) -> None:
    await writer.append(append(events=2))
    for expected in (0, 1, 3):
        answer = await writer.append(append(expected=expected))
        assert (answer.outcome, answer.version) == ("conflict", 2)


async def test_a_guarded_stream_that_moved_is_a_conflict(writer: Writer) -> None:
    await writer.append(append(stream="parent", events=2))
    stale = append(stream="child", guards={"parent": 1})
    assert (await writer.append(stale)).outcome == "conflict"
    assert (await writer.append(append(stream="child", guards={"parent": 2}))).outcome == "appended"
    absent = append(stream="other", guards={"nowhere": 0})
    assert (await writer.append(absent)).outcome == "appended"


async def test_a_repeat_is_recognised_though_its_guard_has_moved(writer: Writer) -> None:
    guarded = append(stream="child", guards={"parent": 0})
    assert await outcomes(writer, guarded, append(stream="parent"), guarded) == [
        "appended", "appended", "repeated",
    ]  # fmt: skip


async def test_a_group_sees_its_own_earlier_members(urls: Urls) -> None:
    command = uuid4()
    group = [append(), append(expected=1, command=command), append(expected=1, command=command),
             append(expected=1), append(expected=2, events=2), append("e2"), append()]  # fmt: skip
    db = await asyncpg.connect(urls["LINLI_APP_URL"])
    rows = await db.fetch(SQL, *arguments(group))
    assert [(r["outcome"], r["version"]) for r in rows] == [
        ("appended", 1), ("appended", 2), ("repeated", 2), ("conflict", 2), ("appended", 4),
        ("appended", 1), ("conflict", 4),
    ]  # fmt: skip
    await db.close()


async def test_one_holder_at_a_time(writer: Writer) -> None:
    def hold(n: int, start: datetime, *more: Hold | Release, expected: int = 0) -> Append:
        mine = Hold("room", "hall", start, start + HOUR)
        return append(stream=f"meeting-{n}", expected=expected, holds=(mine, *more))

    assert (await writer.append(hold(1, TEN))).outcome == "appended"
    taken = await writer.append(hold(2, TEN + HOUR / 2))
    assert (taken.outcome, taken.held_kind, taken.holder) == ("taken", "room", "meeting-1")
    assert (await writer.append(hold(2, TEN + HOUR))).outcome == "appended"  # half-open
    # Moving: gives back the old time and takes one that overlaps it.
    back = Release("room", "hall")
    assert (await writer.append(hold(2, TEN + HOUR * 1.5, back, expected=1))).outcome == "appended"
    # Nobody gives back what another holds.
    assert (await writer.append(hold(3, TEN, back))).outcome == "taken"


async def test_as_many_hold_a_key_as_it_has_slots(writer: Writer) -> None:
    def work(n: int, *holds: Hold | Release, expected: int = 0) -> Append:
        return append(stream=f"case-{n}", expected=expected, holds=holds)

    mine = Hold("load", "li", slots=3)
    assert await outcomes(writer, *(work(n, mine) for n in range(4))) == [
        "appended", "appended", "appended", "taken",
    ]  # fmt: skip
    given = work(1, Release("load"), expected=1)
    assert await outcomes(writer, given, work(4, mine), work(5, mine)) == [
        "appended", "appended", "taken",
    ]  # fmt: skip


async def test_a_retry_is_not_told_that_it_is_taken(writer: Writer) -> None:
    first = append(holds=(Hold("person", "li", TEN, TEN + HOUR, scope="company:c"),))
    assert await outcomes(writer, first, first) == ["appended", "repeated"]


async def test_a_person_of_the_company_is_held_across_estates(writer: Writer) -> None:
    li = (Hold("person", "li", TEN, TEN + HOUR, scope="company:c"),)
    answers = await asyncio.gather(*(writer.append(append(f"e{n}", holds=li)) for n in range(20)))
    assert sorted(a.outcome for a in answers) == ["appended"] + ["taken"] * 19


async def test_one_bad_value_does_not_fail_its_neighbours(writer: Writer) -> None:
    bad = append("bad", data='{"a": "\0"}')
    answers = await asyncio.gather(
        *(writer.append(append(f"e{n}") if n != 17 else bad) for n in range(40)),
        return_exceptions=True,
    )
    assert isinstance(answers.pop(17), asyncpg.DataError)
    assert all(isinstance(a, Answer) and a.outcome == "appended" for a in answers)


async def test_the_server_refuses_an_event_that_no_topic_would_take(writer: Writer) -> None:
    with pytest.raises(asyncpg.CheckViolationError):
        await writer.append(append(data='{"a": "' + "x" * 262_144 + '"}'))


async def test_a_full_queue_refuses(urls: Urls) -> None:
    idle = Writer(lambda: asyncpg.connect(urls["LINLI_APP_URL"]), limit=8, patience_s=0.2)
    results = await asyncio.gather(
        *(idle.append(append(f"e{n}")) for n in range(12)), return_exceptions=True
    )  # nobody serves the queue
    assert [type(r) for r in results] == [Unavailable] * 8 + [Overloaded] * 4


async def test_recorded_time_never_goes_back_within_a_shard(writer: Writer, urls: Urls) -> None:
    same = [e for e in map(str, range(200)) if shard_of(e) == 3][:2]
    owner = await asyncpg.connect(urls["LINLI_OWNER_URL"])
    await writer.append(append(same[0]))
    await owner.execute(
        "create or replace function es.now() returns timestamptz language sql volatile"
        " return clock_timestamp() - interval '1 hour'"  # the server's clock was put back
    )
    await writer.append(append(same[1]))
    relay = await asyncpg.connect(urls["LINLI_RELAY_URL"])
    times = await relay.fetch("select recorded_at from es.event order by position")
    assert times[0]["recorded_at"] == times[1]["recorded_at"]
    await owner.close()
    await relay.close()


async def test_rows_of_other_estates_do_not_exist(writer: Writer, urls: Urls) -> None:
    for estate in ("e1", "e2"):
        assert (await writer.append(append(estate, holds=(Hold("room", "hall"),)))).outcome
    db = await asyncpg.connect(urls["LINLI_APP_URL"])
    count = "select (select count(*) from es.event) + (select count(*) from es.reservation)"
    assert await db.fetchval(count) == 0  # fails closed: nothing is set
    async with db.transaction():
        await db.execute("select set_config('linli.estate', 'e1', true)")
        assert await db.fetchval(count) == 2
    assert await db.fetchval(count) == 0
    async with db.transaction():  # the owner's way to a shard's last event is not the application's
        await db.execute(f"select set_config('linli.shard', '{shard_of('e1')}', true)")
        assert await db.fetchval(count) == 0
    assert len(await db.fetch("select * from es.load('{e1}', 'thing-1')")) == 1
    assert len(await db.fetch("select * from es.load('{e9,e2,e1}', 'thing-1')")) == 1
    assert len(await db.fetch("select * from es.load('{e9}', 'thing-1')")) == 0
    await db.close()
    owner = await asyncpg.connect(urls["LINLI_OWNER_URL"])
    assert await owner.fetchval("select count(*) from es.event") == 0  # forced
    await owner.close()


@pytest.mark.parametrize(
    "statement",
    [
        "insert into es.event (shard) values (1)",
        "update es.event set data = '{}'",
        "delete from es.event",
        "delete from es.reservation",
        "update es.counter set value = 1",
        "update es.relay set position = 0",
    ],
)
async def test_the_application_writes_by_the_functions_alone(urls: Urls, statement: str) -> None:
    db = await asyncpg.connect(urls["LINLI_APP_URL"])
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await db.execute(statement)
    await db.close()


async def test_numbers_of_a_series_are_each_given_once(urls: Urls) -> None:
    async with asyncpg.create_pool(urls["LINLI_APP_URL"], min_size=4, max_size=4) as pool:
        number = "select es.number($1, 'case-2026')"
        given = await asyncio.gather(*(pool.fetchval(number, "e1") for _ in range(50)))
        assert sorted(given) == list(range(1, 51))
        assert await pool.fetchval(number, "e2") == 1


async def test_the_shard_of_an_estate_is_the_same_in_python_and_sql(urls: Urls) -> None:
    db = await asyncpg.connect(urls["LINLI_APP_URL"])
    for estate in ("xx", "company:c1", "湘熙水郡", ""):
        assert await db.fetchval("select es.shard_of($1)", estate) == shard_of(estate)
    await db.close()


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("alter role {login} set default_transaction_isolation = 'serializable'", "isolation"),
        ("alter role {login} set lock_timeout = 0", "lock_timeout"),
        ("alter role {login} set transaction_timeout = 0", "transaction_timeout"),
        ("alter sequence es.event_position_seq cache 10", "identity_cache"),
    ],
)
async def test_the_writer_refuses_a_server_that_would_break_its_promises(
    make_database: Callable[..., Any], stack: Any, change: str, named: str
) -> None:
    urls = await make_database()
    database = urls["LINLI_APP_URL"].rpartition("/")[2]
    admin = await asyncpg.connect(stack.admin_url.rpartition("/")[0] + f"/{database}")
    # In this database alone: the role is shared with the other tests.
    login = f"linli_test_app in database {database}"
    await admin.execute(change.format(login=login))
    await admin.close()
    with pytest.raises(Unsafe, match=named):
        await Writer(lambda: asyncpg.connect(urls["LINLI_APP_URL"])).run()
