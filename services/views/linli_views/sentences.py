"""What happened, in a sentence in zh and en. The sentences, a file a topic, and words are data."""

import tomllib
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from importlib.resources import files
from string import Formatter
from typing import Any, Final

from linli_views.facts import Read
from linli_views.figures import ZONE


def _read(name: str) -> dict[str, dict[str, Any]]:
    return tomllib.loads(files(__package__).joinpath(name).read_text("utf-8"))


SAID: Final = ("cases", "estates", "meetings", "volunteers")
SENTENCES: Final[Mapping[str, Mapping[str, str]]] = {
    name: texts for topic in SAID for name, texts in _read(f"said/{topic}.toml").items()
}
_WORDS: Final[Mapping[str, Mapping[str, list[str]]]] = _read("words.toml")


@cache
def fields(name: str) -> Sequence[str]:
    """The fields of an event that its sentence needs."""
    texts = SENTENCES[name].values()
    return sorted({f for text in texts for _, f, _, _ in Formatter().parse(text) if f})


def told(event: Read) -> tuple[tuple[str, str], ...]:
    """What is kept of an event for its sentence: moments as a clock on the wall shows them."""
    return tuple((field, _text(getattr(event, field))) for field in fields(event.name))


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(ZONE).strftime("%Y-%m-%d %H:%M")
    return str(value)


def word(field: str, value: str) -> tuple[str, str]:
    """In zh and in en; as it is, where it is new."""
    zh, en = _WORDS.get(field, {}).get(value, [value, value])
    return zh, en


def sentence(name: str, params: Mapping[str, str]) -> tuple[str, str]:
    """In zh and in en."""
    said = {field: word(field, value) for field, value in params.items()}
    zh, en = ({f: words[n] for f, words in said.items()} for n in (0, 1))
    return SENTENCES[name]["zh"].format_map(zh), SENTENCES[name]["en"].format_map(en)
