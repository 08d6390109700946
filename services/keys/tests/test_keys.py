"""The key store as a process, on real PostgreSQL: who gets which key, and who none."""

import asyncio
import base64
import os
from pathlib import Path

import asyncpg
import httpx
import pytest
from linli_keys.grants import GRANTS
from linli_keys.wrapping import Wrapping
from linli_local.testing import KeyStore
from linli_sealed.keyring import KeyRing
from linli_sealed.token import OF_PERSON, Key, Owner
from linli_sealed.vault import KeysAway
from linli_shared.decider import Rejected


def ring(store: KeyStore, service: str = "cases") -> KeyRing:
    told = store.told(service)
    return KeyRing(told["LINLI_KEY_STORE"], Path(told["LINLI_KEY_STORE_SECRET"]))


def owner(name: str = "li", kind: str = "words") -> Owner:
    """Of an estate that no other test has."""
    return Owner(f"e{os.urandom(5).hex()}", f"{kind}:{name}")


async def destroy(store: KeyStore, whose: Owner) -> None:
    db = await asyncpg.connect(store.owner_url)
    await db.execute("select keys.destroy($1, $2)", *whose)
    await db.close()


async def asked(store: KeyStore, secret: str, **body: object) -> httpx.Response:
    async with httpx.AsyncClient(base_url=store.url, trust_env=False) as client:
        return await client.post(
            "/keys", json=body, headers={"Authorization": f"Bearer {secret}"} if secret else {}
        )


def secret(store: KeyStore, service: str, change: str | None = None) -> str:
    """What is in its file; changed afterwards, where asked."""
    file = Path(store.told(service)["LINLI_KEY_STORE_SECRET"])
    known = file.read_text()
    if change is not None:
        file.write_text(change)
    return known


def kek(store: KeyStore) -> tuple[str, str, int]:
    """Its name, the key, and who may read the file."""
    file = Path(store.env["LINLI_KEK"])
    name, key = file.read_text().split()
    return name, key, file.stat().st_mode & 0o077


def opens(one: Key | None, other: Key | None) -> bool:
    """What the newest of one seals."""
    assert one
    assert other
    box = one.held[one.newest].encrypt(b"0" * 12, b"text", None)
    return other.held[one.newest].decrypt(b"0" * 12, box, None) == b"text"


async def test_services_that_may_get_the_same_key_and_only_sealing_makes_one(
    key_store: KeyStore,
) -> None:
    li = owner()
    assert await ring(key_store, "views").keys("answer", [li]) == {}
    made = (await ring(key_store).keys("seal", [li]))[li]
    read = (await ring(key_store, "views").keys("answer", [li]))[li]
    assert opens(made, read)
    assert await ring(key_store, "views").keys("answer", [owner()]) == {}


async def test_two_that_seal_first_at_the_same_time_get_one_key(key_store: KeyStore) -> None:
    """Seen red with `on conflict do update` in keys.make."""
    li = owner()
    found = await asyncio.gather(*(ring(key_store).keys("seal", [li]) for _ in range(20)))
    assert all(opens(found[0][li], one[li]) for one in found)


@pytest.mark.parametrize(
    ("service", "purpose", "kind"),
    [
        (service, purpose, kind)
        for service in GRANTS
        for purpose in ("seal", "decide", "answer")
        for kind in (*OF_PERSON, "matter")
        if kind not in GRANTS[service].get(purpose, ())
    ],
)
async def test_a_service_gets_no_key_that_it_is_not_granted(
    key_store: KeyStore, service: str, purpose: str, kind: str
) -> None:
    """Above all: views cannot open what is said in mediation. Seen red without `check`."""
    answer = await asked(
        key_store, secret(key_store, service), purpose=purpose, owners=[["xx", f"{kind}:li"]]
    )
    assert (answer.status_code, answer.json()["code"]) == (403, "KEYS_NOT_GRANTED")


async def test_whoever_is_no_service_gets_nothing(key_store: KeyStore) -> None:
    """Without a secret, with another, with a token of the issuer's, of one that was taken away."""
    token = "eyJhbGciOiJub25lIn0.e30."
    for wrong in ("", "x" * 40, token, secret(key_store, "cases")[:-1]):
        answer = await asked(key_store, wrong, purpose="seal", owners=[["xx", "words:li"]])
        assert answer.status_code == 401
        assert "key" not in answer.json()["params"]
    known = secret(key_store, "cases", change="")
    try:
        answer = await asked(key_store, known, purpose="seal", owners=[["xx", "words:li"]])
        assert answer.status_code == 401
    finally:
        secret(key_store, "cases", change=known)


