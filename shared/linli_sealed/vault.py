"""Seals what is written and opens what may be read: between a service's store and its keys."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import structlog
from linli_shared.append import NewEvent, Overloaded
from linli_shared.messages import Event
from linli_shared.seal import Stored
from uuid_utils.compat import uuid7

from linli_sealed.fields import EACH, SHREDDED, WITHHELD, Path, Purpose, sealed_fields
from linli_sealed.token import MARK, Forged, Key, Owner, Token, is_sealed

Keys = Mapping[Owner, Key | None]
log = structlog.get_logger()


class KeysAway(Overloaded):
    """The key store does not answer, or does not let us: nothing was written. Try again."""

    code = "KEYS_UNAVAILABLE"


class Ring(Protocol):
    async def keys(self, purpose: Purpose, owners: Iterable[Owner], *, anew: bool = False) -> Keys:
        """By owner; None: it was destroyed. Asked for `seal`, one is made where there was none;
        else who never had one is left out. `anew`: what is held is not new enough. Raises
        KeysAway."""

    async def destroyed_at(self, owners: Iterable[Owner]) -> Mapping[Owner, datetime]:
        """Since when those of them have no key any more. Raises KeysAway."""


@dataclass(frozen=True, slots=True)
class Vault:
    """What a service seals and opens with. `purpose`: what its opening is for."""

    ring: Ring
    purpose: Purpose = "decide"

    async def written(self, estate: str, events: Sequence[Event]) -> list[NewEvent]:
        """As they are to be stored. An event without sealed fields needs no key."""
        owners = {
            Owner(estate, of.subject(event))
            for event in events
            for _, of in sealed_fields(type(event))
        }
        keys = await self.ring.keys("seal", owners) if owners else {}
        return [_written(estate, event, keys) for event in events]

    async def read(self, estate: str, stored: list[Stored]) -> list[Stored]:
        """Stored events with what is sealed opened. Raises KeysAway, and Forged where something
        stands that was sealed for another person or field."""
        told = [json.loads(data) if MARK in data else None for _, data in stored]
        found = [
            (spot, _checked(spot, Owner(estate, f"{of.kind}:{whole[of.field]}")))
            for (kind, _), whole in zip(stored, told, strict=True)
            if whole is not None and kind in Event.known
            for path, of in sealed_fields(Event.known[kind])
            for spot in _spots(whole, path)
            if is_sealed(spot.value)
        ]
        keys = await self._keys([token for _, token in found])
        for spot, token in found:
            if token.box and token.owner not in keys:
                raise KeysAway
            spot.put(_open(token, keys))
        return [
            (kind, data if whole is None else json.dumps(whole, ensure_ascii=False))
            for (kind, data), whole in zip(stored, told, strict=True)
        ]

    async def texts(self, estates: Iterable[str], texts: Iterable[str]) -> dict[str, str]:
        """What to show for each. Never raises: one that cannot be told keeps nobody from the rest.
        A token of an estate that is not among `estates` is not told."""
        shown = {text: text for text in texts}
        tokens = {text: _known(text, set(estates)) for text in shown if is_sealed(text)}
        try:
            keys = await self._keys([token for token in tokens.values() if token])
        except KeysAway:
            keys = {}
        return shown | {text: _shown(token, keys) for text, token in tokens.items()}

    async def _keys(self, tokens: Iterable[Token]) -> Keys:
        """Asked again where one was sealed by a generation that came after what is held."""
        last: dict[Owner, int] = {}
        for token in tokens:
            last[token.owner] = max(token.generation, last.get(token.owner, 1))
        if not last:
            return {}
        keys = await self.ring.keys(self.purpose, last)
        old = [owner for owner, n in last.items() if (key := keys.get(owner)) and key.newest < n]
        if not old:
            return keys
        return {**keys, **await self.ring.keys(self.purpose, old, anew=True)}


def _written(estate: str, event: Event, keys: Keys) -> NewEvent:
    id, data = uuid7(), event.stored()
    if fields := sealed_fields(type(event)):
        told = json.loads(data)
        for path, of in fields:
            owner = Owner(estate, of.subject(event))
            for spot in _spots(told, path):
                spot.put(Token.seal(keys.get(owner), owner, id, spot.place, spot.value))
        data = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return NewEvent(id, event.kind, data, event.occurred_at)


@dataclass(frozen=True, slots=True)
class _Spot:
    """A value within an event's data, and its path there."""

    within: dict[str, Any]
    name: str
    place: str

    @property
    def value(self) -> Any:
        return self.within[self.name]

    def put(self, value: Any) -> None:
        self.within[self.name] = value


def _spots(told: Any, path: Path, above: str = "") -> Iterator[_Spot]:
    """What there is at a path: nothing where it is null, several in a list."""
    match told, path:
        case dict(), (name,):
            if told.get(name) is not None:
                yield _Spot(told, name, above + name)
        case list(), (part, *rest) if part == EACH:
            for n, item in enumerate(told):
                yield from _spots(item, tuple(rest), f"{above}{n}.")
        case dict(), (name, *rest):
            yield from _spots(told.get(name), tuple(rest), f"{above}{name}.")


def _checked(spot: _Spot, owner: Owner) -> Token:
    token = Token.parse(spot.value)
    if (token.owner, token.field) != (owner, spot.place):
        raise Forged("a sealed text that belongs elsewhere")
    return token


def _known(text: str, estates: set[str]) -> Token | None:
    try:
        token = Token.parse(text)
    except Forged:
        return None
    return token if token.owner.estate in estates else None


def _shown(token: Token | None, keys: Keys) -> str:
    try:
        if token and (not token.box or token.owner in keys):
            opened = _open(token, keys)
            return opened if isinstance(opened, str) else json.dumps(opened, ensure_ascii=False)
    except Forged:
        log.error("sealed_text_forged")
    return WITHHELD


def _open(token: Token, keys: Keys) -> Any:
    key = keys.get(token.owner)
    return SHREDDED if key is None or token.lost(key) else token.open(key)
