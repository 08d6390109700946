"""What every record carries beside the fact: CloudEvents 1.0 as Kafka headers, in binary mode."""

import re
from typing import Any, Final

from linli_shared.kafka import SHARDS, shard_of, source_of

from linli_contracts.schemas import DIALECT, Schema

MARK: Final = "linli.watermarks.Complete.v1"
_UUID: Final = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
_TIME: Final = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$"
_POSITION: Final = "^[0-9]{19}$"
# name, example, pattern, what it is
_ATTRIBUTES: Final = [
    ("ce_specversion", "1.0", r"^1\.0$", "Of CloudEvents."),
    ("ce_id", "0192a000-0000-7000-8000-00000000e001", _UUID,
     "The fact's own: the same in every resending of it."),
    ("ce_source", "", "^linli/[a-z]+$", "The service that decided it; no other writes this topic."),
    ("ce_type", "", r"^linli\.[a-z]+\.[A-Z][A-Za-z]+\.v[1-9][0-9]*$",
     "Which schema its data follow. Pass over a type that you do not know."),
    ("ce_subject", "thing-0192a000-0000-7000-8000-000000000001", "^.+$",
     "The stream: what the fact is of. The record's key is the same."),
    ("ce_time", "2020-10-09T01:02:00+00:00", _TIME, "When it happened in the field."),
    ("ce_recordedtime", "2020-10-09T01:02:03.000004+00:00", _TIME,
     "When it was stored. Never goes back within a partition."),
    ("ce_sequence", "0000000000000000042", _POSITION,
     "Its position in the partition's chain of facts: 19 digits, so that text and number sort "
     "alike. At or below the one you have reached: a repeat."),
    ("ce_prevsequence", "0000000000000000041", _POSITION,
     "The position before it; zeros for the first. Other than the one you have reached: something "
     "is missing. Leave it out, what is missing and it itself come again."),
    ("ce_estateid", "xx", "^.+$",
     "Whose fact it is: an estate's id, or `company:<id>`. Decides the partition."),
    ("ce_streamversion", "1", "^[1-9][0-9]*$", "Its number in the stream, from 1."),
    ("ce_correlationid", "0192a000-0000-7000-8000-000000000001", _UUID,
     "The same in all that follows from one beginning, across services."),
    ("ce_causationid", "0192a000-0000-7000-8000-00000000c001", _UUID,
     "What it was decided for: the fact that a process answered. Absent where a person did."),
    ("ce_commandid", "0192a000-0000-5000-8000-00000000d001", _UUID,
     "The command that wrote it. With the next three it is what a store that was put back to an "
     "earlier time is made whole from; they are no business of yours."),
    ("ce_commandpart", "1", "^[1-9][0-9]*$", "Its number among the command's facts, from 1."),
    ("ce_commandrequest", "0192a000-0000-8000-8000-00000000d002", _UUID,
     "A hash of the request: the same command with another one is refused."),
    ("ce_commandmeta", '{"actor": "wang", "roles": ["operator"]}', r"^\{.*\}$",
     "Who asked, as JSON in ASCII; and where the fact is of a refused attempt, with what."),
    ("ce_chain", "5f" * 32, "^[0-9a-f]{64}$",
     "SHA-256 over the hash of the partition's record before it and this record: docs/subscribe.md "
     "says over which bytes. Absent in what was published before there was a chain."),
    ("content-type", "application/json", "^application/json$", "Of the data: JSON in UTF-8."),
]  # fmt: skip
# Older records have none.
LATER: Final = frozenset(
    {"ce_commandid", "ce_commandpart", "ce_commandrequest", "ce_commandmeta", "ce_chain"}
)
_MAY_LACK: Final = frozenset({"ce_causationid"}) | LATER


def headers() -> Schema:
    """The schema of the headers, read as UTF-8. Open: more attributes may come."""
    parts = {
        name: {"type": "string", "pattern": pattern, "description": text}
        for name, _, pattern, text in _ATTRIBUTES
    }
    return {
        "$schema": DIALECT,
        "$id": "urn:linli:contracts:headers",
        "title": "Headers of a record",
        "description": "CloudEvents 1.0 in Kafka's binary mode; the record's value is the data.",
        "type": "object",
        "properties": parts,
        "required": sorted(parts.keys() - _MAY_LACK),
        "additionalProperties": True,
    }


def mark(topic: str) -> tuple[Schema, Schema, dict[str, Any]]:
    """Of a service's watermarks: the schemas of headers and payload, both open, and an example."""
    attributes: dict[str, tuple[str, Schema]] = {
        "ce_specversion": ("1.0", {"const": "1.0"}),
        "ce_id": (
            "0192a000-0000-4000-8000-00000000f001",
            {"pattern": _UUID, "description": "Each watermark has its own."},
        ),
        "ce_source": (source_of(topic), {"const": source_of(topic)}),
        "ce_type": (MARK, {"const": MARK}),
        "ce_subject": (
            f"{topic}/7",
            {"pattern": rf"^{re.escape(topic)}/[0-9]+$", "description": "Of which partition."},
        ),
        "ce_time": (
            "2026-01-01T12:00:00.000500+00:00",
            {"pattern": _TIME, "description": "When the relay said so, by its machine's clock."},
        ),
        "content-type": ("application/json", {"const": "application/json"}),
    }
    payload = _marked(topic)
    shown = {
        part: {name: value for name, (value, _) in of.items()}
        for part, of in (("headers", attributes), ("payload", payload))
    }
    told = {name: {"type": "string"} | schema for name, (_, schema) in attributes.items()}
    body = {name: schema for name, (_, schema) in payload.items()}
    return _open(told), _open(body), {"name": "Complete.v1", **shown}


def _marked(topic: str) -> dict[str, tuple[Any, Schema]]:
    return {
        "topic": (topic, {"type": "string", "const": topic, "description": "Of whose facts."}),
        "shard": (
            7,
            {"type": "integer", "minimum": 0, "maximum": SHARDS - 1,
             "description": "Of which partition of it; this record is in the same one here."},
        ),
        "position": (
            4211,
            {"type": "integer", "minimum": 0,
             "description": "As in ce_sequence; 0 where there is no fact yet."},
        ),
        "at": (
            "2026-01-01T12:00:00+00:00",
            {"type": "string", "format": "date-time",
             "description": "No fact whose ce_recordedtime is before it comes after `position`."},
        ),
    }  # fmt: skip


def _open(parts: dict[str, Schema]) -> Schema:
    return {
        "type": "object",
        "properties": parts,
        "required": sorted(parts),
        "additionalProperties": True,
    }


def example(topic: str, kind: str, data: dict[str, Any]) -> dict[str, str]:
    """Headers as a fact of that type might carry them."""
    made = {name: text for name, text, *_ in _ATTRIBUTES if name != "ce_causationid"}
    own = {"ce_source": source_of(topic), "ce_type": kind, "ce_time": data["occurred_at"]}
    return made | own


PARTITIONING: Final = (
    f"{SHARDS} partitions. All facts of an estate are in one, in the order in which they were "
    "stored: its number is the first four hexadecimal digits of the MD5 of the estate's id, modulo "
    f"{SHARDS} (`xx` is in {shard_of('xx')}). Each partition is a chain of its own."
)
