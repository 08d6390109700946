"""`linli events` on real topics: what is told of a fact, what is not, and how it ends."""

import json
import signal
from dataclasses import replace
from uuid import UUID

import pytest
from linli_operate.telling import data, flat, shown

from shared.tests.broker import Raw, write
from shared.tests.things import made, wire
from tests.operate.conftest import ESTATE, SHARD, Rig

TITLE = "王阿姨的钢琴"


async def test_history_is_told_in_order_a_line_a_fact_without_what_people_wrote(rig: Rig) -> None:
    await rig.start("relay", "views")
    for thing in "aab":
        last = await rig.append(thing)
    await rig.read(last)
    words = ("events", "--service", rig.name, "--from", "beginning", "--limit", "3")
    code, said = await rig.run(*words)
    assert code == 0
    lines = [line.split() for line in said.splitlines()]
    assert [(line[2], line[3], line[4]) for line in lines] == [
        (ESTATE, "thing-a", "Opened.v1"), (ESTATE, "thing-a", "Noted.v1"),
        (ESTATE, "thing-b", "Opened.v1"),
    ]  # fmt: skip
    assert TITLE not in said
    assert f"title=‹{len(TITLE)}›" in said
    assert TITLE in (await rig.run(*words, "--data"))[1]


async def test_filters_leave_the_others_out_and_json_has_the_whole_envelope(rig: Rig) -> None:
    await rig.start("relay", "views")
    await rig.append("a")
    noted = await rig.append("a")
    await rig.read(await rig.append("b"))
    words = ("events", "--service", rig.name, "--from", "10m", "--limit", "1", "--json")
    _, said = await rig.run(*words, "--kind", "Noted", "--estate", ESTATE, "--stream", "thing-a")
    fact = json.loads(said)
    assert (fact["topic"], fact["position"], fact["version"]) == (rig.topic, noted, 2)
    assert fact["kind"] == "linli.test.Noted.v1"
    assert fact["data"]["title"] == f"‹{len(TITLE)}›"
    _, said = await rig.run(*words, "--stream", "thing-b")
    assert json.loads(said)["stream"] == "thing-b"


async def test_following_from_now_tells_what_comes_and_ends_cleanly_when_asked(rig: Rig) -> None:
    """What was sent again is told once: the topic holds the first fact twice."""
    first = made(1, "Opened")
    again = Raw(SHARD, first.data, wire(first, rig.topic))
    await write(rig.kafka, rig.topic, [again, again])
    following = await rig.begin("events", "--service", rig.name, "--from", "beginning", "--json")
    assert following.stdout
    assert json.loads(await following.stdout.readline())["position"] == 1
    second = made(2, version=2)
    await write(rig.kafka, rig.topic, [Raw(SHARD, second.data, wire(second, rig.topic))])
    assert json.loads(await following.stdout.readline())["position"] == 2
    following.send_signal(signal.SIGINT)
    rest, err = await following.communicate()
    assert (following.returncode, rest, err) == (0, b"", b"")


async def test_a_record_that_is_none_of_ours_is_told_as_such_and_stops_nothing(rig: Rig) -> None:
    fact = made(1, "Opened")
    records = [Raw(SHARD, b"hello", []), Raw(SHARD, fact.data, wire(fact, rig.topic))]
    await write(rig.kafka, rig.topic, records)
    _, said = await rig.run("events", "--service", rig.name, "--from", "beginning", "--limit", "2")
    assert f"{rig.topic}/{SHARD}@0 is none of our relays': it has no ce_sequence" in said
    assert "hello" not in said
    assert "Opened.v1" in said


async def test_what_cannot_be_followed_is_said(rig: Rig) -> None:
    code, said = await rig.run("events", "--service", "nobody")
    assert code == 1
    assert "nobody has no topic; there are those of" in said
    assert (await rig.run("events", "--from", "yesterday"))[0] == 2
    rig.env = dict(rig.env) | {"LINLI_KAFKA": "127.0.0.1:9"}
    code, said = await rig.run("events")
    nobody = "✗ Kafka cannot be read: nobody is there: check LINLI_KAFKA and its log.\n"
    assert (code, said) == (1, nobody)
    rig.env = dict(rig.env) | {"LINLI_KAFKA_USER": "me"}
    code, said = await rig.run("events")
    assert code == 1
    assert "LINLI_KAFKA_USER and LINLI_KAFKA_PASSWORD go with" in said


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("title", "楼道灯不亮", "‹5›"),
        ("description", "please call 13800138000", "‹23›"),
        ("phone", "13800138000", "‹11›"),
        ("assignee_id", "deng", "‹4›"),
        ("name", "deng", "‹4›"),
        ("code", "4711", "‹4›"),
        ("reason", "no_address", "no_address"),
        ("code", "INVALID_TRANSITION", "INVALID_TRANSITION"),
        ("fact_stream", f"case-{UUID(int=7)}", f"case-{UUID(int=7)}"),
        ("case_no", "XX-2026-000002", "XX-2026-000002"),
        ("case_no", "what somebody wrote", "‹19›"),
        ("case_id", "0192a000-0000-7000-8000-000000000001", "0192a000-0000-7000-8000-000000000001"),
        ("due", "2026-11-24T02:06:00Z", "2026-11-24T02:06:00Z"),
        ("score", 4, 4),
        ("title", "sealed/1/xx/person:li/0/title/AAECAwQ=", "sealed"),
        ("parties", [{"by_id": "deng", "side": "first"}], [{"by_id": "‹4›", "side": "first"}]),
    ],
)  # fmt: skip
def test_texts_are_told_by_their_length_and_codes_as_they_are(
    name: str, value: object, told: object
) -> None:
    assert shown({name: value}) == {name: told}


def test_a_sealed_field_stays_sealed_and_data_that_are_none_are_said_to_be() -> None:
    fact = replace(made(1), data=b'{"title": "sealed/1/xx/AAEC", "n": null, "a": {"b": true}}')
    assert flat(data(fact, whole=False)) == "title=sealed a={b=yes}"
    assert data(fact, whole=True)["title"] == "sealed/1/xx/AAEC"
    assert data(replace(fact, data=b"\xff{"), whole=True) == "cannot be read: it is no JSON"
