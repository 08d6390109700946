"""`linli views …` against real parked records and real builds, as an operator runs it."""

import asyncio

from linli_shared.kafka import create_topics

from shared.tests.broker import Raw, until, write
from shared.tests.things import made, wire
from tests.operate.conftest import SHARD, Rig

SECRET = "王阿姨家的密码"


async def poisoned(rig: Rig, data: str = "") -> int:
    """A thing with a fact that this version's views do not know, and one behind it; and another
    thing that has nothing to do with it. The position of the poison."""
    await rig.append("a")
    body = data or f'{{"thing": "a", "note": "{SECRET}"}}'
    poison = await rig.append("a", "Noted.v2", body)
    await rig.append("a")
    await rig.append("b")
    await rig.read(await rig.append("b"))
    return poison


async def test_what_is_parked_is_told_with_its_reason_and_without_its_contents(rig: Rig) -> None:
    assert await rig.run("views", "parked") == (0, "✓ Nothing is parked.\n")
    await rig.start()
    poison = await poisoned(rig)
    code, said = await rig.run("views", "parked")
    assert code == 0
    for wanted in (
        f"{rig.topic}/{SHARD}/{poison}",
        "things.1 board",
        "things.1 ledger",
        "stream thing-a of xx, and 1 behind it",
        "version 2 of linli.test.Noted is newer than this view",
    ):
        assert wanted in said
    assert "thing-b" not in said
    assert SECRET not in said
    shown, as_json = await asyncio.gather(
        rig.run("views", "parked", "--show"), rig.run("views", "parked", rig.name, "--json")
    )
    assert SECRET in shown[1]
    assert SECRET not in as_json[1]


async def test_a_retry_takes_nothing_until_the_code_is_mended_and_then_all(rig: Rig) -> None:
    await rig.start()
    await poisoned(rig)
    code, said = await rig.run("views", "retry", rig.name)
    assert (code, said.splitlines()[0]) == (1, "0 of 4 records were taken.")
    rig.code("from tests.operate.conftest import MENDED\nexec(MENDED)")
    code, said = await rig.run("views", "retry", rig.name, "--view", "board")
    assert (code, said) == (0, "2 of 2 records were taken.\n")
    assert await rig.run("views", "retry", rig.name) == (0, "2 of 2 records were taken.\n")
    assert (await rig.run("views", "retry", rig.name))[1].startswith("✓ Nothing to retry")
    assert await rig.db.fetchval("select notes from view.board_1 where thing = 'a'") == 2


async def test_a_discard_wants_a_reason_and_a_yes_and_is_kept_as_a_decision(rig: Rig) -> None:
    await rig.start()
    record = f"{rig.topic}/{SHARD}/{await poisoned(rig)}"
    assert (await rig.run("views", "discard", rig.name, record))[0] == 2
    words = ("views", "discard", rig.name, record, "--reason", "garbled by hand", "--by", "li")
    code, said = await rig.run(*words)
    assert code == 1
    assert "add --yes" in said
    assert await rig.db.fetchval("select count(*) from view.parked") == 4
    code, said = await rig.run(*words, "--yes")
    assert code == 0, said
    assert "done without in things.1 board; 1 behind it taken" in said
    assert await rig.db.fetchval("select count(*) from view.parked") == 0
    kept = await rig.db.fetch("select view, reason, discarded_by from view.discarded order by 1")
    assert [tuple(row) for row in kept] == [
        ("board", "garbled by hand", "li"), ("ledger", "garbled by hand", "li"),
    ]  # fmt: skip
    code, said = await rig.run(*words, "--yes")
    assert code == 1
    assert f"{record} is not parked" in said


async def test_a_foreign_record_is_told_until_somebody_has_looked_at_it(rig: Rig) -> None:
    """Also in a build that meets it again. Went red without the decisions in `_all`."""
    await rig.start()
    await rig.read(await rig.append("a"))
    await write(rig.kafka, rig.topic, [Raw(SHARD, b"hello", [("ce_id", b"1")])])
    await rig.read(await rig.append("a"))

    async def there() -> bool:
        return bool(await rig.db.fetchval("select count(*) from view.parked"))

    await until(there)
    code, said = await rig.run("views", "parked")
    record = f"{rig.topic}/{SHARD}@1"
    assert record in said
    assert (await rig.run("status"))[0] == 1
    looked = ("views", "discard", rig.name, record, "--reason", "a test of theirs", "--yes")
    code, said = await rig.run(*looked)
    assert code == 0, said
    assert await rig.run("views", "parked") == (0, "✓ Nothing is parked.\n")
    code, said = await rig.run("status")
    assert code == 0, said
    assert (await rig.run("views", "rebuild", rig.name, "things"))[0] == 0
    assert await rig.run("views", "parked") == (0, "✓ Nothing is parked.\n")


