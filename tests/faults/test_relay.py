"""A relay that is killed, frozen or loses a batch costs time, never a fact."""

import asyncio
import signal

from tests.faults.rig import Rig

PER_S = 150


async def test_a_relay_killed_between_publish_and_advance_doubles_records_and_no_row(
    rig: Rig,
) -> None:
    """Checked by taking the comparison of positions out of `admit`: rows count twice, and this
    fails."""
    rig.start("projector")
    loading = asyncio.create_task(rig.load.run(PER_S))
    for _ in range(2):
        await rig.ended(rig.start("doomed-relay"))
    rig.start("relay")
    print(f"\nrelay killed: views whole again after {await rig.recovered():.1f} s (lease 2 s)")
    await rig.settled(loading)
    assert await rig.duplicates() > 0, "no record came twice: the fault did not happen"


async def test_a_frozen_relay_that_wakes_after_its_lease_was_taken_does_no_harm(rig: Rig) -> None:
    """Checked by taking the comparison of positions out of `admit`: what the zombie sends late is
    counted again, and this fails."""
    rig.start("projector")
    loading = asyncio.create_task(rig.load.run(PER_S))
    zombie = rig.start("frozen-relay")
    await rig.stopped(zombie)
    heir = rig.start("relay")
    print(f"\nrelay frozen: another caught up after {await rig.recovered():.1f} s (lease 2 s)")
    before = await rig.duplicates()
    zombie.send_signal(signal.SIGCONT)  # it sends what it had read
    for _ in range(100):
        if await rig.duplicates() > before:
            break
        await asyncio.sleep(0.1)
    await rig.end(zombie)
    await rig.end(heir)
    rig.start("relay")
    await rig.settled(loading)
    assert await rig.duplicates() > 0, "the zombie sent nothing: the fault did not happen"


async def test_a_batch_dropped_in_the_middle_is_a_gap_that_is_seen_and_filled(rig: Rig) -> None:
    """Checked by taking the comparison with `prev` out of `admit`: the reader goes on over the gap,
    the dropped facts are taken for repeats, and this fails."""
    rig.start("projector")
    for _ in range(20):  # something to make batches of
        await asyncio.gather(*(rig.load.one() for _ in range(20)))
    loading = asyncio.create_task(rig.load.run(PER_S))
    rig.start("dropping-relay")
    print(f"\nbatches dropped: views whole again after {await rig.recovered():.1f} s")
    await rig.settled(loading)
    seen = rig.log.read_text()
    assert "dropped" in seen, "no batch was dropped: the fault did not happen"
    assert "gap" in seen, "no reader saw the gap"
