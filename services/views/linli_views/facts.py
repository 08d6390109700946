"""What the views read of facts: the fields they need, whatever else is there. One module a topic.

Words (states, kinds, outcomes) stay text: a view shows a word that is new to it. Free text is not
read, but for the titles of cases and topics.
"""

from collections.abc import Iterator
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict


class Read(BaseModel):
    """A fact of `service`. `name` is what its sentence goes by, `wire` its type on the wire, `key`
    the field with the id of what it is a fact of. `called`: its name there, where it is another;
    `version`: of its type."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    service: ClassVar[str]
    key: ClassVar[str]
    name: ClassVar[str]
    wire: ClassVar[str]

    occurred_at: AwareDatetime
    by_id: str

    def __init_subclass__(
        cls, service: str = "", key: str = "", called: str = "", name: str = "", version: int = 1,
        **kw: Any,
    ):  # fmt: skip
        super().__init_subclass__(**kw)
        cls.service = service or getattr(cls, "service", "")
        cls.key = key or getattr(cls, "key", "")
        cls.name = name or cls.__name__
        cls.wire = f"linli.{cls.service}.{called or cls.name}.v{version}"

    @property
    def about(self) -> UUID:
        """The id of what it is a fact of."""
        about: UUID = getattr(self, self.key)
        return about


R = TypeVar("R", bound=Read)


def kinds(of: type[R]) -> Iterator[type[R]]:
    """The facts that are of it: those classes that no other is made of."""
    for model in of.__subclasses__():
        if model.__subclasses__():
            yield from kinds(model)
        else:
            yield model
