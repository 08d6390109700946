"""Every code a service may refuse with: its HTTP status and, in zh and en, what to do about it.

The table is data, `rejections/*.toml`, a file a context. `python -m linli_language.codes` prints it
as docs/codes.md.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

Lang = Literal["zh", "en"]

CONTEXTS: Final = (
    "everywhere",
    "cases",
    "volunteers",
    "meetings",
    "notifications",
    "estates",
    "programmes",
)


@dataclass(frozen=True, slots=True)
class Code:
    """`zh` and `en` are `str.format` templates; `no_override` marks the protected rules (⛔)."""

    status: int
    zh: str
    en: str
    context: str
    no_override: bool = False


def _read() -> Iterator[tuple[str, Code]]:
    for context in CONTEXTS:
        table = tomllib.loads(
            files(__package__).joinpath(f"rejections/{context}.toml").read_text("utf-8")
        )
        for name, row in table.items():
            yield name, Code(**row, context=context)


CODES: Final[Mapping[str, Code]] = MappingProxyType(dict(_read()))


class _Params(dict[str, object]):
    def __missing__(self, name: str) -> str:
        return "?"


def text(code: str, lang: Lang, params: Mapping[str, object]) -> str:
    """What to tell somebody who was refused. `params` never hold what the client wrote.

    A param that a template names and the refusal lacks is shown as a question mark.
    """
    comma, nothing = ("、", "无") if lang == "zh" else (", ", "nothing")
    shown = {name: _shown(value, comma) or nothing for name, value in params.items()}
    return getattr(CODES[code], lang).format_map(_Params(shown))  # type: ignore[no-any-return]


class Described(NamedTuple):
    status: int
    zh: str
    en: str


def describe(code: str, params: Mapping[str, object]) -> Described:
    """What a service's HTTP side tells of a refusal."""
    return Described(CODES[code].status, text(code, "zh", params), text(code, "en", params))


def _shown(value: object, comma: str) -> str:
    if isinstance(value, Iterable) and not isinstance(value, str):
        return comma.join(map(str, value))
    return str(value)


def markdown() -> str:
    """docs/codes.md: the table, a section a context."""
    lines = [
        "# Codes of refusals",
        "",
        "Made by `python -m linli_language.codes`. ⛔: no override is accepted. Words in braces",
        "are the `params` of the problem document.",
    ]
    for context in CONTEXTS:
        lines += ["", f"## {context}", "", "| code | status | zh | en |", "|---|---|---|---|"]
        lines += [
            f"| {'⛔ ' * code.no_override}`{name}` | {code.status} | {code.zh} | {code.en} |"
            for name, code in sorted(CODES.items())
            if code.context == context
        ]
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    print(markdown(), end="")
