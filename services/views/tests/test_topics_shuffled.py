"""Topics have no order between them (R3): whichever is read first, the rows come out the same."""

import random
from collections import defaultdict, deque
from collections.abc import Sequence
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from linli_shared.fold import Record, fold
from linli_views.app import VIEWS

from services.views.tests import a_chain


def a_month() -> Sequence[Record]:
    """Of every topic, with what refers to what across them."""
    log = a_chain.overturned()
    log.dispute("d", "DisputeFiled")
    for shift in ("s1", "s2"):
        log.shift(shift, "ShiftPlanned")
        log.shift(shift, "ShiftPublished")
        log.shift(shift, "SignupConfirmed", person_id="tang")
    log.shift("s1", "ShiftCancelled", expected=["tang"], waiting=[])
    for name in ("VisitScheduled", "VisitorAssigned", "VisitorArrived", "VisitCompleted"):
        log.visit("v", name)
    for name in ("CompanyFounded", "RegionRegistered", "EstateRegistered"):
        log.company("c", name)
    for name in ("UnitRegistered", "OwnershipTransferred", "ResidentMovedIn", "ResidentMovedOut"):
        log.unit("u", name)
    for name in ("PersonRegistered", "KinshipDeclared", "PersonCorrected", "KinshipWithdrawn"):
        log.person("p", name)
    for name in ("ErasureAsked", "PersonErased"):
        log.erasure("e", name)
    log.consent("ConsentTextPublished")
    log.consent("ConsentGiven")
    log.disclosure("PersonalFieldRevealed")
    log.fees("u", "FeeAccountOpened")
    log.fees("u", "BillIssued")
    log.fees("u", "PaymentRecorded", bills={"B-2020-Q2": 50_000})
    log.estate("p", "FeePeriodClosed", "period_id")
    log.estate("h", "PlaceRegistered", "place_id")
    log.estate("k", "PlaceBooked", "booking_id")
    for name in ("StewardAppointed", "BadgeIssued", "StewardAssigned", "StewardshipEnded"):
        log.estate("s", name, "steward_id")
    log.estate("n", "NormChecksBegun", "norm_id")
    log.estate("o", "DemonstrationPostAwarded", "honour_id")
    log.estate("i", "BillsImported", "import_id")
    for service in ("cases", "meetings"):
        log.refusal(service)
    return log.records


MONTH = a_month()


def shuffled(records: Sequence[Record], chance: random.Random) -> list[Record]:
    """Each topic in its own order, and none between them."""
    queues: dict[str, deque[Record]] = defaultdict(deque)
    for record in records:
        queues[record.topic].append(record)
    made = []
    while queues:
        topic = chance.choice(sorted(queues))
        made.append(queues[topic].popleft())
        if not queues[topic]:
            del queues[topic]
    return made


def built(records: Sequence[Record]) -> list[Any]:
    """Rows and lines of every view; the order in which lines are added means nothing."""
    found: list[Any] = []
    for view in VIEWS.members:
        made = fold(view, records, {})
        assert not made.parked
        found.append((view.name, made.rows, set(map(repr, made.lines))))
    return found


def test_there_is_something_of_every_topic_and_for_every_view() -> None:
    assert {record.topic for record in MONTH} == set(VIEWS.topics)
    assert [name for name, rows, lines in built(MONTH) if not (rows or lines)] == []


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_rows_are_equal_whichever_topic_is_ahead(seed: int) -> None:
    assert built(shuffled(MONTH, random.Random(seed))) == built(MONTH)


def test_rows_are_equal_where_one_whole_topic_comes_before_the_others() -> None:
    """Checked by letting the case board take its `changed_at` also from what meetings say of the
    case: whoever comes last wins, and this fails."""
    for first in VIEWS.topics:
        ahead = sorted(MONTH, key=lambda record: record.topic != first)
        assert built(ahead) == built(MONTH)
