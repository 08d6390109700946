"""Keys are changed while they are used, and what has been kept for long enough is gone: the key
store as a process, on real PostgreSQL."""

import asyncio
import base64
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
import pytest_asyncio
from linli_keys.ageing import expire
from linli_keys.kept import given
from linli_keys.retention import RETENTION
from linli_keys.rotation import Busy, rotate
from linli_keys.wrapping import Unwrappable, Wrapping
from linli_local.testing import KeyStore
from linli_sealed.fields import SHREDDED
from linli_sealed.token import OF_PERSON, Owner, Token
from linli_sealed.vault import Vault

from services.keys.tests.test_keys import asked, owner, ring, secret
from shared.tests.broker import until

EVENT = uuid4()


def kek(store: KeyStore) -> Path:
    return Path(store.env["LINLI_KEK"])


@pytest_asyncio.fixture
async def pool(key_store: KeyStore) -> AsyncIterator[asyncpg.Pool]:
    async with asyncpg.create_pool(key_store.env["LINLI_VIEW_URL"], min_size=0) as opened:
        yield opened


@pytest_asyncio.fixture
async def app(key_store: KeyStore) -> AsyncIterator[asyncpg.Pool]:
    async with asyncpg.create_pool(key_store.env["LINLI_APP_URL"], min_size=0) as opened:
        yield opened


@asynccontextmanager
async def as_owner(store: KeyStore) -> AsyncIterator[asyncpg.Connection]:
    db = await asyncpg.connect(store.owner_url)
    try:
        yield db
    finally:
        await db.close()


async def sealed(store: KeyStore, whose: Owner) -> Token:
    key = (await ring(store).keys("seal", [whose]))[whose]
    return Token.parse(Token.seal(key, whose, EVENT, "title", "灯坏了"))


async def read(store: KeyStore, token: Token) -> str:
    """By the views, who ask anew."""
    text = token._bound + token.box
    return (await Vault(ring(store, "views"), "answer").texts([token.owner.estate], [text]))[text]


def commanded(store: KeyStore, *line: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "linli_keys", *line],
        env={**os.environ, **store.env},
        capture_output=True,
        text=True,
        check=False,
    )


# --- key-encryption keys -------------------------------------------------------------------------


async def test_a_key_encryption_key_is_changed_while_keys_are_made_and_read_and_nobody_notices(
    key_store: KeyStore, pool: asyncpg.Pool
) -> None:
    """Seen red without the second attempt in `_given`."""
    before = [await sealed(key_store, owner()) for _ in range(3)]
    made: list[Token] = []
    going = True

    async def working() -> None:
        while going:
            made.append(await sealed(key_store, owner()))
            assert await read(key_store, made[-1]) == "灯坏了"

    workers = [asyncio.create_task(working()) for _ in range(4)]
    for _ in range(5):
        old = Wrapping.of(kek(key_store)).names
        done = await rotate(pool, kek(key_store))
        assert done
        assert done.destroyed == old
        assert len(Wrapping.of(kek(key_store)).names) == 1
        assert kek(key_store).stat().st_mode & 0o077 == 0
    going = False
    await asyncio.gather(*workers)
    for token in [*before, *made]:
        assert await read(key_store, token) == "灯坏了"
    async with as_owner(key_store) as db:
        used = await db.fetch("select distinct kek from keys.data_key where box is not null")
    assert [row["kek"] for row in used] == Wrapping.of(kek(key_store)).names


async def test_a_backup_from_before_the_change_opens_nothing_with_what_is_there_now(
    key_store: KeyStore, pool: asyncpg.Pool, app: asyncpg.Pool
) -> None:
    """And does with what was there then: the file is what had to go."""
    li = owner()
    await sealed(key_store, li)
    then = Wrapping.of(kek(key_store))
    async with as_owner(key_store) as db:
        backup = await db.fetch("select * from keys.data_key where estate = $1", li.estate)
        await rotate(pool, kek(key_store))
        await db.executemany(
            "update keys.data_key set kek = $3, box = $4 where estate = $1 and subject = $2",
            [(row["estate"], row["subject"], row["kek"], row["box"]) for row in backup],
        )
    assert (await given(app, then, [li], new=False)).held[li].keys
    with pytest.raises(Unwrappable):
        await given(app, Wrapping.of(kek(key_store)), [li], new=False)
    body = {"purpose": "answer", "owners": [list(li)]}
    answer = await asked(key_store, secret(key_store, "views"), **body)
    assert (answer.status_code, answer.json()["code"]) == (503, "UNAVAILABLE")
    async with as_owner(key_store) as db:
        await db.execute("delete from keys.data_key where estate = $1", li.estate)