async def test_a_set_is_built_anew_beside_the_running_one_flipped_and_the_old_one_dropped(
    rig: Rig,
) -> None:
    """The process is never started again. Went red when a process only knew the builds that were
    there when it started."""
    service = await rig.start()
    for _ in range(3):
        await rig.append("a")
    await rig.read(await rig.append("b"))
    code, said = await rig.run("views", "flip", rig.name, "things")
    assert code == 1
    assert "no build of things, revision 1, after the live one" in said
    code, said = await rig.run("views", "rebuild", rig.name, "things")
    assert code == 0, said
    assert "things.2 is begun, beside things.1." in said
    assert "things.2 is level" in said
    assert "was begun before" in (await rig.run("views", "rebuild", rig.name, "things"))[1]
    code, said = await rig.run("views", "drop", rig.name, "things", "1", "--yes")
    assert code == 1
    assert "things.1 is live" in said
    code, said = await rig.run("views", "flip", rig.name, "things")
    assert code == 0
    assert f"linli views drop {rig.name} things 1" in said
    assert (await rig.run("views", "drop", rig.name, "things", "1"))[0] == 1  # nobody said yes
    code, said = await rig.run("views", "drop", rig.name, "things", "1", "--yes")
    assert code == 0, said
    await rig.read(await rig.append("a"), "things.2")
    assert await rig.db.fetchval("select notes from view.board_2 where thing = 'a'") == 3
    assert await rig.db.fetchval("select to_regclass('view.board_1')") is None
    await rig.end(service)


async def test_a_build_with_a_parked_record_is_not_flipped_and_the_reason_is_told(rig: Rig) -> None:
    await rig.start()
    await poisoned(rig)
    assert (await rig.run("views", "rebuild", rig.name, "things"))[0] == 0
    code, said = await rig.run("views", "flip", rig.name, "things")
    assert code == 1
    assert "Not flipped: things.2 has 4 parked records: retry or discard them." in said
    assert (
        await rig.db.fetchval("select number from view.build where live and views = 'things'") == 1
    )


async def test_a_topic_without_its_beginning_is_told_and_no_build_is_begun(rig: Rig) -> None:
    """Went red without the comparison of `prev` in `truncated`: a build that can never be whole
    stood beside the live one."""
    await create_topics(rig.kafka, [rig.topic])
    late = made(9, "Opened", prev=8)
    await write(rig.kafka, rig.topic, [Raw(SHARD, late.data, wire(late, rig.topic))])
    code, said = await rig.run("views", "rebuild", rig.name, "things")
    assert code == 1
    assert f"HISTORY_TRUNCATED: {rig.topic}/{SHARD} begins with position 9" in said
    assert await rig.db.fetchval("select count(*) from view.build where views = 'things'") == 1


async def test_an_emptied_topic_that_was_read_before_is_truncated_too(rig: Rig) -> None:
    await rig.db.execute(
        "insert into view.progress (views, topic, shard, next, position) values ($1, $2, 3, 5, 5)",
        "things.1", rig.topic,
    )  # fmt: skip
    code, said = await rig.run("views", "rebuild", rig.name, "things")
    assert code == 1
    assert f"{rig.topic}/3 is empty, and position 5 was read" in said


async def test_a_build_that_nobody_folds_is_said_to_be_so(rig: Rig) -> None:
    code, said = await rig.run("views", "rebuild", rig.name, "things")
    assert code == 0, said  # nothing was read by the live one: it is level at once
    await rig.db.execute(
        "insert into view.progress (views, topic, shard, next, position) values ($1, $2, 3, 5, 5)",
        "things.1", rig.topic,
    )  # fmt: skip
    code, said = await rig.run("views", "flip", rig.name, "things")
    assert code == 1
    assert f"things.2 is behind things.1: {rig.topic}/3 at 0 of 5" in said


async def test_what_can_never_be_built_again_or_is_not_there_is_refused(rig: Rig) -> None:
    for (code, said), told in zip(
        await asyncio.gather(
            rig.run("views", "rebuild", rig.name, "processes"),
            rig.run("views", "rebuild", rig.name, "nothing"),
            rig.run("views", "rebuild", "nobody", "things"),
        ),
        (
            "Processes are never built again",
            "has no views 'nothing', only things",
            f"No service 'nobody' is known here, only {rig.name}",
        ),
        strict=True,
    ):
        assert code == 1
        assert told in said
