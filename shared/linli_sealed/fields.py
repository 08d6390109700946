"""What an event says of a text in it: whose it is, or that it is for everybody.

    class CaseOpened(OfCase, Event, kind=…):
        title: Annotated[str, OfPerson("reporter_id")]

Sealed, the field holds a `Token` in JSON; so does the model that a rule or another service reads,
until somebody with the grant opens it. Nothing of this is known to the kernel.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, ClassVar, Final, Literal, TypeAlias, get_args

from pydantic import BaseModel, GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationInfo
from pydantic_core import core_schema

from linli_sealed.token import Forged, Token, is_sealed

Path: TypeAlias = tuple[str, ...]
Purpose: TypeAlias = Literal["seal", "decide", "answer"]
"""What a service asks for keys for: to write; for its rules and what follows from them; to answer
people."""
EACH: Final = "*"
"""In a path: every item of a list."""


_TOLD: Final = "Sealed: `sealed/1/…`. As it was written only in facts from before that was done."


class Unread(str):
    """Stands where a text cannot be told; never the text."""

    __slots__ = ()


class Shredded(Unread):
    """Its key was destroyed: nobody will ever read it again."""

    __slots__ = ()


class Withheld(Unread):
    """Not readable here and now: the key store is away, or what is there is not what was sealed."""

    __slots__ = ()


SHREDDED: Final = Shredded("〔已删除 erased〕")
WITHHELD: Final = Withheld("〔暂不可读 not readable now〕")


class Sealed:
    """Marks a field whose JSON is a token. A reader's model has it too: one that was moved here
    from elsewhere is no valid field, where the fact is known (`context`)."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        return core_schema.with_info_after_validator_function(_in_place, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"type": "string", "description": _TOLD}


SealedText: TypeAlias = Annotated[str, Sealed()]
"""In the model of somebody who reads it."""


@dataclass(frozen=True, slots=True)
class _Of(Sealed):
    kind: ClassVar[str]
    field: str
    """The event's field that names the owner."""

    def subject(self, event: BaseModel) -> str:
        return f"{self.kind}:{getattr(event, self.field)}"


class OfPerson(_Of):
    """Who somebody is and how to reach them: sealed under the key of the person whom `field` names,
    and kept as long as they are known."""

    __slots__ = ()
    kind = "person"


class OfWords(_Of):
    """What was said to somebody or by them about their matter: kept for a time after it."""

    __slots__ = ()
    kind = "words"


class OfCare(_Of):
    """How somebody is: health, and what tells of it. Kept for the shortest time."""

    __slots__ = ()
    kind = "care"


class OfMatter(_Of):
    """About several people: sealed under the key of the matter that `field` names."""

    __slots__ = ()
    kind = "matter"


FOR_EVERYBODY: Final = "for everybody"
Public: TypeAlias = Annotated[str, FOR_EVERYBODY]
"""A text that is written to be published in the estate: not sealed."""


def _in_place(value: Any, info: ValidationInfo) -> Any:
    if value == SHREDDED:
        return SHREDDED
    if is_sealed(value) and info.context is not None:
        token, fact = Token.parse(value), info.context
        here = (fact.estate, fact.id, info.field_name)
        if (token.owner.estate, token.event, token.field.rpartition(".")[2]) != here:
            raise Forged("a sealed text that belongs elsewhere")
    return value


@cache
def sealed_fields(model: type[BaseModel]) -> tuple[tuple[Path, _Of], ...]:
    """The paths of a model's sealed fields, and whose each is."""
    return tuple(_found(model, ()))


def _found(model: type[BaseModel], above: Path) -> Iterator[tuple[Path, _Of]]:
    for name, field in model.model_fields.items():
        path = (*above, field.serialization_alias or field.alias or name)
        said = [*field.metadata, *(m for p in get_args(field.annotation) for m in _said(p))]
        if owner := next((m for m in said if isinstance(m, _Of)), None):
            yield path, owner
        else:
            for part, listed in _parts(field.annotation):
                yield from _found(part, (*path, EACH) if listed else path)


def _said(annotation: Any) -> tuple[Any, ...]:
    """What `Annotated` says, also beside None."""
    said: tuple[Any, ...] = getattr(annotation, "__metadata__", ())
    return said


def _parts(annotation: Any, listed: bool = False) -> Iterator[tuple[type[BaseModel], bool]]:
    """The models within a type, and whether they are in a list."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation, listed
    within = listed or getattr(annotation, "__origin__", None) in {tuple, list}
    for part in get_args(annotation):
        yield from _parts(part, within)