async def test_a_change_that_was_broken_off_is_finished_by_the_next(
    key_store: KeyStore, pool: asyncpg.Pool
) -> None:
    """Killed after another was added to the file and the old one retired."""
    token, file = await sealed(key_store, owner()), kek(key_store)
    (old,) = Wrapping.of(file).names
    half = base64.b64encode(os.urandom(32)).decode()
    file.write_text(f"{file.read_text()}half {half}\n")
    await pool.execute("select keys.retire($1)", old)
    later = await sealed(key_store, owner())
    done = await rotate(pool, file)
    assert done
    assert done.destroyed == [old, "half"]
    assert [await read(key_store, one) for one in (token, later)] == ["灯坏了"] * 2


async def test_one_that_was_retired_wraps_nothing_more(
    key_store: KeyStore, pool: asyncpg.Pool, app: asyncpg.Pool
) -> None:
    """A process may have it in its memory still. Seen red without `keys.wraps` in keys.add."""
    then = Wrapping.of(kek(key_store))
    await rotate(pool, kek(key_store))
    with pytest.raises(Unwrappable):
        await given(app, then, [owner()], new=True)


async def test_a_key_that_is_made_at_the_same_moment_is_wrapped_anew_too(
    key_store: KeyStore, pool: asyncpg.Pool
) -> None:
    """Seen red without the lock in `keys.retire`: it stayed wrapped by one that was no more."""
    li, file = owner(), kek(key_store)
    wrapping = Wrapping.of(file)
    box = wrapping.new(li).box
    async with as_owner(key_store) as db, as_owner(key_store) as other:
        async with db.transaction():
            columns = ([li.estate], [li.subject], [1], wrapping.current, [box])
            assert await db.fetchval("select keys.add($1, $2, $3, $4, $5)", *columns)
            rotating = asyncio.create_task(rotate(pool, file))

            async def waits() -> bool:
                locked = "select exists (select from pg_locks where not granted)"
                return rotating.done() or bool(await other.fetchval(locked))

            await until(waits)
        await rotating
    assert (await ring(key_store).keys("seal", [li]))[li]


async def test_it_is_changed_by_itself_when_it_has_been_in_use_for_so_long(
    key_store: KeyStore, pool: asyncpg.Pool
) -> None:
    file = kek(key_store)
    await rotate(pool, file)
    (name,) = Wrapping.of(file).names
    month = timedelta(days=30)
    assert await rotate(pool, file, older_than=month) is None
    async with as_owner(key_store) as db:
        await db.execute(
            "update keys.kek set seen_at = seen_at - $2::interval where name = $1", name, month
        )
    assert await rotate(pool, file, older_than=month)
    assert Wrapping.of(file).names != [name]


async def test_two_do_not_change_it_at_the_same_time(
    key_store: KeyStore, pool: asyncpg.Pool
) -> None:
    async with pool.acquire() as db:
        await db.execute("select pg_advisory_lock(1704, 0)")
        with pytest.raises(Busy):
            await rotate(pool, kek(key_store))
        told = await asyncio.to_thread(commanded, key_store, "rotate")
        await db.execute("select pg_advisory_unlock(1704, 0)")
    assert (told.returncode, "somebody else rotates" in told.stderr) == (1, True)


async def test_an_operator_changes_it_with_a_command_that_tells_no_key(key_store: KeyStore) -> None:
    token = await sealed(key_store, owner())
    (old,) = Wrapping.of(kek(key_store)).names
    told = await asyncio.to_thread(commanded, key_store, "rotate")
    assert told.returncode == 0, told.stderr
    assert old in told.stdout
    assert kek(key_store).read_text().split()[1] not in told.stdout + told.stderr
    assert await read(key_store, token) == "灯坏了"


