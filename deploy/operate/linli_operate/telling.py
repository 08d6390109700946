"""A fact in a line, for an operator's eyes.

An operator has to see what happened to which stream, when and in which order; whoever fixes Linli
need not read what residents wrote. So of the data only this is told by default: numbers, times, yes
and no, UUIDs (of things and of people: pseudonyms, without which nothing can be looked up) and
streams, code words such as `no_address` and NOT_FOUND, and numbers of cases, priorities and
versions of policies. Any other text is told by its length, `‹12›`, and a sealed field as `sealed`.
`--data` tells the data as they are in the topic: sealed fields stay sealed. Nothing is opened here.
"""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from linli_sealed.token import is_sealed
from linli_shared.kafka import Fact

_ID: Final = re.compile(r"([a-z]+-)?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:\d\d)?)?")
_WORD: Final = re.compile(r"[a-z]+(_[a-z]+)*|[A-Z]+(_[A-Z]+)+")
_CODE: Final = re.compile(r"[A-Za-z0-9.-]+")
_OF_CODES: Final = ("_no", "_version", "priority")
"""Endings of fields whose text is a code though it has capitals and digits."""
_LONGEST: Final = 32
_OF_PEOPLE: Final = ("_id", "_ids", "_by", "name", "email", "phone")
"""Endings of fields whose text is never a code word."""


def data(fact: Fact, *, whole: bool) -> Any:
    """The data of a fact, as they may be told."""
    try:
        found = json.loads(fact.data)
    except ValueError:
        return "cannot be read: it is no JSON"
    return found if whole else shown(found)


def shown(value: Any, name: str = "") -> Any:
    """`value` of the field `name` without what people wrote."""
    match value:
        case str() if is_sealed(value):
            return "sealed"
        case dict():
            return {key: shown(part, key) for key, part in value.items()}
        case list():
            return [shown(part, name) for part in value]
        case str() if not _told(value, name):
            return f"‹{len(value)}›"
    return value


def _told(text: str, name: str) -> bool:
    if not text or _ID.fullmatch(text) or _TIME.fullmatch(text):
        return True
    if len(text) > _LONGEST or name.endswith(_OF_PEOPLE):
        return False
    return bool(_WORD.fullmatch(text) or (name.endswith(_OF_CODES) and _CODE.fullmatch(text)))


def flat(value: Any) -> str:
    """In a line, without what is null: `title=‹5› place={building_id=‹1›}`."""
    match value:
        case Mapping():
            return " ".join(
                f"{key}={{{flat(part)}}}" if isinstance(part, dict) else f"{key}={flat(part)}"
                for key, part in value.items()
                if part is not None
            )
        case list():
            return f"[{', '.join(map(flat, value))}]"
        case bool():
            return "yes" if value else "no"
    return str(value).replace("\n", " ")
