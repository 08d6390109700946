"""What an answer is made of, whichever way it is written: records, and lists of them. Pure.

GeoReport has each answer in JSON and in XML. In XML a list has a name and its items have one; in
JSON it is an array, and the name of the whole is left out.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple, TypeAlias
from xml.etree import ElementTree as Xml

Node: TypeAlias = "str | int | bool | datetime | Mapping[str, Node] | Many | None"


@dataclass(frozen=True, slots=True)
class Many:
    """`item` is the name of each in XML."""

    item: str
    of: "Sequence[Node]"


@dataclass(frozen=True, slots=True)
class Answer:
    """`root` is the name of the whole in XML."""

    root: str
    node: Node


def as_json(answer: Answer) -> bytes:
    return json.dumps(_plain(answer.node), ensure_ascii=False).encode()


def _plain(node: Node) -> Any:
    match node:
        case Many():
            return [_plain(one) for one in node.of]
        case Mapping():
            return {name: _plain(value) for name, value in node.items()}
        case datetime():
            return node.isoformat(timespec="seconds")
        case _:
            return node


def as_xml(answer: Answer) -> bytes:
    element = _element(answer.root, answer.node)
    written: bytes = Xml.tostring(element, encoding="utf-8", xml_declaration=True)
    return written


def _element(name: str, node: Node) -> Xml.Element:
    made = Xml.Element(name)
    match node:
        case Many():
            made.extend(_element(node.item, one) for one in node.of)
        case Mapping():
            made.extend(_element(inner, value) for inner, value in node.items())
        case bool():
            made.text = "true" if node else "false"
        case datetime():
            made.text = node.isoformat(timespec="seconds")
        case None:
            pass
        case _:
            made.text = str(node)
    return made


class Writer(NamedTuple):
    media_type: str
    write: Callable[[Answer], bytes]


WRITERS: Final = {
    "json": Writer("application/json; charset=utf-8", as_json),
    "xml": Writer("text/xml; charset=utf-8", as_xml),
}
"""By what a path ends with."""
