"""A message's text in zh and en. Templates and words are data: `*.toml`."""

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any, Final

from linli_notifications.terms import Severity


def _read(name: str) -> dict[str, dict[str, Any]]:
    return tomllib.loads(files(__package__).joinpath(name).read_text("utf-8"))


TEMPLATES: Final[Mapping[str, Mapping[str, Any]]] = _read("templates.toml")
_WORDS: Final[Mapping[str, Mapping[str, list[str]]]] = _read("words.toml")


def severity(template: str) -> Severity:
    return Severity(TEMPLATES[template].get("severity", Severity.INFO))


def version(template: str) -> str:
    return str(TEMPLATES[template].get("version", "1"))


def necessary(template: str) -> bool:
    """Whether it goes on without consent (docs/adr/0030); what is not known is not necessary."""
    return bool(TEMPLATES.get(template, {}).get("necessary", False))


def text(template: str, params: Mapping[str, str]) -> tuple[str, str]:
    """In zh and in en."""
    said = {p: _WORDS.get(p, {}).get(value, [value, value]) for p, value in params.items()}
    zh, en = ({p: words[n] for p, words in said.items()} for n in (0, 1))
    texts = TEMPLATES[template]
    return str(texts["zh"]).format_map(zh), str(texts["en"]).format_map(en)
