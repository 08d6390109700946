"""A process that writes: `python writer.py delays|holds URL NUMBER AMOUNT`. Says in JSON what it
did."""

import asyncio
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import asyncpg
from linli_shared.append import SQL, Append, NewEvent, arguments
from linli_shared.decider import Hold
from linli_shared.ending import ended
from linli_shared.kafka import shard_of
from linli_shared.writer import Writer

AT = datetime(2026, 1, 1, 12, tzinfo=UTC)
WRITERS = 12  # in each of two processes
CLIENTS = 16  # of each of two group commits in each of two processes


def estates(shards: Sequence[int], a_shard: int) -> list[str]:
    """So many estates of each shard."""
    found: dict[int, list[str]] = {shard: [] for shard in shards}
    for name in (f"estate-{n}" for n in count()):
        if len(mine := found.get(shard_of(name), [])) < a_shard and shard_of(name) in found:
            mine.append(name)
            if all(len(names) == a_shard for names in found.values()):
                break
    return [name for names in found.values() for name in names]


SOME = estates([3, 7, 8, 12], 3)


def made(estate: str, stream: str, expected: int, holds: tuple[Hold, ...] = ()) -> Append:
    events = [
        NewEvent(uuid4(), "linli.test.Done.v1", "{}", AT) for _ in range(random.choice((1, 1, 3)))
    ]
    return Append(
        estate, stream, expected, uuid4(), UUID(int=1), "{}", UUID(int=7), events, holds=holds
    )


@dataclass(slots=True)
class Delays:
    """Appends in transactions that dawdle, and of which one in ten is rolled back."""

    url: str
    committed: list[str] = field(default_factory=list)
    rolled_back: list[str] = field(default_factory=list)

    async def run(self, number: int, transactions: int) -> dict[str, Any]:
        await asyncio.gather(*(self._writer(transactions) for _ in range(WRITERS)))
        return {"committed": self.committed, "rolled_back": self.rolled_back}

    async def _writer(self, transactions: int) -> None:
        db = await asyncpg.connect(self.url)
        for _ in range(transactions):
            transaction = db.transaction()
            await transaction.start()
            await asyncio.sleep(random.uniform(0, 0.005))
            ids = await self._append(db)
            await asyncio.sleep(random.uniform(0, 0.02))
            if random.random() < 0.1:
                await transaction.rollback()
                self.rolled_back += ids
            else:
                await transaction.commit()
                self.committed += ids
        await db.close()

    async def _append(self, db: Any) -> list[str]:
        """One to three commands in one call. Their streams are everybody's, so the version is
        learned from the refusal; then the shards are ours, and nobody moves them."""
        places = {(random.choice(SOME), f"s-{random.randrange(5)}") for _ in range(3)}
        group = [
            made(*place, 0)
            for place in random.sample(sorted(places), random.choice((1, 1, len(places))))
        ]
        ids: list[str] = []
        while group:
            answers = await db.fetch(SQL, *arguments(group))
            again: list[Append] = []
            for one, answer in zip(group, answers, strict=True):
                if answer["outcome"] == "appended":
                    ids += [str(event.id) for event in one.events]
                else:
                    again.append(replace(one, expected=answer["version"]))
            group = again
        return ids


async def holds(url: str, number: int, seconds: int) -> dict[str, Any]:
    """Two group commits: over shards of this process alone, which meets the other in the company's
    keys only, and over shards that both processes write to."""
    stop, seen = time.monotonic() + seconds, Counter[str]()
    own = estates([n for n in range(16) if n % 4 == number], 3)
    common = estates([n for n in range(16) if n % 4 > 1], 3)

    async def client(writer: Writer, names: Sequence[str]) -> None:
        while time.monotonic() < stop:
            # New keys all the time, so that groups meet on free ones.
            keys = random.sample(range(12), random.choice((0, 0, 1, 3)))
            wanted = tuple(
                Hold("person", f"p{key}-{int(time.time() * 50)}", scope="company:c1")
                for key in keys
            )
            one = made(random.choice(names), f"s-{random.randrange(50)}", 0, wanted)
            for _ in range(3):
                answer = await writer.append(one)
                seen[answer.outcome] += 1
                if answer.outcome != "conflict":
                    break
                one = replace(one, expected=answer.version)

    async def group_commit(names: Sequence[str]) -> None:
        writer = Writer(lambda: asyncpg.connect(url))
        running = asyncio.create_task(writer.run())
        await asyncio.gather(*(client(writer, names) for _ in range(CLIENTS)))
        await ended(running)

    await asyncio.gather(group_commit(own), group_commit(common))
    return dict(seen)


def main() -> None:
    what, url, number, amount = sys.argv[1:]
    work = Delays(url).run if what == "delays" else lambda n, s: holds(url, n, s)
    print(json.dumps(asyncio.run(work(int(number), int(amount)))))


if __name__ == "__main__":
    main()
