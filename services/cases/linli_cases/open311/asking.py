"""What somebody asks for over Open311, read from a query or a form. Pure.

What the standard does not name is passed over, as it asks for: clients send fields of their own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Self, TypeVar
from uuid import UUID

from linli_shared.decider import Rejected
from linli_shared.text import Key, Time
from pydantic import TypeAdapter, ValidationError

T = TypeVar("T")
Pairs = Sequence[tuple[str, str]]
SPAN: Final = timedelta(days=90)
"""As far as one question may reach; GeoReport v2, GET requests."""
MOST: Final = 1000
"""Requests in an answer; the same."""
_MOST_IDS: Final = 200
TIME: Final = TypeAdapter[datetime](Time)
_KEY: Final = TypeAdapter[str](Key)


def invalid(field: str, problem: str) -> Rejected:
    """`field` is one of ours; nothing of what was sent is told."""
    return Rejected("OPEN311_INVALID", field=field, problem=problem)


def one(pairs: Pairs, name: str) -> str | None:
    """The value of that name; None where it is not given, or empty."""
    found = [value for given, value in pairs if given == name]
    if len(found) > 1:
        raise invalid(name, "repeated")
    return found[0].strip() or None if found else None


def jurisdiction(pairs: Pairs) -> str:
    if (given := one(pairs, "jurisdiction_id")) is None:
        raise invalid("jurisdiction_id", "missing")
    return read(_KEY, "jurisdiction_id", given)


def read(kind: TypeAdapter[T], field: str, value: str) -> T:
    try:
        return kind.validate_python(value)
    except ValidationError as error:
        raise invalid(field, error.errors()[0]["type"]) from None


# --- which requests --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wanted:
    """`ids` alone count where they are given. Both moments are included."""

    ids: tuple[UUID, ...] | None
    service_codes: tuple[str, ...] | None
    since: datetime
    until: datetime
    open: bool | None

    @classmethod
    def of(cls, pairs: Pairs, now: datetime) -> Self:
        since, until = _range(_time(pairs, "start_date"), _time(pairs, "end_date"), now)
        codes = _several(pairs, "service_code")
        return cls(_ids(pairs), codes, since, until, _status(pairs))


def _several(pairs: Pairs, name: str) -> tuple[str, ...] | None:
    given = one(pairs, name)
    if given is None:
        return None
    found = tuple(part.strip() for part in given.split(","))
    if len(found) > _MOST_IDS:
        raise invalid(name, "too_many")
    return tuple(read(_KEY, name, part) for part in found)


def _ids(pairs: Pairs) -> tuple[UUID, ...] | None:
    """What is no id of ours is nothing that we have."""
    if (given := _several(pairs, "service_request_id")) is None:
        return None
    return tuple(id for part in given if (id := as_id(part)))


def as_id(given: str) -> UUID | None:
    try:
        return UUID(given)
    except ValueError:
        return None


def _status(pairs: Pairs) -> bool | None:
    given = set(_several(pairs, "status") or ())
    if not given <= {"open", "closed"}:
        raise invalid("status", "unknown")
    return None if len(given) != 1 else given == {"open"}


def _time(pairs: Pairs, name: str) -> datetime | None:
    given = one(pairs, name)
    return None if given is None else read(TIME, name, given)


def _range(
    since: datetime | None, until: datetime | None, now: datetime
) -> tuple[datetime, datetime]:
    """Of 90 days: the last ones, those from or those to the one moment that is given."""
    if since is None:
        until = until or now
        return until - SPAN, until
    until = until or since + SPAN
    if until < since:
        raise invalid("end_date", "before_start_date")
    if until - since > SPAN:
        raise invalid("end_date", "over_90_days")
    return since, until
