"""What happened, in a sentence in zh and en. The sentences and words are data: `*.toml`."""

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from string import Formatter
from typing import Any, Final


def _read(name: str) -> dict[str, dict[str, Any]]:
    return tomllib.loads(files(__package__).joinpath(name).read_text("utf-8"))


SENTENCES: Final[Mapping[str, Mapping[str, str]]] = _read("sentences.toml")
_WORDS: Final[Mapping[str, Mapping[str, list[str]]]] = _read("words.toml")


def fields(name: str) -> list[str]:
    """The fields of an event that its sentence needs."""
    texts = SENTENCES[name].values()
    return sorted({f for text in texts for _, f, _, _ in Formatter().parse(text) if f})


def sentence(name: str, params: Mapping[str, str]) -> tuple[str, str]:
    """In zh and in en."""
    said = {f: _WORDS.get(f, {}).get(value, [value, value]) for f, value in params.items()}
    zh, en = ({f: words[n] for f, words in said.items()} for n in (0, 1))
    return SENTENCES[name]["zh"].format_map(zh), SENTENCES[name]["en"].format_map(en)
