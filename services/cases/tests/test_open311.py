"""An estate's part in Open311, what is read of queries and forms, and how answers are written."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from xml.etree import ElementTree as Xml

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linli_cases.complaints.commands import OpenCase
from linli_cases.complaints.terms import Channel, Kind, Priority
from linli_cases.open311 import answers
from linli_cases.open311.asking import MOST, SPAN, Wanted, jurisdiction
from linli_cases.open311.catalogue import CATALOGUE, Attribute, Choice, Datatype, Service, Words
from linli_cases.open311.commands import (
    CloseJurisdiction,
    IssueApiKey,
    Open311Command,
    OpenJurisdiction,
    RevokeApiKey,
)
from linli_cases.open311.domain import MOST_KEYS, OPEN311, Jurisdiction, fingerprint, key_of
from linli_cases.open311.events import (
    ApiKeyIssued,
    ApiKeyRevoked,
    JurisdictionClosed,
    JurisdictionOpened,
)
from linli_cases.open311.limits import Limit
from linli_cases.open311.reporting import report
from linli_cases.open311.shape import Answer, Many, Node, as_json, as_xml
from linli_language.roles import Role
from linli_shared.decider import Rejected
from linli_shared.testing import Spec, said
from pydantic import ValidationError

from services.cases.tests.a_case import NOW

STREAM, KEY, OTHER = (UUID(f"0192a000-0000-7000-8000-00000000311{n}") for n in (0, 1, 2))
BY: dict[str, Any] = {"occurred_at": NOW, "by_id": "chen"}
OPENED = JurisdictionOpened(**BY, service_codes=("lighting", "lift"))
ISSUED = ApiKeyIssued(**BY, key_id=KEY, key_sha256=fingerprint("s3cret"), label="街道随手拍")
REVOKED = ApiKeyRevoked(**BY, key_id=KEY)


def of(command: Open311Command) -> Any:
    return said(command, STREAM, NOW, "chen", Role.ESTATE_MANAGER)


# --- the estate's part -----------------------------------------------------------------------


def test_an_estate_is_opened_with_its_services_each_named_once() -> None:
    command = OpenJurisdiction(estate_id="xx", service_codes=("lighting", "lift", "lighting"))
    Spec(OPEN311).when(of(command)).then(OPENED)
    assert OpenJurisdiction(estate_id="xx").service_codes == tuple(CATALOGUE)


@pytest.mark.parametrize("codes", [[], ["elder_visit"], ["../lift"], ["lift"] * 99])
def test_only_services_of_the_catalogue_can_be_opened(codes: list[str]) -> None:
    with pytest.raises(ValidationError):
        OpenJurisdiction.model_validate({"estate_id": "xx", "service_codes": codes})


def test_a_closed_estate_has_no_service_and_is_closed_once() -> None:
    closed = JurisdictionClosed(**BY)
    Spec(OPEN311).given(OPENED).when(of(CloseJurisdiction())).then(closed)
    Spec(OPEN311).given(OPENED, closed).when(of(CloseJurisdiction())).then()
    assert OPEN311.fold([OPENED, closed]).service_codes == ()
    again = JurisdictionOpened(**BY, service_codes=("gas",))
    assert OPEN311.fold([OPENED, again]).service_codes == ("gas",)


def test_what_is_kept_of_a_key_is_no_key_and_a_revoked_one_opens_nothing() -> None:
    command = of(IssueApiKey(label="街道随手拍"))
    command = command.learned(key_id=KEY, key_sha256=fingerprint("s3cret"))
    Spec(OPEN311).given(OPENED).when(command).then(ISSUED)
    assert "s3cret" not in ISSUED.stored()
    state = OPEN311.fold([OPENED, ISSUED])
    assert state.takes(KEY, "s3cret")
    assert not state.takes(KEY, "s3cret ")
    assert not state.takes(OTHER, "s3cret")
    Spec(OPEN311).given(OPENED, ISSUED).when(of(RevokeApiKey(key_id=KEY))).then(REVOKED)
    assert not OPEN311.fold([OPENED, ISSUED, REVOKED]).takes(KEY, "s3cret")
    revoked = Spec(OPEN311).given(OPENED, ISSUED, REVOKED)
    revoked.when(of(RevokeApiKey(key_id=KEY))).rejected("NOT_FOUND")


def test_an_estate_has_at_most_twenty_keys_at_a_time() -> None:
    many = [ISSUED.model_copy(update={"key_id": UUID(int=n)}) for n in range(MOST_KEYS)]
    full = Spec(OPEN311).given(OPENED, *many)
    full.when(of(IssueApiKey(label="x"))).rejected("API_KEYS_LIMIT_REACHED", limit=20)
    room = full.given(ApiKeyRevoked(**BY, key_id=UUID(int=3)))
    command = of(IssueApiKey(label="x")).learned(key_id=KEY, key_sha256="f")
    room.when(command).then(ApiKeyIssued(**BY, key_id=KEY, key_sha256="f", label="x"))


# --- which requests --------------------------------------------------------------------------


AT = datetime(2026, 5, 4, tzinfo=UTC)


def asked(**query: str) -> Wanted:
    return Wanted.of(list(query.items()), AT)


def test_without_dates_the_last_ninety_days_are_meant_and_one_date_means_ninety_from_or_to_it() -> (
    None
):
    assert MOST == 1000
    assert (asked().since, asked().until) == (AT - SPAN, AT)
    assert timedelta(days=90) == SPAN
    from_ = asked(start_date="2026-01-01T00:00:00Z")
    assert from_.until - from_.since == SPAN
    to = asked(end_date="2026-01-01T08:00:00+08:00")
    assert (to.since, to.until) == (datetime(2026, 1, 1, tzinfo=UTC) - SPAN, to.since + SPAN)


def test_filters_are_lists_and_both_states_are_no_filter() -> None:
    wanted = asked(service_code="lift, lighting", status="closed")
    assert (wanted.service_codes, wanted.open) == (("lift", "lighting"), False)
    assert asked(status="open").open is True
    assert asked(status="open,closed").open is None
    assert asked().service_codes is None
    ids = asked(service_request_id=f"{KEY},what is no id".replace(" ", "-")).ids
    assert ids == (KEY,)


@pytest.mark.parametrize(
    ("query", "field", "problem"),
    [
        ({"status": "new"}, "status", "unknown"),
        ({"service_code": "a b"}, "service_code", "string_pattern_mismatch"),
        ({"service_code": ","}, "service_code", "string_pattern_mismatch"),
        ({"service_code": ",".join(["a"] * 201)}, "service_code", "too_many"),
        ({"start_date": "2026-01-01"}, "start_date", "time_not_rfc3339"),
        ({"start_date": "2026-01-01T00:00:00"}, "start_date", "timezone_aware"),
        ({"end_date": "yesterday"}, "end_date", "time_not_rfc3339"),
        (
            {"start_date": "2026-01-02T00:00:00Z", "end_date": "2026-01-01T00:00:00Z"},
            "end_date",
            "before_start_date",
        ),
        (
            {"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-04-01T00:00:01Z"},
            "end_date",
            "over_90_days",
        ),
    ],
)
def test_a_query_that_cannot_be_meant_is_refused_by_its_field(
    query: dict[str, str], field: str, problem: str
) -> None:
    with pytest.raises(Rejected) as caught:
        asked(**query)
    assert (caught.value.code, caught.value.params) == (
        "OPEN311_INVALID",
        {"field": field, "problem": problem},
    )


def test_a_jurisdiction_is_named_once() -> None:
    assert jurisdiction([("jurisdiction_id", " xx ")]) == "xx"
    for pairs in ([], [("jurisdiction_id", "")], [("jurisdiction_id", "x")] * 2):
        with pytest.raises(Rejected, match="OPEN311_INVALID"):
            jurisdiction(pairs)


# --- a report --------------------------------------------------------------------------------


LIFT, WATER, LAMP = (CATALOGUE[code] for code in ("lift", "water", "lighting"))
HERE = [("address_id", "3")]


def reported(service: Service, *pairs: tuple[str, str]) -> OpenCase:
    return report([*pairs], service, "xx")


def test_a_report_becomes_the_command_that_everybody_gives() -> None:
    command = reported(
        LIFT,
        ("description", "电梯卡在5楼\n里面有人"),
        ("lat", "28.228"), ("long", "112.939"),
        ("address_string", "3栋1单元"), ("address_id", "3"),
        ("media_url", "https://example.org/1.jpg"),
        ("account_id", "li"),
        ("attribute[trapped]", "yes"), ("attribute[lift_no]", "L-7"),
    )  # fmt: skip
    assert (command.estate_id, command.kind, command.service_code) == ("xx", Kind.REPAIR, "lift")
    assert (command.channel, command.priority) == (Channel.OPEN311, Priority.P1)
    assert (command.title, command.on_behalf_of_id) == ("电梯卡在5楼", "li")
    assert command.place.model_dump(exclude_none=True) == {"building_id": "3"}
    assert command.description.splitlines() == [
        "电梯卡在5楼", "里面有人", "楼栋 Building: 3", "地址 Address: 3栋1单元",
        "坐标 Position: 28.228, 112.939", "图片 Picture: https://example.org/1.jpg",
        "是否有人被困？ 有人被困", "电梯编号 L-7",
    ]  # fmt: skip


def test_a_report_without_words_is_named_after_its_service() -> None:
    command = reported(LAMP, *HERE)
    assert (command.title, command.description) == ("公共照明", "公共照明\n楼栋 Building: 3")
    assert reported(LIFT, *HERE, ("attribute[trapped]", "no")).priority is None
    assert reported(WATER, *HERE).priority is Priority.P2


def test_who_reports_is_not_read() -> None:
    named = [
        ("first_name", "秀英"), ("last_name", "李"), ("phone", "13812345678"),
        ("email", "li@example.org"), ("device_id", "d1"), ("more", "x"),
    ]  # fmt: skip
    assert reported(LAMP, *HERE, *named) == reported(LAMP, *HERE)


def test_answers_from_a_list_come_as_an_array_in_each_way_that_forms_have() -> None:
    once = reported(WATER, *HERE, ("attribute[signs]", "leak"), ("attribute[signs]", "blocked"))
    empty = reported(WATER, *HERE, ("attribute[signs][]", "leak"), ("attribute[signs][]", "leak"))
    numbered = reported(WATER, *HERE, ("attribute[signs][0]", "leak"), ("attribute[signs]", ""))
    assert once.description.endswith("漏水、排水堵塞")
    assert empty.description == numbered.description
    assert empty.description.endswith("漏水")


ODD = Service(
    "odd", LAMP.name, LAMP.description, LAMP.group, (),
    attributes=tuple(
        Attribute(kind.value, kind, Words("问", "Q"), choices=(Choice("a", Words("甲", "A")),))
        for kind in Datatype
    ),
)  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "right", "wrong"),
    [
        ("string", "一行", "二\n行"),
        ("number", "-12.5", "1e9"),
        ("datetime", "2026-01-01T00:00:00Z", "2026-01-01"),
        ("text", "二\n行", "\u202e"),
        ("singlevaluelist", "a", "b"),
        ("multivaluelist", "a", "甲"),
    ],
)
def test_an_answer_is_of_the_type_that_was_asked_for(kind: str, right: str, wrong: str) -> None:
    name = f"attribute[{kind}]"
    told = "甲" if right == "a" else right
    assert reported(ODD, *HERE, (name, right)).description.endswith(f"问 {told}")
    with pytest.raises(Rejected) as caught:
        reported(ODD, *HERE, (name, wrong))
    assert caught.value.params["field"] == name


@pytest.mark.parametrize(
    ("pairs", "field", "problem"),
    [
        ([], "location", "location_missing"),
        ([("lat", "28.2")], "location", "lat_without_long"),
        ([("lat", "nan"), ("long", "1")], "lat", "finite_number"),
        ([("lat", "91"), ("long", "1")], "lat", "less_than_equal"),
        ([("lat", "28"), ("long", "x")], "long", "float_parsing"),
        ([*HERE, *HERE], "address_id", "repeated"),
        ([("address_id", "三")], "address_id", "string_pattern_mismatch"),
        ([("address_string", "a\nb")], "address_string", "text_not_one_line"),
        ([*HERE, ("description", "x" * 4001)], "description", "string_too_long"),
        ([*HERE, ("description", "长" * 4000), ("lat", "1"), ("long", "1")], "description", None),
        ([*HERE, ("description", "\u202e")], "description", None),
        ([*HERE, ("description", "\0")], "description", "text_unsafe"),
        ([*HERE, ("description", "\u200b\n灯")], "description", "text_empty"),
        ([*HERE, ("media_url", "file:///etc/passwd")], "media_url", "string_pattern_mismatch"),
        ([*HERE, ("account_id", "../li")], "account_id", "string_pattern_mismatch"),
        ([*HERE, ("attribute[colour]", "red")], "attribute", "unknown"),
        ([*HERE, ("attribute", "red")], "attribute", "malformed"),
        ([*HERE, ("attribute[a][b]", "red")], "attribute", "malformed"),
        ([*HERE, ("attribute[lift_no]", "1")], "attribute[trapped]", "missing"),
        ([*HERE, ("attribute[trapped]", "yes"), ("attribute[trapped]", "no")], None, "repeated"),
    ],
)
def test_a_form_that_does_not_fit_is_refused_by_its_field(
    pairs: list[tuple[str, str]], field: str | None, problem: str | None
) -> None:
    with pytest.raises(Rejected) as caught:
        reported(LIFT if any(n.startswith("attr") for n, _ in pairs) else LAMP, *pairs)
    assert caught.value.code == "OPEN311_INVALID"
    assert field in {None, caught.value.params["field"]}
    assert problem in {None, caught.value.params["problem"]}


@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                [
                    "description",
                    "lat",
                    "long",
                    "attribute[signs]",
                    "attribute[x]",
                    "attribute",
                    "address_string",
                    "media_url",
                    "account_id",
                ]
            ),
            st.text(),
        )
    )
)
def test_whatever_a_form_holds_it_is_a_command_or_refused(pairs: list[tuple[str, str]]) -> None:
    found: list[str] = []
    try:
        found.append(reported(WATER, *HERE, *pairs).place.building_id or "")
    except Rejected as refused:
        found.append(refused.code)
    assert found in (["3"], ["OPEN311_INVALID"])


# --- how often -------------------------------------------------------------------------------


def test_so_many_at_once_and_then_as_many_a_minute() -> None:
    limit = Limit(per_minute=3)
    assert [limit.wait_s("a", 0.0) for _ in range(3)] == [0, 0, 0]
    assert limit.wait_s("a", 0.0) == 20
    assert limit.wait_s("b", 0.0) == 0  # another's
    assert limit.wait_s("a", 19.9) == pytest.approx(0.1)
    assert limit.wait_s("a", 20.1) == 0
    assert [limit.wait_s("a", 9000.0) for _ in range(4)] == [0, 0, 0, 20]


def test_names_that_did_not_ask_for_longest_are_forgotten() -> None:
    limit = Limit(per_minute=1)
    for name in range(10_001):
        limit.wait_s(str(name), 0.0)
    assert len(limit._left) == 10_000
    assert limit.wait_s("10000", 0.0) == 60
    assert limit.wait_s("0", 0.0) == 0


# --- how it is written -----------------------------------------------------------------------


texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=20).filter(
    lambda text: not {"\ufffe", "\uffff"} & set(text)
)
names = st.from_regex(r"[a-z][a-z_]{0,8}", fullmatch=True)
values = st.none() | texts | st.integers() | st.booleans() | st.datetimes(timezones=st.just(UTC))
nodes: st.SearchStrategy[Node] = st.recursive(
    values,
    lambda inner: (
        st.dictionaries(names, inner, max_size=4)
        | st.builds(Many, names, st.lists(inner, max_size=4))
    ),
    max_leaves=12,
)


@given(nodes)
def test_json_and_xml_say_the_same(node: Node) -> None:
    """Seen red where XML left out an empty value."""
    told = json.loads(as_json(Answer("whole", node)))
    element = Xml.fromstring(as_xml(Answer("whole", node)))
    assert element.tag == "whole"
    assert _read(element, node) == _words(told)


def _read(element: Xml.Element, node: Node) -> Any:
    """With what is a list known from `node`: XML does not say."""
    if isinstance(node, Many):
        assert {child.tag for child in element} <= {node.item}
        return [_read(child, one) for child, one in zip(element, node.of, strict=True)]
    if isinstance(node, dict):
        pairs = zip(element, node.items(), strict=True)
        return {child.tag: _read(child, one) for child, (_, one) in pairs}
    return element.text or ""


def _words(told: Any) -> Any:
    match told:
        case dict():
            return {name: _words(value) for name, value in told.items()}
        case list():
            return [_words(value) for value in told]
        case bool():
            return "true" if told else "false"
        case None:
            return ""
        case _:
            return str(told)


def test_services_and_their_definitions_are_as_the_standard_writes_them() -> None:
    listed = json.loads(as_json(answers.services(("lift", "gone", "lighting"), zh=False)))
    assert [service["service_code"] for service in listed] == ["lift", "lighting"]
    assert listed[0]["metadata"] is True
    assert listed[1] == {
        "service_code": "lighting", "service_name": "Lighting",
        "description": "A lamp on a stair or a path that is dark or broken", "metadata": False,
        "type": "realtime", "keywords": "lamp,light,路灯,楼道灯",
        "group": "Buildings and equipment",
    }  # fmt: skip
    xml = as_xml(answers.definition(LIFT, zh=True)).decode()
    assert "<service_definition><service_code>lift</service_code><attributes><attribute>" in xml
    assert "<values><value><key>yes</key><name>有人被困</name></value>" in xml
    told = json.loads(as_json(answers.definition(LAMP, zh=True)))
    assert told == {"service_code": "lighting", "attributes": []}


@pytest.mark.parametrize("service", CATALOGUE.values(), ids=CATALOGUE.keys())
def test_every_service_of_the_catalogue_can_be_told_and_reported(service: Service) -> None:
    assert service.name.zh
    assert service.name.en
    given = [(f"attribute[{a.code}]", a.choices[0].key) for a in service.attributes if a.choices]
    assert reported(service, *HERE, *given).service_code == service.code


def test_a_refusal_has_the_shape_of_the_standard() -> None:
    refused = answers.refused(403, "API_KEY_INVALID: no.")
    assert json.loads(as_json(refused)) == [{"code": 403, "description": "API_KEY_INVALID: no."}]
    assert as_xml(refused).endswith(
        b"<errors><error><code>403</code><description>API_KEY_INVALID: no.</description>"
        b"</error></errors>"
    )


def test_an_estate_that_was_never_opened_has_neither_services_nor_keys() -> None:
    assert OPEN311.initial == Jurisdiction()
    assert not Jurisdiction().takes(KEY, "s3cret")
    assert key_of("xx") == key_of("xx") != key_of("yy")
