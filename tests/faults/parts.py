"""Relays and projectors as processes of their own, some of which come to grief.

python -m tests.faults.parts relay | doomed-relay | frozen-relay | dropping-relay
python -m tests.faults.parts projector | doomed-projector
"""

import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from typing import Any

import asyncpg
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaConnectionError
from linli_shared import projector
from linli_shared.consumer import Projector
from linli_shared.doorbell import listen
from linli_shared.relay import Relay
from linli_shared.resume import Held

from shared.tests.things import things

TOPIC, KAFKA = os.environ["LINLI_TOPIC"], os.environ["LINLI_KAFKA"]
LEASE_S = float(os.environ.get("LINLI_LEASE_S", "2"))
NAME = f"{sys.argv[1]}-{os.getpid()}"
rounds = 0


class Doomed(Relay):
    """Dies when Kafka has batches that the rows do not know of."""

    async def _advance(self) -> None:
        global rounds
        rounds += any(held.dirty for held in self._held.values())
        if rounds > 20:
            os.kill(os.getpid(), signal.SIGKILL)
        await super()._advance()


class Frozen(Relay):
    """Stops with events read and not yet sent; the test wakes it when another has its lease."""

    async def _publish(
        self, producer: AIOKafkaProducer, held: Held, events: Sequence[asyncpg.Record]
    ) -> tuple[int, bytes]:
        global rounds
        rounds += 1
        if rounds == 60:
            os.kill(os.getpid(), signal.SIGSTOP)
        return await super()._publish(producer, held, events)


class Dropping(Relay):
    """Loses the first half of a batch, and the connection after the second half."""

    async def _publish(
        self, producer: AIOKafkaProducer, held: Held, events: Sequence[asyncpg.Record]
    ) -> tuple[int, bytes]:
        global rounds
        if len(events) > 1 and rounds < 3:
            rounds += 1
            half = len(events) // 2
            after = Held(held.shard, held.epoch, events[half - 1]["position"])
            await super()._publish(producer, after, events[half:])
            print("dropped", flush=True)
            raise KafkaConnectionError
        return await super()._publish(producer, held, events)


async def relay(kind: type[Relay]) -> None:
    url, wake = os.environ["LINLI_RELAY_URL"], asyncio.Event()
    async with asyncpg.create_pool(url, min_size=1, max_size=3, command_timeout=10) as pool:
        worker = kind(pool, KAFKA, TOPIC, NAME, wake, lease_s=LEASE_S, poll_s=0.05)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(listen(lambda: asyncpg.connect(url), wake))
            tasks.create_task(worker.run())


async def project() -> None:
    url = os.environ["LINLI_VIEW_URL"]
    async with asyncpg.create_pool(url, min_size=1, max_size=3, command_timeout=10) as pool:
        build = (await things(TOPIC).builds(pool))[0]
        await Projector(pool, KAFKA, build, NAME, lease_s=LEASE_S).run()


def doomed() -> None:
    """Dies inside a transaction, with some of a batch's rows written."""
    written = projector._write

    async def write(*given: Any) -> None:
        global rounds
        await written(*given)
        rounds += 1
        if rounds > 15:
            os.kill(os.getpid(), signal.SIGKILL)

    projector._write = write  # type: ignore[assignment]


if __name__ == "__main__":
    relays = {"relay": Relay, "doomed-relay": Doomed, "frozen-relay": Frozen}
    relays |= {"dropping-relay": Dropping}
    if sys.argv[1] in relays:
        asyncio.run(relay(relays[sys.argv[1]]))
    else:
        if sys.argv[1] == "doomed-projector":
            doomed()
        asyncio.run(project())