# --- data keys -----------------------------------------------------------------------------------


async def test_an_operator_has_new_data_keys_seal_what_comes(key_store: KeyStore) -> None:
    """Of one owner, or of all; what was sealed before is read as before."""
    li, zhou = owner(), owner("zhou")
    first = [await sealed(key_store, one) for one in (li, zhou)]
    line = ("rotate", "--data", *li)
    told = await asyncio.to_thread(commanded, key_store, *line)
    assert "1 keys" in told.stdout, told.stderr
    second = [await sealed(key_store, one) for one in (li, zhou)]
    assert [token.generation for token in second] == [2, 1]
    await asyncio.to_thread(commanded, key_store, "rotate", "--data")
    third = [await sealed(key_store, one) for one in (li, zhou)]
    assert [token.generation for token in third] == [3, 2]
    for token in [*first, *second, *third]:
        assert await read(key_store, token) == "灯坏了"


async def test_a_service_from_before_generations_gets_what_it_knows(key_store: KeyStore) -> None:
    """The first, whatever came after: it opens what it sealed, and what it seals opens."""
    li = owner()
    await sealed(key_store, li)
    first = await old(key_store, li)
    await asyncio.to_thread(commanded, key_store, "rotate", "--data", *li)
    assert (await sealed(key_store, li)).generation == 2
    assert await old(key_store, li) == first


async def old(store: KeyStore, whose: Owner) -> str:
    body = {"purpose": "seal", "owners": [list(whose)]}
    answer = await asked(store, secret(store, "cases"), **body)
    ((estate, subject, key),) = answer.json()["keys"]
    assert Owner(estate, subject) == whose
    assert key
    return str(key)


# --- time ----------------------------------------------------------------------------------------


def test_every_kind_of_owner_has_a_time() -> None:
    assert set(RETENTION) == {*OF_PERSON, "matter"}
    assert RETENTION["person"].ends is None
    shortest = min(RETENTION, key=lambda kind: RETENTION[kind].ends or timedelta.max)
    assert shortest == "care"


async def aged(store: KeyStore, whose: Owner, by: timedelta) -> None:
    async with as_owner(store) as db:
        sql = "update keys.data_key set made_at = made_at - $3::interval"
        await db.execute(f"{sql} where estate = $1 and subject = $2", *whose, by)


async def test_a_key_seals_for_its_time_and_opens_until_its_texts_are_to_be_gone(
    key_store: KeyStore, pool: asyncpg.Pool
) -> None:
    """Seen red without `renew`, and with `keep` counted from when it was made."""
    li, kept = owner(), RETENTION["words"]
    assert kept.keep
    day = timedelta(days=1)  # for those who hold it while it is renewed
    first = await sealed(key_store, li)
    await aged(key_store, li, kept.renew - timedelta(minutes=1))
    assert (await sealed(key_store, li)).generation == 1
    await aged(key_store, li, timedelta(minutes=1))
    second = await sealed(key_store, li)
    assert second.generation == 2
    await expire(pool, datetime.now(UTC) + kept.keep)
    assert await read(key_store, first) == "灯坏了"
    await expire(pool, datetime.now(UTC) + kept.keep + day + timedelta(minutes=1))
    assert await read(key_store, first) == SHREDDED
    assert await read(key_store, second) == "灯坏了"
    await expire(pool, datetime.now(UTC) + kept.renew + kept.keep + day + timedelta(minutes=1))
    assert await read(key_store, second) == SHREDDED
    third = await sealed(key_store, li)
    assert (third.generation, await read(key_store, third)) == (3, "灯坏了")


async def test_who_somebody_is_has_no_end_but_their_erasing(
    key_store: KeyStore, pool: asyncpg.Pool
) -> None:
    li = owner(kind="person")
    key = (await ring(key_store, "notifications").keys("seal", [li]))[li]
    token = Token.parse(Token.seal(key, li, EVENT, "email", "li@example.org"))
    async with as_owner(key_store) as db:
        # Of all that other tests have sealed only this may be concerned.
        await db.execute("delete from keys.data_key where estate <> $1", li.estate)
    await expire(pool, datetime.now(UTC) + timedelta(days=36_500))
    assert await read(key_store, token) == "li@example.org"
