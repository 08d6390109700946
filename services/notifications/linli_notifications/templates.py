"""A message's text in zh and en. Templates and words are data: `*.toml`."""

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any, Final

from linli_notifications.terms import Severity


def _read(name: str) -> dict[str, dict[str, Any]]:
    return tomllib.loads(files(__package__).joinpath(name).read_text("utf-8"))


TEMPLATES: Final[Mapping[str, Mapping[str, str]]] = _read("templates.toml")
_WORDS: Final[Mapping[str, Mapping[str, list[str]]]] = _read("words.toml")


def severity(template: str) -> Severity:
    return Severity(TEMPLATES[template].get("severity", Severity.INFO))


def version(template: str) -> str:
    return TEMPLATES[template].get("version", "1")


def text(template: str, params: Mapping[str, str]) -> tuple[str, str]:
    """In zh and in en."""
    said = {p: _WORDS.get(p, {}).get(value, [value, value]) for p, value in params.items()}
    zh, en = ({p: words[n] for p, words in said.items()} for n in (0, 1))
    return TEMPLATES[template]["zh"].format_map(zh), TEMPLATES[template]["en"].format_map(en)
