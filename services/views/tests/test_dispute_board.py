"""What the dispute board shows, and what it never does."""

from dataclasses import astuple, fields

from linli_views.dispute_board import DISPUTES, Dispute, OwnDispute

from services.views.tests.a_log import Log, folded, uid


def only(log: Log) -> Dispute:
    (dispute,) = folded(DISPUTES, log.records).rows.values()
    assert isinstance(dispute, Dispute)
    return dispute


def mediated(log: Log, outcome: str) -> None:
    log.dispute("d", "DisputeFiled", by_id="zhao")
    log.dispute("d", "MediationConsentRecorded", side="A")
    log.dispute("d", "MediationConsentRecorded", side="B")
    log.dispute("d", "DisputeAccepted")
    log.dispute("d", "MediatorAssigned", mediator_id="deng", body="committee")
    log.dispute("d", "RightsNoticeGiven", mediator_id="deng")
    log.dispute("d", "MediationSessionHeld", n=1, mode="in_person", attended=["zhao", "qian"])
    duty = {"term_id": 1, "duty": "修好水管", "place": "0602"}
    terms = [duty] if outcome != "not_settled" else []
    log.dispute("d", "DisputeMediated", outcome=outcome, body="committee", terms=terms)


def test_a_filed_dispute_shows_its_parties_and_is_listed_for_each() -> None:
    log = Log()
    log.dispute("d", "DisputeFiled")
    made = folded(DISPUTES, log.records)
    assert only(log).state == "filed"
    assert [p["person_id"] for p in only(log).parties] == ["zhao", "qian"]
    assert set(made.lines) == {OwnDispute("xx", p, uid("d")) for p in ("zhao", "qian")}


def test_a_dispute_goes_from_consent_to_an_agreement_that_is_performed() -> None:
    log = Log()
    mediated(log, "settled_written")
    dispute = only(log)
    assert (dispute.state, dispute.outcome, dispute.terms) == ("settled", "settled_written", 1)
    assert (dispute.consented, dispute.sessions) == (("A", "B"), 1)
    assert (dispute.mediator_id, dispute.body) == ("deng", "committee")
    log.dispute("d", "AgreementBreached", term_id=1, due_at="2020-05-01T00:00:00Z")
    assert only(log).state == "breached"
    log.dispute("d", "TermPerformed", term_id=1)
    log.dispute("d", "AgreementPerformed")
    assert (only(log).state, only(log).terms_performed, only(log).version) == ("performed", 1, 11)


def test_a_mediation_without_agreement_ends_not_settled_and_says_where_to_go() -> None:
    log = Log()
    mediated(log, "not_settled")
    log.dispute("d", "DisputeReferred", to="court")
    assert (only(log).state, only(log).referred_to) == ("not_settled", "court")


def test_a_recused_mediator_is_gone_and_the_dispute_waits_for_another() -> None:
    log = Log()
    log.dispute("d", "DisputeFiled")
    log.dispute("d", "MediatorAssigned", mediator_id="he", body="informal")
    log.dispute("d", "MediatorChallenged", side="B", mediator_id="he", reason="亲戚")
    log.dispute("d", "MediatorRecused", mediator_id="he", cause="challenged")
    assert (only(log).state, only(log).mediator_id) == ("accepted", None)


def test_a_declined_or_withdrawn_dispute_is_over() -> None:
    for name, state in (("MediationDeclined", "declined"), ("DisputeWithdrawn", "withdrawn")):
        log = Log()
        log.dispute("d", "DisputeFiled")
        log.dispute("d", name, side="B", sides=["A"])
        assert only(log).state == state


def test_nothing_of_what_it_is_about_is_on_the_board() -> None:
    log = Log()
    mediated(log, "settled_written")
    shown = repr(astuple(only(log)))
    assert "楼上漏水" not in shown
    assert "修好水管" not in shown
    assert not {"matter", "notes", "agreement"} & {f.name for f in fields(Dispute)}