async def test_the_database_holds_no_key_that_opens_anything(key_store: KeyStore) -> None:
    """What a copy of it is worth: nothing without the file of key-encryption keys."""
    li = owner()
    await ring(key_store).keys("seal", [li])
    db = await asyncpg.connect(key_store.owner_url)
    row = await db.fetchrow("select * from keys.data_key where estate = $1", li.estate)
    await db.close()
    assert row
    name, key, others = kek(key_store)
    assert (row["kek"], others) == (name, 0)
    assert len(row["box"]) == 12 + 32 + 16
    assert base64.b64decode(key) not in row["box"]


async def test_the_login_for_http_reads_no_table_of_keys(key_store: KeyStore) -> None:
    db = await asyncpg.connect(key_store.env["LINLI_APP_URL"])
    for table in ("keys.data_key", "keys.destroyed"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await db.fetch(f"select * from {table}")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await db.execute("select keys.destroy('xx', 'person:li')")
    await db.close()


# --- destroyed -----------------------------------------------------------------------------------


async def test_a_destroyed_key_is_told_as_such_and_never_made_again(key_store: KeyStore) -> None:
    li, zhou = owner(), owner("zhou")
    await ring(key_store).keys("seal", [li, zhou])
    await destroy(key_store, li)
    found = await ring(key_store).keys("seal", [li, zhou])
    assert found[li] is None
    assert found[zhou] is not None


async def test_who_holds_a_key_forgets_it_when_it_is_destroyed_and_only_that_one(
    key_store: KeyStore,
) -> None:
    """Seen red without `forget`: it would be held for ten minutes."""
    li, zhou, held = owner(), owner("zhou"), ring(key_store)
    await held.forget()
    await held.keys("seal", [li, zhou])
    await destroy(key_store, li)
    assert (await held.keys("seal", [li]))[li] is not None, "it is not asked for each time"
    await held.forget()
    assert (await held.keys("seal", [li]))[li] is None
    assert ("seal", zhou) in held._kept


async def test_a_key_that_was_on_its_way_when_it_was_destroyed_is_not_kept(
    key_store: KeyStore,
) -> None:
    """Seen red without the comparison of `n` in `_together`."""
    li, held = owner(), ring(key_store)
    await held.keys("seal", [owner()])
    held._n = 2**40  # as after a destruction that the answer does not know of
    assert (await held.keys("seal", [li]))[li] is not None
    assert ("seal", li) not in held._kept


async def test_no_key_is_held_for_longer_than_told(key_store: KeyStore) -> None:
    li, held = owner(), ring(key_store)
    assert held.keep_s <= 600
    held.keep_s = 0
    await held.keys("seal", [li])
    await destroy(key_store, li)
    assert (await held.keys("seal", [li]))[li] is None


async def test_without_a_key_store_there_is_no_key_but_what_is_held(key_store: KeyStore) -> None:
    li, held = owner(), ring(key_store)
    await held.keys("seal", [li])
    key_store.stop()
    try:
        assert (await held.keys("seal", [li]))[li] is not None
        with pytest.raises(KeysAway):
            await held.keys("seal", [li, owner()])
        with pytest.raises(KeysAway):
            await held.keys("decide", [li])
    finally:
        key_store.start()
    assert (await held.keys("seal", [owner()])).keys()
    with pytest.raises(KeysAway):
        await KeyRing("", None).keys("seal", [li])


# --- key-encryption keys -------------------------------------------------------------------------


def keks(file: Path, *names: str) -> Path:
    file.write_text("".join(f"{n} {base64.b64encode(os.urandom(32)).decode()}\n" for n in names))
    return file


def test_a_key_is_wrapped_by_the_last_one_and_for_its_owner_alone(tmp_path: Path) -> None:
    from linli_keys.wrapping import Unwrappable

    wrapping, li = Wrapping.of(keks(tmp_path / "kek", "2026-10", "2026-11")), owner()
    wrapped = wrapping.new(li)
    assert wrapped.kek == "2026-11"
    assert len(wrapping.key(li, wrapped)) == 32
    for other in (Owner(li.estate, "words:zhou"), Owner("yy", li.subject)):
        with pytest.raises(Unwrappable):
            wrapping.key(other, wrapped)
    with pytest.raises(Unwrappable):
        Wrapping.of(keks(tmp_path / "kek", "2026-12")).key(li, wrapped)


@pytest.mark.parametrize("text", ["", "2026-11\n", "2026-11 c2hvcnQ=\n", "2026-11 §§§\n"])
def test_a_file_that_holds_no_key_is_refused_without_being_repeated(
    tmp_path: Path, text: str
) -> None:
    (tmp_path / "kek").write_text(text)
    with pytest.raises(SystemExit) as refused:
        Wrapping.of(tmp_path / "kek")
    assert "c2hvcnQ" not in str(refused.value)


def test_a_secret_that_is_too_short_lets_nobody_in(tmp_path: Path) -> None:
    from linli_keys.grants import service_of

    (tmp_path / "cases").write_text("short")
    with pytest.raises(Rejected):
        service_of(tmp_path, "Bearer short")
