"""`linli store verify` and `catch-up` as an operator runs them; what they mend: tests/faults."""

import asyncio

from tests.operate.conftest import SHARD, Rig

NOWHERE = "postgresql://nobody@127.0.0.1:9/nowhere"


async def published(rig: Rig) -> int:
    """Three facts, in store and topic; the position of the last."""
    await rig.start("relay", "views")
    for _ in range(3):
        last = await rig.append("a")
    await rig.read(last)
    return last


async def test_a_whole_store_is_said_to_be_whole_and_there_is_nothing_to_catch_up(rig: Rig) -> None:
    await published(rig)
    whole = f"✓ {rig.name}: store and {rig.topic} agree: 3 facts\n"
    assert await rig.run("store", "verify", rig.name) == (0, whole)
    nothing = f"✓ {rig.name}: the store has lost nothing.\n"
    assert await rig.run("store", "catch-up", rig.name) == (0, nothing)
    assert await rig.run("store", "verify") == (0, whole)  # and what was not lost was let alone


async def test_a_store_that_differs_says_where_and_in_what(rig: Rig) -> None:
    last = await published(rig)
    await rig.db.execute("set session_replication_role = replica")  # as only an administrator can
    await rig.db.execute("update es.event set data = '{}' where position = $1", last)
    code, said = await rig.run("store", "verify", rig.name)
    assert code == 1
    assert f"✗ {rig.name}: store and {rig.topic} differ" in said
    assert f"{SHARD:>2}: {last}: value differ" in said
    assert "catch-up" not in said  # it would mend nothing


async def test_a_store_that_was_put_back_says_how_much_it_lacks_and_what_to_do(rig: Rig) -> None:
    last = await published(rig)
    await rig.db.execute("set session_replication_role = replica")
    await rig.db.execute("delete from es.event where position = $1", last)
    code, said = await rig.run("store", "verify", rig.name)
    assert code == 1
    assert f"{SHARD:>2}: the store lacks 1, {last} to {last}" in said
    assert f"The store was put back. linli store catch-up {rig.name}" in said


async def test_what_has_no_store_is_said_by_both_commands(rig: Rig) -> None:
    """Went red, with a traceback, when the service was looked for outside `screen.run`."""
    rig.env = dict(rig.env) | {"LINLI_VIEWS_VIEW_URL": NOWHERE}
    for command in ("verify", "catch-up"):
        nobody, views = await asyncio.gather(
            rig.run("store", command, "nobody"), rig.run("store", command, "views")
        )
        assert (nobody[0], "✗ No service 'nobody' is known here" in nobody[1]) == (1, True)
        assert views == (1, "✗ views has no store: it reads the topics of others.\n")
