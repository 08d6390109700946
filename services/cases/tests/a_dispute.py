"""Water from 7-1-0602 in 7-1-0502: a dispute 邻里纠纷 and the people around it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from linli_cases.disputes.commands import AssignMediator, FileDispute, RecordAgreement
from linli_cases.disputes.domain import DISPUTES
from linli_cases.disputes.events import (
    AgreementBreached,
    AgreementPerformed,
    ContactAttempted,
    ContactExhausted,
    DisputeAccepted,
    DisputeFiled,
    DisputeMediated,
    DisputeReferred,
    DisputeWithdrawn,
    MediationConsentRecorded,
    MediationDeclined,
    MediationSessionHeld,
    MediatorAssigned,
    MediatorChallenged,
    MediatorRecused,
    Party,
    RightsNoticeGiven,
    Term,
    TermPerformed,
)
from linli_cases.disputes.terms import Body, Forum, Mode, Outcome, Side, Status
from linli_cases.overrides import RuleOverridden
from linli_language.roles import Role
from linli_shared.messages import Command
from linli_shared.testing import Spec, said

C = TypeVar("C", bound=Command)

DISPUTE = UUID("0192b000-0000-7000-8000-000000000001")
NOW = datetime(2020, 9, 1, 2, 0, tzinfo=UTC)
UP, DOWN, LODGER, ZHOU = "up-0602", "down-0502", "lodger-0602", "zhou"
DENG, OPERATOR, OFFICER = "deng", "wang", "officer"
ROLES = {
    UP: Role.RESIDENT,
    DOWN: Role.RESIDENT,
    LODGER: Role.RESIDENT,
    ZHOU: Role.RESIDENT,
    DENG: Role.MEDIATOR,
    OPERATOR: Role.OPERATOR,
    OFFICER: Role.COMMUNITY_OFFICER,
}
PARTIES = [
    {"person_id": DOWN, "unit_id": "7-1-0502", "side": "A"},
    {"person_id": UP, "unit_id": "7-1-0602", "side": "B"},
    {"person_id": LODGER, "unit_id": "7-1-0602", "side": "B"},
]
PAPERS = [{"side": "A", "document_id": "doc-a"}, {"side": "B", "document_id": "doc-b"}]
DUE = NOW + timedelta(days=14)
MONTH = datetime(2020, 10, 1, 2, 0, tzinfo=UTC)
TERM: dict[str, Any] = {
    "obligor_id": UP,
    "duty": "修好卫生间防水",
    "place": "7-1-0602",
    "due_at": DUE,
}


def by(person: str, command: C, now: datetime = NOW) -> C:
    return said(command, DISPUTE, now, person, ROLES[person])


def filing(**change: Any) -> FileDispute:
    body = {
        "estate_id": "xx",
        "category": "leakage",
        "parties": PARTIES,
        "matter": "楼上卫生间漏水。",
    }
    return FileDispute.model_validate(body | change)


def assignment(**change: Any) -> AssignMediator:
    """Of somebody with a certificate for years."""
    body = {"mediator_id": DENG, "body": "committee"} | change
    return AssignMediator.model_validate(body).learned(certified=(date(2025, 1, 1),))


def agreement(**change: Any) -> RecordAgreement:
    body = {"form": "written", "terms": [TERM], "signatures": [DOWN, UP]}
    return RecordAgreement.model_validate(body | change)


def of(person: str, **change: Any) -> dict[str, Any]:
    about = {"occurred_at": NOW, "dispute_id": DISPUTE, "category": "leakage", "by_id": person}
    return about | change


FILED = DisputeFiled(
    **of(DOWN),
    parties=tuple(Party.model_validate(party) for party in PARTIES),
    filing_side=Side.A,
    matter="楼上卫生间漏水。",
    policy_version="default-1",
    contact_by=NOW + timedelta(days=3),
)
MISSED = ContactAttempted(**of(OPERATOR), side=Side.B, reached=False, n=1)
EXHAUSTED = ContactExhausted(**of(OPERATOR), side=Side.B, n=3)
CONSENT_A = MediationConsentRecorded(**of(DOWN), side=Side.A)
CONSENT_B = MediationConsentRecorded(**of(UP), side=Side.B)
DECLINED = MediationDeclined(**of(UP), side=Side.B)
ACCEPTED = DisputeAccepted(**of(UP), mediate_by=MONTH)
OVERRIDDEN = RuleOverridden(
    occurred_at=NOW,
    subject_id=DISPUTE,
    by_id=OPERATOR,
    rule_code="MEDIATOR_CONFLICT_OF_INTEREST",
    reason="双方都信任她。",
    approver_id=OFFICER,
    document_ids=("doc-a", "doc-b"),
)
ASSIGNED = MediatorAssigned(**of(OPERATOR), mediator_id=DENG, body=Body.COMMITTEE)
NOTICE = RightsNoticeGiven(**of(DENG), mediator_id=DENG)
SESSION = MediationSessionHeld(
    **of(DENG),
    n=1,
    mediator_id=DENG,
    starts_at=NOW,
    mode=Mode.IN_PERSON,
    attended=(DOWN, UP),
    caucus=False,
)
CHALLENGED = MediatorChallenged(**of(UP), mediator_id=DENG, side=Side.B, reason="是对方的亲戚。")
RECUSED = MediatorRecused(**of(UP), mediator_id=DENG, cause="challenged", coordinator_id=OPERATOR)
SETTLED = DisputeMediated(
    **of(DENG),
    outcome=Outcome.SETTLED_WRITTEN,
    body=Body.COMMITTEE,
    mediator_id=DENG,
    terms=(Term(term_id=1, **TERM),),
    signed_by=(DOWN, UP),
)
NOT_SETTLED = DisputeMediated(
    **of(DENG), outcome=Outcome.NOT_SETTLED, body=Body.COMMITTEE, mediator_id=DENG
)
REFERRED = DisputeReferred(**of(DENG), to=Forum.COURT)
TERM_DONE = TermPerformed(**of(DENG), term_id=1, evidence_ids=("photo-1",))
PERFORMED = AgreementPerformed(**of(DENG))
BREACHED = AgreementBreached(**of("system"), term_id=1, due_at=DUE)
WITHDRAWN = DisputeWithdrawn(**of(DOWN), sides=(Side.A,), reason="已经和好")

_ACCEPTED = (FILED, CONSENT_A, CONSENT_B, ACCEPTED)
_IN_SESSION = (*_ACCEPTED, ASSIGNED, NOTICE, SESSION)
PAST = {
    Status.FILED: (FILED,),
    Status.ACCEPTED: _ACCEPTED,
    Status.DECLINED: (FILED, CONSENT_A, DECLINED),
    Status.MEDIATOR_ASSIGNED: (*_ACCEPTED, ASSIGNED),
    Status.IN_SESSION: _IN_SESSION,
    Status.SETTLED: (*_IN_SESSION, SETTLED),
    Status.NOT_SETTLED: (*_IN_SESSION, NOT_SETTLED, REFERRED),
    Status.PERFORMED: (*_IN_SESSION, SETTLED, TERM_DONE, PERFORMED),
    Status.BREACHED: (*_IN_SESSION, SETTLED, BREACHED),
    Status.WITHDRAWN: (FILED, WITHDRAWN),
}
"""How a dispute may have come to each of its states."""
NOTHING = Spec(DISPUTES)
AT = {status: NOTHING.given(*past) for status, past in PAST.items()}
