"""AsyncAPI 3.0 of a service: its topic, what is on it, and how a record looks."""

from typing import Any, Final

from linli_shared.kafka import MAX_RECORD_BYTES, SHARDS, WATERMARKS

from linli_contracts.catalogue import Publisher, short
from linli_contracts.envelope import MARK, PARTITIONING, example, mark
from linli_contracts.schemas import Schema

_BINDING: Final = "0.5.0"
_OPERATIONS: Final = {
    "publish": {
        "action": "send",
        "summary": "Publishes each fact after it was stored; after a crash, again.",
        "channel": {"$ref": "#/channels/facts"},
    },
    "mark": {
        "action": "send",
        "summary": "Says of each partition, every five seconds, up to when it is complete.",
        "channel": {"$ref": "#/channels/watermarks"},
    },
}


def asyncapi(publisher: Publisher, readers: dict[str, Schema]) -> dict[str, Any]:
    """`readers` are the reader's schemas by type. The document stands beside the folder `reader`
    and below `headers.json`, and refers to them."""
    service = publisher.service
    topic, kinds = service.topic, sorted(readers)
    return {
        "asyncapi": "3.0.0",
        "id": f"urn:linli:{service.name}",
        "info": {
            "title": service.title,
            "version": topic.rpartition(".v")[2] + ".0.0",
            "description": (
                f"Every fact of the service {service.name}, for ever, in order and at least once. "
                "How to read it and how to know that nothing is missing: docs/subscribe.md."
            ),
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "servers": {
            "kafka": {
                "host": "{bootstrap}",
                "protocol": "kafka",
                "description": "The operator's Kafka.",
                "variables": {"bootstrap": {"description": "host:port, from the operator."}},
            }
        },
        "channels": {"facts": _channel(topic, kinds), "watermarks": _watermarks()},
        "operations": _OPERATIONS,
        "components": {
            "messages": {
                short(kind): _message(topic, kind, readers[kind], publisher) for kind in kinds
            }
            | {short(MARK): _mark(topic)}
        },
    }


def _channel(topic: str, kinds: list[str]) -> dict[str, Any]:
    return {
        "address": topic,
        "description": PARTITIONING,
        "servers": [{"$ref": "#/servers/kafka"}],
        "messages": {
            short(kind): {"$ref": f"#/components/messages/{short(kind)}"} for kind in kinds
        },
        "bindings": {
            "kafka": {
                "topic": topic,
                "partitions": SHARDS,
                "topicConfiguration": {
                    "cleanup.policy": ["delete"],
                    "retention.ms": -1,
                    "max.message.bytes": MAX_RECORD_BYTES,
                },
                "bindingVersion": _BINDING,
            }
        },
    }


def _watermarks() -> dict[str, Any]:
    return {
        "address": WATERMARKS,
        "description": (
            f"{SHARDS} partitions, as the facts have; every service that publishes writes here, "
            "and a record is in the partition that it is of. Kept for an hour."
        ),
        "servers": [{"$ref": "#/servers/kafka"}],
        "messages": {short(MARK): {"$ref": f"#/components/messages/{short(MARK)}"}},
        "bindings": {
            "kafka": {
                "topic": WATERMARKS,
                "partitions": SHARDS,
                "topicConfiguration": {"cleanup.policy": ["delete"], "retention.ms": 3_600_000},
                "bindingVersion": _BINDING,
            }
        },
    }


def _mark(topic: str) -> dict[str, Any]:
    headers, payload, shown = mark(topic)
    return {
        "name": MARK,
        "title": short(MARK),
        "summary": "Up to when a partition of the facts is complete.",
        "contentType": "application/json",
        "headers": headers,
        "payload": payload,
        "bindings": {
            "kafka": {
                "key": {"type": "string", "description": "The topic that it is of."},
                "bindingVersion": _BINDING,
            }
        },
        "examples": [shown],
    }


def _message(topic: str, kind: str, reader: Schema, publisher: Publisher) -> dict[str, Any]:
    made: dict[str, Any] = {
        "name": kind,
        "title": short(kind),
        "summary": reader.get("description", short(kind)).split("\n\n")[0],
        "contentType": "application/json",
        "correlationId": {"location": "$message.header#/ce_correlationid"},
        "headers": {
            "allOf": [
                {"$ref": "../headers.json"},
                {"type": "object", "properties": {"ce_type": {"const": kind}}},
            ]
        },
        "payload": {"$ref": f"reader/{short(kind)}.json"},
        "bindings": {
            "kafka": {
                "key": {"type": "string", "description": "The stream's id, as in ce_subject."},
                "bindingVersion": _BINDING,
            }
        },
    }
    if data := publisher.golden.get(kind):
        shown = {"name": short(kind), "headers": example(topic, kind, data), "payload": data}
        made["examples"] = [shown]
    return made
