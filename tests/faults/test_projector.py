"""A projector that is killed, shares its work, or reads records twice makes the same rows."""

import asyncio
import signal

from linli_shared.kafka import SHARDS

from shared.tests.broker import Raw, positions, read, recreate, until, write
from tests.faults.rig import Rig

PER_S = 200


async def leased(rig: Rig) -> dict[str, int]:
    rows = await rig.db.fetch(
        "select owner, count(*) as n from lease.lease"
        " where work like 'things.1/%' and until > clock_timestamp() group by owner"
    )
    return {row["owner"]: row["n"] for row in rows}


async def test_projectors_killed_in_the_middle_of_a_batch_and_sharing_make_each_row_once(
    rig: Rig,
) -> None:
    """Checked by taking the transaction around rows and progress away: half a batch stays, and
    this fails."""
    rig.start("relay")
    loading = asyncio.create_task(rig.load.run(PER_S))
    for _ in range(2):
        await rig.ended(rig.start("doomed-projector"))
    one = rig.start("projector")
    print(f"\nprojector killed: whole again after {await rig.recovered():.1f} s (lease 2 s)")
    other = rig.start("projector")

    async def shared() -> bool:
        return sorted((await leased(rig)).values()) == [SHARDS // 2, SHARDS // 2]

    await until(shared, 120)
    one.send_signal(signal.SIGSTOP)
    print(f"one of two frozen: whole again after {await rig.recovered():.1f} s")
    one.send_signal(signal.SIGCONT)
    await until(shared, 120)
    await rig.end(other)
    print(f"the other killed: whole again after {await rig.recovered():.1f} s")
    await rig.settled(loading)


async def test_the_last_500_records_delivered_twice_change_nothing(rig: Rig) -> None:
    """Checked by taking the comparison of positions out of `admit`: rows count twice, and this
    fails."""
    rig.start("relay")
    rig.start("projector")
    while await rig.stored() < 800:
        await asyncio.gather(*(rig.load.one() for _ in range(40)))
    await rig.recovered()
    records = [r for rs in (await read(rig.stack.kafka, rig.topic)).values() for r in rs]
    last = sorted(records, key=lambda r: r.timestamp)[-500:]
    again = [Raw(r.partition, r.value, list(r.headers), r.key) for r in last]
    await write(rig.stack.kafka, rig.topic, again)
    assert await rig.duplicates() >= 500
    await rig.settled(asyncio.create_task(rig.load.run(PER_S)))


async def test_a_topic_made_anew_is_filled_again_and_the_views_stay_as_they_are(rig: Rig) -> None:
    """Checked by taking the comparison with Kafka out of the relay's `_start`: what was published
    before is not sent again, the rebuild never gets whole, and this fails."""
    relay = rig.start("relay")
    rig.start("projector")
    for _ in range(10):
        await asyncio.gather(*(rig.load.one() for _ in range(30)))
    await rig.recovered()
    await rig.end(relay)
    await recreate(rig.stack.kafka, rig.topic)
    assert sum(map(len, (await read(rig.stack.kafka, rig.topic)).values())) == 0
    rig.start("relay")
    loading = asyncio.create_task(rig.load.run(PER_S))
    await asyncio.sleep(2)
    await rig.settled(loading)


async def test_a_topic_made_anew_under_a_running_relay_is_filled_again(rig: Rig) -> None:
    """Checked by taking the look at the offset out of the relay's `_publish`: the new topic holds
    only what came later, the rebuild never gets whole, and this fails."""
    rig.start("relay")
    rig.start("projector")
    for _ in range(10):
        await asyncio.gather(*(rig.load.one() for _ in range(30)))
    await rig.recovered()
    before = {row["position"] for row in await rig.db.fetch("select position from es.event")}
    await recreate(rig.stack.kafka, rig.topic)
    loading = asyncio.create_task(rig.load.run(PER_S))

    async def all_of_it() -> bool:
        found = await positions(rig.stack.kafka, rig.topic)
        return before <= {position for chain in found.values() for _, position in chain}

    print(f"\ntopic made anew: it is whole again after {await until(all_of_it, 120):.1f} s")
    await rig.settled(loading)
