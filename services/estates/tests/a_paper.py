"""What Zhao has checked of Tang, and when Tang is away."""

from datetime import date
from typing import Any, TypeVar

from linli_estates.absences.commands import EndLeave, RecordLeave
from linli_estates.absences.commands import key_of as key_of_absence
from linli_estates.absences.events import LeaveEnded, StaffOnLeave
from linli_estates.credentials.commands import RecordCredential, key_of
from linli_estates.credentials.events import CredentialExpired, CredentialRecorded
from linli_estates.credentials.terms import CredentialType, Result
from linli_language.roles import Role
from linli_shared.messages import Command
from linli_shared.testing import said

from services.estates.tests.a_company import NOW, TENANT

C = TypeVar("C", bound=Command)
TANG, ZHAO = "tang", "zhao"
CHECK = CredentialType.MINOR_CONTACT_CHECK
PAPER, LEAVE = key_of(TENANT, TANG), key_of_absence(TENANT, TANG)
_PAPER: dict[str, Any] = {
    "occurred_at": NOW, "credentials_key": PAPER, "person_id": TANG, "type": CHECK,
}  # fmt: skip
RECORDED = CredentialRecorded(
    **_PAPER, by_id=ZHAO, result=Result.CLEAR, checked_on=date(2020, 1, 3),
    expires_on=date(2021, 1, 1),
)  # fmt: skip
EXPIRED = CredentialExpired(**_PAPER, by_id="system", expired_on=date(2021, 1, 1))
_LEAVE: dict[str, Any] = {
    "occurred_at": NOW, "absence_key": LEAVE, "person_id": TANG, "leave_no": 1, "by_id": ZHAO,
}  # fmt: skip
AWAY = StaffOnLeave(**_LEAVE, starts_on=date(2020, 1, 20), ends_on=date(2020, 1, 31))
BACK = LeaveEnded(**_LEAVE, early=True)


def by(command: C, person: str = ZHAO, *roles: str) -> C:
    key = LEAVE if isinstance(command, RecordLeave | EndLeave) else PAPER
    return said(command, key, NOW, person, *(roles or (Role.ESTATE_MANAGER,)))


def recording(person: str = ZHAO, known: Any = frozenset({TANG}), **change: Any) -> Any:
    body = {
        "tenant": TENANT, "person_id": TANG, "type": CHECK, "result": "clear",
        "checked_on": "2020-01-03", "expires_on": "2021-01-01",
    }  # fmt: skip
    return by(RecordCredential.model_validate(body | change).learned(known=known), person)


def leaving(
    person: str = ZHAO, *roles: str, known: Any = frozenset({TANG}), **change: Any
) -> RecordLeave:
    body = {
        "tenant": TENANT, "person_id": TANG, "starts_on": "2020-01-20", "ends_on": "2020-01-31",
    }  # fmt: skip
    return by(RecordLeave.model_validate(body | change).learned(known=known), person, *roles)
