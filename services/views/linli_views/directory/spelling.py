"""How a name, a number on a door or on a badge may be typed: as it is written, in pinyin, by the
initials of pinyin; from any of its characters on."""

import unicodedata
from collections.abc import Iterable, Iterator
from itertools import islice, product
from typing import Final

LONGEST: Final = 32
"""Characters of a name that are looked at; an organisation's begins like its name."""
_READINGS: Final = 3
"""Of a character, the commonest: 单 is dan, chan and shan."""
_TOGETHER: Final = 64
"""Readings of a whole name."""
_HANZI: Final = ("㐀", "鿿")
_LEFT_OUT: Final = frozenset(" \t·.'’")


def typed(text: str) -> str:
    """As it is looked for: full width or not, in capitals or not, with spaces or not."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("ü", "v")
    return "".join(char for char in folded if char not in _LEFT_OUT)


def of_name(name: str) -> set[str]:
    """李秀英: 李秀英, lixiuying, lxy; and from 秀 and 英 on."""
    text = typed(name)[:LONGEST]
    return {word for begin in range(len(text)) for word in _spelled(text[begin:])}


def of_number(number: str) -> set[str]:
    """3-2-1102: so, 2-1102 and 1102."""
    parts = typed(number).split("-")
    return {"-".join(parts[begin:]) for begin in range(len(parts))} - {""}


def _spelled(text: str) -> Iterator[str]:
    yield text
    if not any(_HANZI[0] <= char <= _HANZI[1] for char in text):
        return
    readings = list(_readings(text))
    for one in islice(product(*readings), _TOGETHER):
        yield "".join(one)
    initials = [list(dict.fromkeys(reading[:1] for reading in some)) for some in readings]
    for one in islice(product(*initials), _TOGETHER):
        yield "".join(one)


def _readings(text: str) -> Iterator[list[str]]:
    """Of each character; one that is none of Chinese is its own."""
    from pypinyin import Style, pinyin  # 50 MB: of the part that spells, and no other

    for char in text:
        (found,) = pinyin(char, style=Style.NORMAL, heteronym=True)
        yield _either(found[:_READINGS])


def _either(readings: Iterable[str]) -> list[str]:
    """吕 is typed lv, and lu."""
    every = (form for one in readings for form in (one, one.replace("v", "u")))
    return list(dict.fromkeys(every))
