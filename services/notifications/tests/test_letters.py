"""What an e-mail says: one sentence and a link, and nothing of mediation."""

from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from linli_notifications.mail.letter import compose
from linli_notifications.mail.queue import Waiting
from linli_notifications.mapping import NOTICES
from linli_notifications.templates import TEMPLATES
from linli_notifications.terms import Locale

from services.notifications.tests.a_log import uid
from services.notifications.tests.an_intent import INTENT, NOON

ROW = Waiting(
    "xx",
    INTENT,
    "li",
    "case_resolved",
    (("case_no", "XX-2020-000118"),),
    uid("child"),
    None,
    f"cases/{uid('child')}",
    1,
    NOON,
)
DISPUTE = replace(
    ROW,
    template="agreement_breached",
    params=(),
    own_case_id=None,
    dispute_id=uid(1),
    link=f"disputes/{uid(1)}",
)


def letter(row: Waiting = ROW, locale: Locale = Locale.ZH) -> EmailMessage:
    """As it comes out at the other end."""
    made = compose(
        row, "li@example.org", locale, sender="邻里 <no-reply@example.org>",
        site="https://linli.example/", at=NOON,
    )  # fmt: skip
    return message_from_bytes(bytes(made), policy=policy.default)


@pytest.mark.parametrize(
    ("locale", "sentence"),
    [
        (Locale.ZH, "事件 XX-2020-000118 已办结。"),
        (Locale.EN, "Case XX-2020-000118 has been resolved."),
    ],
)
def test_it_says_in_ones_own_language_what_happened_and_where_to_look(
    locale: Locale, sentence: str
) -> None:
    made = letter(locale=locale)
    lines = made.get_content().splitlines()
    assert lines[0] == sentence
    assert f"https://linli.example/cases/{uid('child')}" in lines[2]
    assert made["Content-Language"] == locale


def test_its_id_follows_from_the_intent() -> None:
    assert letter()["Message-ID"] == f"<{INTENT}@example.org>"
    assert letter(replace(ROW, attempt=2))["Message-ID"] == letter()["Message-ID"]
    assert letter()["From"] == "邻里 <no-reply@example.org>"


def test_the_subject_tells_nothing_to_who_looks_at_a_locked_screen() -> None:
    for row in (ROW, DISPUTE):
        assert letter(row)["Subject"] == "邻里：您有一条新消息"
        assert letter(row, Locale.EN)["Subject"] == "Linli: you have a new message"


@pytest.mark.parametrize("locale", Locale)
def test_nothing_of_a_dispute_but_a_link(locale: Locale) -> None:
    templates = {n.template for notices in NOTICES.values() for n in notices}
    for template in templates:
        made = letter(replace(DISPUTE, template=template), locale)
        text = f"{made['Subject']} {made.get_content()}"
        for word in (
            "调解",
            "纠纷",
            "协议",
            "ediat",
            "ispute ",
            "greement",
            TEMPLATES[template]["en"],
        ):
            assert word not in text
        assert f"https://linli.example/disputes/{uid(1)}" in text


def test_what_is_of_neither_links_to_the_inbox() -> None:
    made = letter(replace(DISPUTE, dispute_id=None, link=None))
    assert "https://linli.example/inbox" in made.get_content()


def test_a_template_of_a_newer_version_is_not_guessed_at() -> None:
    with pytest.raises(LookupError):
        letter(replace(ROW, template="case_sold"))


@pytest.mark.parametrize(
    ("template", "params", "link", "quoted"),
    [
        ("shift_confirmed", {"starts_at": "2020-09-07 16:20", "post": "gate"}, "shifts/1", True),
        ("vote_opened", {"title": "电动车充电桩"}, "meetings/1", True),
        ("resolution_adopted", {"title": "电动车充电桩"}, "resolutions/1", True),
        ("visit_no_answer", {"starts_at": "2020-12-08 10:00"}, "visits/1", False),
        ("visit_given_to_you", {"starts_at": "2020-12-08 10:00"}, "visits/1", False),
        ("case_resolved", {"case_no": "XX-1"}, "elsewhere/1", False),
    ],
)
def test_what_is_of_a_visit_or_of_who_knows_what_is_a_link_alone(
    template: str, params: dict[str, str], link: str, quoted: bool
) -> None:
    """Checked by quoting whatever has a link: what a visit came to goes by e-mail, and this
    fails."""
    row = replace(ROW, template=template, params=tuple(params.items()), link=link, own_case_id=None)
    said = letter(row, Locale.EN).get_content()
    assert f"https://linli.example/{link}" in said
    assert any(value in said for value in params.values()) is quoted
    assert ("Please sign in to read it." in said) is not quoted


def test_what_an_older_process_asked_for_has_its_link() -> None:
    for row, place in ((ROW, f"cases/{uid('child')}"), (DISPUTE, f"disputes/{uid(1)}")):
        assert f"https://linli.example/{place}" in letter(replace(row, link=None)).get_content()


def test_numbers_in_what_it_quotes_are_masked() -> None:
    """Seen red without `masked`."""
    news = replace(
        ROW, template="resolution_adopted", params=(("title", "充电桩，找13812345678"),),
        link=f"resolutions/{uid(1)}",
    )  # fmt: skip
    assert "充电桩，找138****5678" in letter(news).get_content()
    assert "13812345678" not in letter(news).get_content()
