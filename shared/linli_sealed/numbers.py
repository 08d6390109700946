"""Numbers and addresses by which somebody is reached or proven, hidden in whatever people write.

Telephones, identity cards, bank cards and e-mail addresses, of any width of digit and with what
people put between them. Pure. What stays: dates, ids of Linli, and numbers too short to reach
anybody.
"""

import re
import unicodedata
from functools import cache
from typing import Annotated, Final, TypeAlias

from pydantic import PlainSerializer, WithJsonSchema

STARS: Final = "****"
MASKED: Final = "x-numbers-masked"
"""Stands in the schema of a field that is answered so."""
_S: Final = "[ .-]{0,3}"  # between digits, once dashes, spaces and dots are of one kind
_ANY: Final = r"\W{1,3}"
_AREA: Final = r"\(?0\d{2,3}\)?"
_ALONE: Final = "(?:(?<![0-9A-Za-z.])|(?<=[Tt]el)|(?<=TEL)|(?<=QQ)|(?<=qq)|(?<=hone))"
"""Digits among letters are of an id."""
_LOCAL: Final = "[A-Za-z0-9._%+'-]"
_UNIT: Final = r"(?![ ]?(?:元|块|万|亿|分|平|㎡|户|人|次|度|吨|yuan|RMB|fen|cm|m2|kWh))"
_DAY: Final = r"(?:19|20|21)\d\d{s}(?:0[1-9]|1[0-2]){s}(?:0[1-9]|[12]\d|3[01])(?!\d)"
_YEARS: Final = r"(?!(?:19|20|21)\d\d{s}(?:19|20|21)\d\d(?!\d))".format(s="[ .-]")
_FOUND: Final = re.compile(
    rf"""
    (?<!{_LOCAL})(?P<mail>{_LOCAL}+)[ ]?@[ ]?[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+
  | (?P<kept>(?<![0-9A-Za-z])(?:[0-9a-f]{{8}}-(?:[0-9a-f]{{4}}-){{3}}[0-9a-f]{{12}}|[0-9a-f]{{64}})
      | (?<![\d-]){_DAY.format(s="-")} | (?<!\d){_DAY.format(s="")})
  | (?P<number>
      (?<!\d) \d (?:{_S}\d){{16}} {_S} [0-9Xx] (?!\d)   # identity card of 18
    | (?<!\d) \d (?:{_S}\d){{12,18}} (?!\d)             # of 15; bank cards; with a country before
    | \+ {_S} \d (?:{_S}\d){{6,14}} (?!\d)              # with a country
    | (?<!\d) 1 {_S} [3-9] (?:{_S}\d){{9}} (?!\d)       # mobile
    | (?<!\d) 1[3-9]\d {_ANY} \d{{4}} {_ANY} \d{{4}} (?!\d)  # in its usual groups
    | (?<!\d) {_AREA} {_S} \d{{3,4}} {_S} \d{{3,4}} (?!\d)  # with an area
    | {_ALONE} {_YEARS} [2-8] \d{{2,3}} [ -]? \d{{4}} (?![0-9A-Za-z]) {_UNIT}
    | {_ALONE} \d{{9,}} (?![0-9A-Za-z]) {_UNIT}
    )
    """,
    re.VERBOSE,
)
_FEWEST: Final = 7  # digits that reach somebody
_MOBILE: Final = re.compile(r"(?:86|0086)?(1[3-9]\d)\d{4}(\d{4})")


def masked(text: str) -> str:
    """With stars in their places: 138****5678, li****@example.org; of others the last two."""
    flat = "".join(map(_flat, text))
    if "@" not in flat and sum(map(str.isdigit, flat)) < _FEWEST:
        return text
    out, done = [], 0
    for found in _FOUND.finditer(flat):
        if found["kept"]:
            continue
        begin, hidden, end = _hidden(found)
        out += [text[done:begin], hidden]
        done = end
    return "".join([*out, text[done:]])


def _hidden(found: re.Match[str]) -> tuple[int, str, int]:
    """From where, what stands there instead, and up to where."""
    if found["mail"]:
        local = found["mail"].lstrip(".%+'-")
        return found.end("mail") - len(local), f"{local[:1]}{STARS}", found.end("mail")
    digits = "".join(char for char in found["number"] if char.isalnum())
    if mobile := _MOBILE.fullmatch(digits):
        return found.start(), f"{mobile[1]}{STARS}{mobile[2]}", found.end()
    return found.start(), f"{STARS}{digits[-2:]}", found.end()


@cache
def _flat(char: str) -> str:
    """One character for one: digits and letters of any width, dashes, spaces and dots alike."""
    if char in "·•・∙．。":
        return "."
    kind = unicodedata.category(char)
    if kind == "Nd":
        return str(unicodedata.decimal(char))
    if kind == "Pd" or char in "－−_":
        return "-"
    if kind in {"Zs", "Zl", "Zp", "Cf", "Cc", "Mn", "Me"}:
        return " "
    plain = unicodedata.normalize("NFKC", char)
    return plain if len(plain) == 1 else char


Masked: TypeAlias = Annotated[
    str,
    PlainSerializer(masked, return_type=str),
    WithJsonSchema({"type": "string", MASKED: True}, mode="serialization"),
]
"""A text that people write, in an answer."""
