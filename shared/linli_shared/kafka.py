"""Kafka as we use it: idempotent producer, CloudEvents in binary mode, topics made beforehand."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import md5
from typing import Any, Final, TypeAlias
from uuid import UUID

from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import TopicAlreadyExistsError, for_code
from asyncpg import Record

from linli_shared.cluster import Cluster, client

Headers: TypeAlias = Sequence[tuple[str, bytes]]
Row: TypeAlias = Record | Mapping[str, Any]
SHARDS: Final = 16
WATERMARKS: Final = "linli.watermarks.v1"
# The producer's and the topics' limit: an event of 256 KiB and its headers fit with room.
MAX_RECORD_BYTES: Final = 4 * 1024 * 1024


def shard_of(estate: str) -> int:
    """The estate's shard, as `es.shard_of` computes it."""
    return int(md5(estate.encode()).hexdigest()[:4], 16) % SHARDS


def source_of(topic: str) -> str:
    """The CloudEvents source of a topic's one writer: `linli.cases.v1` is `linli/cases`'s."""
    return "/".join(topic.split(".")[:2])


async def create_topics(servers: Cluster, names: Iterable[str], *, replicas: int = 1) -> None:
    """And that of the watermarks. Must run before any producer: one sending to a topic that is
    missing hangs for ever. What is there is left alone: where rights are given out, nobody but the
    operator may make topics."""
    admin = AIOKafkaAdminClient(**client(servers), request_timeout_ms=10_000)
    await admin.start()
    try:
        keep = {  # views are rebuilt from here
            "retention.ms": "-1",
            "cleanup.policy": "delete",
            "max.message.bytes": str(MAX_RECORD_BYTES),
        }
        hour = {"retention.ms": "3600000", "segment.ms": "3600000"}
        missing = sorted({*names, WATERMARKS} - set(await admin.list_topics()))
        topics = [
            NewTopic(n, SHARDS, replicas, topic_configs=hour if n == WATERMARKS else keep)
            for n in missing
        ]
        answer = await admin.create_topics(topics)
        for _, code, *_ in answer.topic_errors:  # an error is a code here, not an exception
            if (error := for_code(code)).errno not in (0, TopicAlreadyExistsError.errno):
                raise error
    finally:
        await admin.close()


async def start_producer(servers: Cluster) -> AIOKafkaProducer:
    producer = AIOKafkaProducer(
        **client(servers),
        acks="all",
        enable_idempotence=True,
        linger_ms=0,
        max_batch_size=900_000,  # a shard's batch is one Kafka batch
        max_request_size=MAX_RECORD_BYTES,
        request_timeout_ms=5_000,
        retry_backoff_ms=50,
        metadata_max_age_ms=30_000,
    )
    try:
        async with asyncio.timeout(10):
            await producer.start()
    except BaseException:
        await abandon(producer)
        raise
    return producer


async def abandon(producer: AIOKafkaProducer) -> None:
    """Stop without flushing. `stop()` waits for the flush, for ever while Kafka is away, and when
    cancelled leaves its sender running: a zombie in our own process. (aiokafka is pinned exactly,
    and a test watches what this reaches into.)"""
    producer._closed = True
    if (sender := producer._sender) is not None and (task := sender.sender_task) is not None:
        task.cancel()
        await asyncio.wait([task], timeout=2)
    await producer.client.close()


@dataclass(frozen=True, slots=True)
class Fact:
    """A stored event as it travels: its place in the shard and its envelope; `data` is JSON."""

    position: int
    prev: int  # the position before it in the shard; 0 for the first
    estate: str
    stream: str
    version: int
    kind: str
    id: UUID
    source: str
    correlation: UUID
    occurred_at: datetime
    recorded_at: datetime
    data: bytes


def headers(source: str, row: Row, prev: int) -> list[tuple[str, bytes]]:
    """CloudEvents 1.0 attributes, Kafka binary mode. `sequence` is padded because its extension
    compares text."""
    made = [
        ("ce_specversion", b"1.0"),
        ("ce_id", str(row["id"]).encode()),
        ("ce_source", source.encode()),
        ("ce_type", row["type"].encode()),
        ("ce_subject", row["stream"].encode()),
        ("ce_time", row["occurred_at"].isoformat().encode()),
        ("ce_recordedtime", row["recorded_at"].isoformat().encode()),
        ("ce_sequence", b"%019d" % row["position"]),
        ("ce_prevsequence", b"%019d" % prev),
        ("ce_estateid", row["estate"].encode()),
        ("ce_streamversion", b"%d" % row["version"]),
        ("ce_correlationid", str(row["correlation"]).encode()),
        # What a store that has lost the event needs to have it again as it was.
        ("ce_commandid", str(row["command"]).encode()),
        ("ce_commandpart", b"%d" % row["ordinal"]),
        ("ce_commandrequest", str(row["request"]).encode()),
        ("ce_commandmeta", row["meta"].encode()),
        ("content-type", b"application/json"),
    ]
    if row["causation"]:
        made.append(("ce_causationid", str(row["causation"]).encode()))
    return made


def _possible(found: Fact) -> bool:
    """Whether our store can have written it: numbers that PostgreSQL has, text without NUL."""
    return (
        0 <= found.prev < found.position < 2**63
        and 0 < found.version < 2**63
        and found.occurred_at.tzinfo is not None
        and found.recorded_at.tzinfo is not None
        and "\0" not in found.estate + found.stream + found.kind
    )


class Foreign(Exception):
    """A record that none of our relays wrote: it has no place in a shard's chain."""


def fact(topic: str, partition: int, headers: Headers, value: bytes | None) -> Fact:
    """The fact of a record; raises Foreign, with the reason."""
    h = dict(headers)
    try:
        found = Fact(
            position=int(h["ce_sequence"]),
            prev=int(h["ce_prevsequence"]),
            estate=h["ce_estateid"].decode(),
            stream=h["ce_subject"].decode(),
            version=int(h["ce_streamversion"]),
            kind=h["ce_type"].decode(),
            id=UUID(h["ce_id"].decode()),
            source=h["ce_source"].decode(),
            correlation=UUID(h["ce_correlationid"].decode()),
            occurred_at=datetime.fromisoformat(h["ce_time"].decode()),
            recorded_at=datetime.fromisoformat(h["ce_recordedtime"].decode()),
            data=value or b"",
        )
    except KeyError as error:
        raise Foreign(f"it has no {error.args[0]}") from None
    except (ValueError, AttributeError, TypeError):  # Kafka allows a header without a value
        raise Foreign("an attribute cannot be read") from None
    if not _possible(found):
        raise Foreign("an attribute is not possible")
    if found.source != source_of(topic):
        raise Foreign("its source is not the topic's own")
    if shard_of(found.estate) != partition:
        raise Foreign("its estate does not belong to this partition")
    return found
