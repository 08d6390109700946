"""Sealing: what is stored opens in its place, for its owner, and nowhere else."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from linli_sealed.fields import (
    SHREDDED,
    WITHHELD,
    OfMatter,
    OfPerson,
    Purpose,
    Shredded,
    Withheld,
    sealed_fields,
)
from linli_sealed.token import Forged, Key, Owner, Token
from linli_sealed.vault import Keys, KeysAway, Vault
from linli_shared.fold import parse
from linli_shared.kafka import Fact
from linli_shared.messages import Event, Value
from linli_shared.view import View
from pydantic import BaseModel, ValidationError

AT = datetime(2026, 5, 4, tzinfo=UTC)
LI = Owner("xx", "person:li")


class Duty(Value):
    what: Annotated[str, OfMatter("matter_id")] | None = None
    n: int


class Told(Event, kind="linli.sealed.Told.v1"):
    person_id: str
    matter_id: UUID
    words: Annotated[str, OfPerson("person_id")]
    note: Annotated[str, OfPerson("person_id")] | None = None
    duties: tuple[Duty, ...] = ()


def key(*generations: int) -> Key:
    return Key(max(generations), {n: AESGCM(AESGCM.generate_key(256)) for n in generations})


class Ring:
    """Keys in memory, so that what is done with them can be seen."""

    def __init__(self) -> None:
        self.held: dict[Owner, Key | None] = {}
        self.asked: list[Purpose] = []
        self.away = False

    async def keys(self, purpose: Purpose, owners: Iterable[Owner], *, anew: bool = False) -> Keys:
        self.asked.append(purpose)
        if self.away:
            raise KeysAway
        if purpose == "seal":
            for owner in owners:
                self.held.setdefault(owner, key(1))
        return {owner: self.held[owner] for owner in owners if owner in self.held}

    async def destroyed_at(self, owners: Iterable[Owner]) -> Mapping[Owner, datetime]:
        return {owner: AT for owner in owners if self.held.get(owner, AT) is None}


@pytest.fixture
def ring() -> Ring:
    return Ring()


def told(**more: object) -> Told:
    said = {"occurred_at": AT, "person_id": "li", "matter_id": uuid4(), "words": "灯坏了", **more}
    return Told.model_validate(said)


async def sealed(ring: Ring, event: Told | None = None, estate: str = "xx") -> dict[str, object]:
    (written,) = await Vault(ring).written(estate, [event or told()])
    found: dict[str, object] = json.loads(written.data)
    return found | {"id": written.id}


async def test_nothing_that_is_sealed_is_left_in_what_is_stored_and_it_reads_back(
    ring: Ring,
) -> None:
    """Also in lists, and what is null stays null."""
    event = told(duties=(Duty(what="打扫楼道", n=1), Duty(n=2)))
    (written,) = await Vault(ring).written("xx", [event])
    assert "灯坏了" not in written.data
    assert "打扫楼道" not in written.data
    assert json.loads(written.data)["note"] is None
    ((kind, data),) = await Vault(ring).read("xx", [(written.kind, written.data)])
    assert Event.parse(kind, data) == event


async def test_what_was_stored_before_texts_were_sealed_reads_as_it_was(ring: Ring) -> None:
    stored = (Told.kind, told().model_dump_json())
    assert await Vault(ring).read("xx", [stored]) == [stored]
    assert await Vault(ring).texts(["xx"], ["灯坏了"]) == {"灯坏了": "灯坏了"}
    assert ring.asked == []


def test_the_fields_that_are_sealed_are_found_by_looking_also_within_lists() -> None:
    found = {".".join(path): (of.kind, of.field) for path, of in sealed_fields(Told)}
    assert found == {
        "words": ("person", "person_id"),
        "note": ("person", "person_id"),
        "duties.*.what": ("matter", "matter_id"),
    }


# --- generations of a key -------------------------------------------------------------------------


async def test_what_was_sealed_before_a_key_was_changed_opens_and_what_comes_is_sealed_anew(
    ring: Ring,
) -> None:
    """Seen red with `held[1]` in `Token.seal`, and without the generation in what is bound."""
    first = str((await sealed(ring))["words"])
    held = ring.held[LI]
    assert held
    ring.held[LI] = Key(2, {**held.held, **key(2).held})
    second = str((await sealed(ring))["words"])
    assert (Token.parse(first).generation, Token.parse(second).generation) == (1, 2)
    assert await Vault(ring).texts(["xx"], [first, second]) == dict.fromkeys(
        (first, second), "灯坏了"
    )
    moved = first.replace("person:li/", "person:li~2/")
    assert await Vault(ring).texts(["xx"], [moved]) == {moved: WITHHELD}


async def test_a_generation_whose_time_is_over_takes_its_texts_and_no_others(ring: Ring) -> None:
    """Seen red without `lost`: they would be called forged, and perhaps readable later."""
    first = str((await sealed(ring))["words"])
    ring.held[LI] = key(2)
    second = str((await sealed(ring))["words"])
    shown = await Vault(ring).texts(["xx"], [first, second])
    assert shown == {first: SHREDDED, second: "灯坏了"}
    ring.held[LI] = Key(2, {})
    assert await Vault(ring).texts(["xx"], [second]) == {second: SHREDDED}


async def test_who_holds_an_older_generation_asks_again_and_only_then(ring: Ring) -> None:
    """Seen red without the second question in `_keys`: it would be withheld for ten minutes."""

    class Behind(Ring):
        held: dict[Owner, Key | None]
        anew = 0

        async def keys(
            self, purpose: Purpose, owners: Iterable[Owner], *, anew: bool = False
        ) -> Keys:
            self.anew += anew
            return {LI: ring.held[LI] if anew else first}

    ring.held[LI] = first = key(1)
    old = str((await sealed(ring))["words"])
    ring.held[LI] = Key(2, {**first.held, **key(2).held})
    new = str((await sealed(ring))["words"])
    behind = Behind()
    assert await Vault(behind).texts(["xx"], [old]) == {old: "灯坏了"}
    assert behind.anew == 0
    assert await Vault(behind).texts(["xx"], [old, new]) == dict.fromkeys((old, new), "灯坏了")
    assert behind.anew == 1


# --- moved, changed, made up ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "other"),
    [
        (1, "yy"),
        (2, "person:zhou"),
        (2, "matter:li"),
        (2, "person:li~2"),
        (3, uuid4().hex),
        (4, "note"),
    ],
)
async def test_a_sealed_text_that_says_it_is_of_another_place_does_not_open(
    ring: Ring, part: int, other: str
) -> None:
    """Estate, person, event and field. Seen red without the additional data of AES-GCM."""
    text = str((await sealed(ring))["words"])
    parts = text.split("/")
    parts[part + 1 if part else part] = other
    token = Token.parse("/".join(parts))
    held = ring.held[LI]
    assert held
    assert Token.parse(text).open(held) == "灯坏了"
    with pytest.raises(Forged):
        token.open(held)


async def test_a_changed_ciphertext_does_not_open(ring: Ring) -> None:
    text = str((await sealed(ring))["words"])
    swapped = text[:-2] + ("AA" if text[-2:] != "AA" else "BB")
    assert await Vault(ring).texts(["xx"], [swapped]) == {swapped: WITHHELD}


async def test_a_sealed_text_of_another_person_or_field_is_refused_where_rules_read(
    ring: Ring,
) -> None:
    """Seen red without `_checked`."""
    mine, theirs = (
        await sealed(ring, told(note="不要来")),
        await sealed(ring, told(person_id="zhou")),
    )
    for stolen in ({"words": theirs["words"]}, {"words": mine["note"]}):
        data = json.dumps({**mine, **stolen}, default=str)
        with pytest.raises(Forged):
            await Vault(ring).read("xx", [(Told.kind, data)])


class Reading(BaseModel):
    words: Annotated[str, OfPerson("person_id")]


@dataclass(frozen=True)
class Line:
    estate: str


SEEN: View[Any] = View("seen", lines=Line, line_key=["estate"])
SEEN.on(Told.kind, Reading)(lambda event, fact: [])


def fact(data: object, id: object, estate: str = "xx") -> Fact:
    return Fact(
        1, 0, estate, "told-1", 1, Told.kind, UUID(str(id)), "linli/sealed", uuid4(), AT, AT,
        json.dumps(data, default=str).encode(),
    )  # fmt: skip


async def test_a_fact_with_a_text_that_was_sealed_for_another_is_parked_by_who_reads_it(
    ring: Ring,
) -> None:
    """Another event, estate or field. Seen red without `_in_place`."""
    one, other = await sealed(ring, told(note="不要来")), await sealed(ring)
    assert isinstance(parse([SEEN], fact(one, one["id"]))["seen"], tuple)
    for moved in (
        fact({**one, "words": other["words"]}, one["id"]),
        fact({**one, "words": one["note"]}, one["id"]),
        fact(one, one["id"], estate="yy"),
    ):
        found = parse([SEEN], moved)["seen"]
        assert isinstance(found, Exception)
        assert "sealed/1/" not in str(found)


async def test_an_estate_that_one_does_not_hold_is_not_opened(ring: Ring) -> None:
    text = str((await sealed(ring))["words"])
    assert await Vault(ring).texts(["yy"], [text]) == {text: WITHHELD}
    assert await Vault(ring).texts(["xx", "yy"], [text]) == {text: "灯坏了"}


# --- without a key -------------------------------------------------------------------------------


async def test_a_destroyed_key_reads_as_shredded_and_raises_nothing(ring: Ring) -> None:
    one = await sealed(ring)
    text = str(one["words"])
    ring.held[LI] = None
    assert isinstance((await Vault(ring).texts(["xx"], [text]))[text], Shredded)
    ((kind, data),) = await Vault(ring).read("xx", [(Told.kind, json.dumps(one, default=str))])
    event = Event.parse(kind, data)
    assert isinstance(event, Told)
    assert isinstance(event.words, Shredded)


async def test_what_is_written_of_somebody_erased_is_kept_without_its_text(ring: Ring) -> None:
    ring.held[LI] = None
    text = str((await sealed(ring))["words"])
    assert text.endswith("/words/")
    assert await Vault(ring).texts(["xx"], [text]) == {text: SHREDDED}


async def test_without_the_key_store_nothing_sealed_is_written_or_read_by_rules(
    ring: Ring,
) -> None:
    one = await sealed(ring)
    ring.away = True
    with pytest.raises(KeysAway):
        await sealed(ring)
    with pytest.raises(KeysAway):
        await Vault(ring).read("xx", [(Told.kind, json.dumps(one, default=str))])
    shown = (await Vault(ring).texts(["xx"], [str(one["words"]), "plain"])).values()
    assert [type(text) for text in shown] == [Withheld, str]


async def test_a_key_that_is_nowhere_is_no_erased_person(ring: Ring) -> None:
    """A key store that lost its data must not look like one that was told to forget."""
    one = await sealed(ring)
    del ring.held[LI]
    text = str(one["words"])
    assert await Vault(ring).texts(["xx"], [text]) == {text: WITHHELD}
    with pytest.raises(KeysAway):
        await Vault(ring).read("xx", [(Told.kind, json.dumps(one, default=str))])


async def test_what_only_looks_sealed_is_sealed_like_any_other_text(ring: Ring) -> None:
    """Nobody has another's text opened by writing its ciphertext."""
    stolen = str((await sealed(ring, told(person_id="zhou")))["words"])
    text = str((await sealed(ring, told(words=stolen)))["words"])
    assert await Vault(ring).texts(["xx"], [text]) == {text: stolen}


def test_what_is_no_token_is_refused_without_being_repeated() -> None:
    for text in ("", "sealed/1/", "sealed/2/xx/person:li/00/words/", "sealed/1/x/li/0/w/é"):
        with pytest.raises(Forged) as refused:
            Token.parse(text)
        assert str(refused.value) == "it is no sealed text"


def test_an_event_takes_a_destroyed_text_as_one_of_its_type() -> None:
    with pytest.raises(ValidationError):
        told(words=1)
    assert isinstance(told(words=str(SHREDDED)).words, Shredded)
