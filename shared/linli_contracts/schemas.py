"""JSON Schemas of an event, from its class: what is written, and what a reader may rely on.

The writer's is closed: nothing but these fields and words is ever written. The reader's is open: a
field or a word that is new to a reader is not an error. Both stand without references, in words
that JSON Schema 2020-12 and draft 7 (AsyncAPI's) read alike, so that any tool takes them.
"""

import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Mapping
from functools import cache
from itertools import pairwise
from typing import Any, Final, TypeAlias

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

Schema: TypeAlias = dict[str, Any]
DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
NEW_WORDS: Final = "x-extensible-enum"
"""The words known today; a reader meets others later. (Zalando's API guidelines, rule 112.)"""
TOLD: Final = frozenset({"description", "deprecated", "examples"})
"""What is said to people and binds nobody."""
LIMITS: Final = frozenset({
    "minLength", "maxLength", "pattern", "minimum", "maximum", "exclusiveMinimum",
    "exclusiveMaximum", "multipleOf", "minItems", "maxItems", "uniqueItems",
})  # fmt: skip
"""What the writer keeps to and no reader may rely on: a limit may be widened."""
_KEPT: Final = TOLD | LIMITS | {"type", "format", "required", "default", "enum"}
_DEEPEST: Final = 20


def written(model: type[BaseModel]) -> Schema:
    """The closed schema of what is stored and published. Raises TypeError for a type that cannot be
    told without a reference to itself, or in words that these contracts do not have."""
    return _told(model, "serialization", closed=True)


def taken(model: type[BaseModel]) -> Schema:
    """The schema of what a reader's model takes."""
    return _told(model, "validation", closed=False)


def relied_on(writer: Schema) -> Schema:
    """The open schema for readers, of a writer's."""
    made: Schema = {}
    for word, value in writer.items():
        match word:
            case "properties":
                made[word] = {name: relied_on(part) for name, part in value.items()}
                made["additionalProperties"] = True
            case "enum":
                made[NEW_WORDS] = value
            case "items":
                made[word] = relied_on(value)
            case "anyOf" | "prefixItems":
                made[word] = [relied_on(part) for part in value]
            case "additionalProperties":
                if isinstance(value, dict):
                    made[word] = relied_on(value)
                elif "properties" not in writer:
                    made[word] = value
            case _ if word not in LIMITS:
                made[word] = value
    return made


def untold(schema: Schema) -> Schema:
    """Without what is said to people."""
    told = {word: value for word, value in schema.items() if word not in TOLD}
    for word in ("items", "additionalProperties"):
        if isinstance(told.get(word), dict):
            told[word] = untold(told[word])
    for word in ("anyOf", "prefixItems"):
        if word in told:
            told[word] = [untold(part) for part in told[word]]
    if "properties" in told:
        told["properties"] = {name: untold(part) for name, part in told["properties"].items()}
    return told


def _told(model: type[BaseModel], mode: Any, *, closed: bool) -> Schema:
    made = model.model_json_schema(mode=mode, schema_generator=_Documented)
    return _plain(made, made.get("$defs", {}), closed=closed)


def _plain(node: Any, defs: Mapping[str, Any], *, closed: bool, depth: int = 0) -> Schema:
    """The same in fewer words: no references, one way to say a choice, no titles."""
    if depth > _DEEPEST:
        raise TypeError("a type that holds itself has no end without references")
    if not isinstance(node, dict):  # `true`
        return {}

    def plain(part: Any) -> Schema:
        return _plain(part, defs, closed=closed, depth=depth + 1)

    made: Schema = {}
    for word, value in node.items():
        if word == "$ref":
            made = plain(defs[value.removeprefix("#/$defs/")]) | made
        else:
            made |= _word(word, value, plain)
    for word in ("required", "enum"):
        if word in made:
            made[word] = sorted(made[word], key=str)
    if closed and "properties" in made:
        made["additionalProperties"] = False
    return made


def _word(word: str, value: Any, plain: Callable[[Any], Schema]) -> Schema:
    match word:
        case "properties":
            return {word: {name: plain(part) for name, part in value.items()}}
        case "items":
            return {word: plain(value)}
        case "additionalProperties":
            return {word: plain(value) if isinstance(value, dict) else value}
        case "anyOf" | "oneOf":
            return {"anyOf": [plain(part) for part in value]}
        case "prefixItems":
            return {word: [plain(part) for part in value]}
        case "const":
            return {"enum": [value]}
        case "description":
            return {word: _one_paragraph(value)}
        case "title" | "$defs" | "discriminator":
            return {}
        case _ if word in _KEPT:
            return {word: value}
    raise TypeError(f"{word!r} is no word of these contracts")


class _Documented(GenerateJsonSchema):
    """Takes the text below a field as what it says of it."""

    def model_schema(self, schema: Any) -> Schema:
        made = super().model_schema(schema)
        model: type[BaseModel] = schema["cls"]
        for name, text in _said(model).items():
            field = model.model_fields.get(name)
            if field and (part := made["properties"].get(field.alias or name)):
                part.setdefault("description", text)
        return made


@cache
def _said(model: type[BaseModel]) -> Mapping[str, str]:
    """By field: the text below it, in the class or in what it is made of."""
    found: dict[str, str] = {}
    for cls in reversed(model.__mro__):
        if not issubclass(cls, BaseModel) or cls.__module__.startswith("pydantic"):
            continue
        try:
            (tree,) = ast.parse(textwrap.dedent(inspect.getsource(cls))).body
        except OSError:  # made by a program, not written in a file
            continue
        body = tree.body if isinstance(tree, ast.ClassDef) else []
        for field, text in pairwise(body):
            match field, text:
                case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(ast.Constant(str() as said)):
                    found[name] = said
    return found


def _one_paragraph(text: str) -> str:
    """Lines joined, paragraphs kept."""
    return re.sub(r"(?<!\n)\n(?!\n)", " ", inspect.cleandoc(text))
