"""Which records count, and what they make of rows: pure."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linli_shared.fold import BEHIND, Progress, Record, admit, fold, keys
from linli_shared.kafka import Fact, Foreign, fact
from linli_shared.view import Change, View

from shared.tests.things import BOARD, ESTATE, LEDGER, SHARD, Line, Thing, made, record, wire

START = Progress(0, 0)


def log(*facts: Fact) -> list[Record]:
    """As they lie in the partition."""
    return [record(one, offset) for offset, one in enumerate(facts)]


def test_the_envelope_survives_the_wire() -> None:
    one = made(12, prev=9, version=3)
    assert fact("linli.test.v1", SHARD, wire(one), one.data) == one


def test_repeats_and_zombies_are_left_out() -> None:
    one, two, three = made(1, "Opened"), made(2), made(3)
    got = admit(log(one, two, one, two, three, two, three), START)
    assert [r.fact.position for r in got.records] == [1, 2, 3]
    assert (got.progress, got.missing) == (Progress(7, 3), None)


def test_a_gap_waits_for_the_relay_to_send_again() -> None:
    one, two, three, four = made(1, "Opened"), made(2), made(3), made(4)
    held = admit(log(one, three, four), START)
    assert (held.progress, held.missing) == (Progress(1, 1), 2)  # next stays before the gap
    healed = admit(log(one, three, four, two, three)[1:], held.progress)
    assert (healed.progress, healed.missing) == (Progress(5, 3), None)


@given(st.data())
def test_whatever_is_repeated_or_lost_on_the_way_each_position_counts_once_and_in_order(
    data: st.DataObject,
) -> None:
    """Any number of relays, each sending some run of the shard's facts, perhaps with a hole that
    its producer left; the last one sends all from some place that was not yet passed."""
    count = data.draw(st.integers(1, 30))
    steps = data.draw(st.lists(st.integers(1, 5), min_size=count, max_size=count))
    places = [sum(steps[: n + 1]) for n in range(count)]  # positions have gaps of their own
    facts = [made(p, prev=q) for p, q in zip(places, [0, *places], strict=False)]
    sent: list[Fact] = []
    for begin, length, hole in data.draw(
        st.lists(st.tuples(st.integers(0, count), st.integers(0, 12), st.integers(0, 12)))
    ):
        run = facts[begin : begin + length]
        sent += run[:hole] + run[hole + data.draw(st.integers(0, 3)) :]
    records = log(*sent, *facts[data.draw(st.integers(0, reached(sent, facts))) :])
    kills = data.draw(st.lists(st.integers(1, 20), max_size=4))
    progress, applied, read, batches = START, [], 0, 0
    while read < len(records):
        size = data.draw(st.integers(1, 10))
        got = admit(records[read : read + size], progress)
        applied += [r.fact.position for r in got.records]
        assert got.progress.next >= progress.next
        progress, read, batches = got.progress, read + size, batches + 1
        if batches in kills:
            read = progress.next  # killed, and started again from what was saved
    assert applied == places
    assert progress.position == places[-1]


def reached(sent: Sequence[Fact], facts: Sequence[Fact]) -> int:
    """How many of the shard's facts a reader has after `sent`: its relay's row is not beyond."""
    done = 0
    for one in sent:
        done += done < len(facts) and one is facts[done]
    return done


def rows(view: View[Any], *facts: Fact) -> Mapping[Any, Any]:
    return fold(view, log(*facts), {}).rows


def test_a_batch_folds_in_memory_from_the_rows_it_found() -> None:
    found = {(ESTATE, "a"): Line(ESTATE, "a", "piano", 4, "n0", ("x", "n0"))}
    assert fold(BOARD, log(made(1), made(2)), found).rows == {
        (ESTATE, "a"): Line(ESTATE, "a", "piano", 6, "n2", ("n0", "n1", "n2"))
    }


def test_a_row_may_go_and_come_back_within_a_batch() -> None:
    assert rows(BOARD, made(1, "Opened"), made(2, "Closed")) == {(ESTATE, "a"): None}
    again = rows(BOARD, made(1, "Opened"), made(2, "Closed"), made(3, "Opened"))
    assert again[ESTATE, "a"].notes == 0


def test_poison_parks_its_stream_and_only_its_view() -> None:
    batch = log(
        made(1, "Opened"), made(2, "Opened", "b"), made(3, data="{"), made(4), made(5, thing="b")
    )
    folded = fold(BOARD, batch, {})
    assert [(r.fact.position, why == BEHIND) for r, why in folded.parked] == [(3, False), (4, True)]
    assert folded.rows[ESTATE, "b"].notes == 1
    assert fold(LEDGER, [batch[1], *batch[3:]], {}).parked == []


@pytest.mark.parametrize("data", ["", "{", "[]", '{"thing": 5, "note": "x"}', '{"thing": "a"}'])
def test_what_cannot_be_read_is_poison_and_is_not_quoted(data: str) -> None:
    folded = fold(BOARD, log(made(1, "Opened"), made(2, data=data or " ")), {})
    ((_, why),) = folded.parked
    assert why.startswith("ValueError: ")
    assert '"x"' not in why


def test_a_future_version_is_poison_and_an_unknown_type_is_passed_over() -> None:
    future = replace(made(2), kind="linli.test.Noted.v2")
    other = replace(made(3), kind="linli.test.Painted.v7")
    folded = fold(BOARD, log(made(1, "Opened"), future, other), {})
    ((parked, why),) = folded.parked
    assert (parked.fact.position, why[:13]) == (2, "FutureVersion")


def test_a_stream_that_is_stopped_stays_so_and_a_discarded_record_is_passed_over() -> None:
    batch = log(made(1, "Opened"), made(2, data="{"), made(3))
    stopped = fold(BOARD, batch, {}, stopped=[(ESTATE, "thing-a")])
    assert [why for _, why in stopped.parked] == [BEHIND] * 3
    without = fold(BOARD, batch, {}, discarded=[(SHARD, 2)])
    assert not without.parked
    assert without.rows[ESTATE, "a"].last == "n3"


def test_keys_that_cannot_be_made_are_poison_like_any_other() -> None:
    view: View[Line] = View("keyed", row=Line, key=["thing"])

    @view.on("linli.test.Noted.v1", Thing, keys=lambda event: [(str(int(event.thing)),)])
    def noted(line: Line | None, event: Thing, fact: Fact) -> Line:
        return Line(fact.estate, event.thing, "", 0, None, ())

    batch = [record(made(n, thing=t), n, [view]) for n, t in ((1, "7"), (2, "seven"), (3, "8"))]
    assert set(keys(view, batch)) == {(ESTATE, "7"), (ESTATE, "8")}
    folded = fold(view, batch, {})
    assert [r.fact.position for r, _ in folded.parked] == [2]
    assert set(folded.rows) == {(ESTATE, "7"), (ESTATE, "8")}


def test_one_event_may_change_several_rows_and_add_lines() -> None:
    view: View[Pair] = View("pair", row=Pair, key=["name"], lines=Seen, line_key=["name", "at"])

    @view.on_many("linli.test.Noted.v1", Thing, lambda event: [(c,) for c in event.thing])
    def both(found: Mapping[Any, Pair | None], event: Thing, fact: Fact) -> Change:
        def grown(name: str) -> Pair:
            return Pair(fact.estate, name, (row.met if (row := found[name,]) else 0) + 1)

        return Change(
            {(c,): grown(c) for c in event.thing},
            [Seen(fact.estate, c, fact.position) for c in event.thing],
        )

    batch = [record(made(n, thing=t), n, [view]) for n, t in ((1, "ab"), (2, "bc"))]
    folded = fold(view, batch, {(ESTATE, "a"): Pair(ESTATE, "a", 9)})
    assert {key[1]: row.met for key, row in folded.rows.items()} == {"a": 10, "b": 2, "c": 1}
    assert [(line.name, line.at) for line in folded.lines] == [
        ("a", 1), ("b", 1), ("b", 2), ("c", 2),
    ]  # fmt: skip


def test_a_view_of_lines_alone_folds_events_to_lines() -> None:
    view: View[Any] = View("seen", lines=Seen, line_key=["name", "at"])

    @view.on("linli.test.Noted.v1", Thing)
    def seen(event: Thing, fact: Fact) -> list[Seen]:
        return [Seen(fact.estate, event.thing, fact.position)]

    folded = fold(view, [record(made(3), 0, [view])], {})
    assert (folded.rows, folded.lines) == ({}, [Seen(ESTATE, "a", 3)])


@dataclass(frozen=True, slots=True)
class Pair:
    estate: str
    name: str
    met: int


@dataclass(frozen=True, slots=True)
class Seen:
    estate: str
    name: str
    at: int


# What a fact is made of; what only a store that lost it needs, older records have not.
ATTRIBUTES = [n for n, _ in wire(made(1))[1:] if n[:3] == "ce_" and n[:10] != "ce_command"]
NO_VALUE: Any = None  # Kafka allows a header without one


@pytest.mark.parametrize(
    "change",
    [
        {"ce_source": b"linli/other"},
        {"ce_estateid": b"elsewhere"},
        {"ce_id": b"7"},
        {"ce_id": b"\xff"},
        {"ce_time": b"2026-01-01T12:00:00"},  # naive
        {"ce_sequence": b"x"},
        {"ce_sequence": b"-1", "ce_prevsequence": b"-2"},
        {"ce_sequence": b"9" * 30},  # beyond what the progress can hold
        {"ce_sequence": b"11", "ce_prevsequence": b"11"},
        {"ce_subject": b"thing-\0"},
        {"ce_streamversion": b"9" * 30},
        *({name: NO_VALUE} for name in ATTRIBUTES),
    ],
)
def test_a_record_that_no_relay_of_ours_wrote_is_foreign(change: dict[str, bytes]) -> None:
    one = made(12)
    with pytest.raises(Foreign):
        fact("linli.test.v1", SHARD, list((dict(wire(one)) | change).items()), one.data)


@pytest.mark.parametrize("name", ATTRIBUTES)
def test_a_record_without_an_attribute_is_foreign(name: str) -> None:
    left = [(n, value) for n, value in wire(made(1)) if n != name]
    with pytest.raises(Foreign, match=name):
        fact("linli.test.v1", SHARD, left, b"{}")


def test_order_of_streams_does_not_matter_to_the_rows() -> None:
    facts = [made(n, thing=random.choice("abc")) for n in range(1, 30)]
    opened = [made(90 + n, "Opened", thing) for n, thing in enumerate("abc")]
    whole = rows(BOARD, *opened, *facts)
    by_stream = [f for t in "cab" for f in (*opened, *facts) if f.stream == f"thing-{t}"]
    assert rows(BOARD, *by_stream) == whole
