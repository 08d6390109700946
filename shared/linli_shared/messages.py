"""Events and commands: frozen pydantic models; an event has a stable name on the wire."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar, Final, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, PrivateAttr

from linli_shared.text import Time


class Message(BaseModel):
    """A value with a fixed set of fields; a field nobody knows is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


SYSTEM: Final = "system"
"""The role of Linli itself, when a timer or a process sends a command. No token has it."""


class Actor(Message):
    """Who acts: a person's id (or a system's name) and the roles held in the command's estate."""

    id: str
    roles: frozenset[str] = frozenset()


class Command(Message):
    """`class AcknowledgeCase(Command, by=[Role.OPERATOR])`: imperative; `by`: the roles that may.

    The fields are what the client says, and the body of the HTTP request as it stands. What Linli
    adds is private, so that no body can set it: the stream's key, the time and the actor for every
    command, and for some what was looked up before deciding (`learned`).
    """

    by: ClassVar[frozenset[str]]
    known: ClassVar[dict[str, type["Command"]]] = {}

    occurred_at: Time | None = None

    _key: UUID = PrivateAttr()
    _now: datetime = PrivateAttr()
    _actor: Actor = PrivateAttr()

    def __init_subclass__(cls, *, by: Iterable[str], **kw: Any) -> None:
        super().__init_subclass__(**kw)
        cls.by = frozenset(by)
        if cls.by and cls.known.setdefault(cls.name(), cls) is not cls:
            raise TypeError(f"{cls.name()} is already taken by {cls.known[cls.name()]!r}")

    @classmethod
    def name(cls) -> str:
        """How a stored command names its class: `linli_cases.AssignCase`, wherever it moves to."""
        return f"{cls.__module__.partition('.')[0]}.{cls.__name__}"

    def stamped(self, key: UUID, now: datetime, actor: Actor) -> Self:
        return self.learned(key=key, now=now, actor=actor)

    def learned(self, **facts: object) -> Self:
        """A copy that knows `facts`: `learned(near=…)` sets the private attribute `_near`."""
        copy = self.model_copy()
        for name, value in facts.items():
            if f"_{name}" not in self.__private_attributes__:
                raise TypeError(f"{type(self).__name__} has no private attribute _{name}")
            setattr(copy, f"_{name}", value)
        return copy

    @property
    def key(self) -> UUID:
        """The key of the stream that the command is for: a case's `case_id`."""
        return self._key

    @property
    def now(self) -> datetime:
        """When Linli was told. Windows and limits count from here: no client can set it."""
        return self._now

    @property
    def at(self) -> datetime:
        """When it happened in the field."""
        return self.occurred_at or self._now

    @property
    def actor(self) -> Actor:
        return self._actor


class Event(BaseModel):
    """`class DisputeMediated(Event, kind="linli.cases.DisputeMediated.v1")`: past tense.

    Unknown fields are ignored when reading: a newer process may have written them.

    Where a change would break readers, what is new is a class of its own, of kind `….v2`. The class
    of `….v1` stays, for its facts do, and overrides `upcast`. Rules and `evolve` know the newest
    version alone.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    kind: ClassVar[str]
    known: ClassVar[dict[str, type["Event"]]] = {}

    occurred_at: AwareDatetime

    def __init_subclass__(cls, *, kind: str, **kw: Any) -> None:
        super().__init_subclass__(**kw)
        if kind in cls.known:
            raise TypeError(f"event kind {kind!r} is already taken by {cls.known[kind]!r}")
        cls.kind = kind
        cls.known[kind] = cls

    @property
    def chain(self) -> UUID | None:
        """Its correlation, where it says that it is of a chain which other streams are of too."""
        chain: UUID | None = getattr(self, "chain_id", None)
        return chain

    @classmethod
    def parse(cls, kind: str, data: str | bytes) -> "Event":
        """As the newest version says it, whichever was stored. Raises UnknownKind where this
        process is older than the event."""
        if (model := cls.known.get(kind)) is None:
            raise UnknownKind(kind)
        event = model.model_validate_json(data)
        while (newer := event.upcast()) is not event:
            event = newer
        return event

    def upcast(self) -> "Event":
        """What this fact says in the next version of its type; the newest says it itself."""
        return self

    def stored(self) -> str:
        """Its data, to be written. Raises TypeError where a newer version is."""
        if self.is_history():
            raise TypeError(f"{self.kind} is written no more: decide on its next version")
        return self.model_dump_json()

    @classmethod
    def is_history(cls) -> bool:
        """A newer version is written in its place."""
        return cls.upcast is not Event.upcast


class Value(BaseModel):
    """A part of an event; like the event itself it ignores what a newer process has added."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class UnknownKind(Exception):
    """An event of our own stream that this version does not know: deploy the newer one."""
