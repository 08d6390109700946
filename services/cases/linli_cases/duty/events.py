"""What can happen to the roster of an estate."""

from linli_language.roles import Role
from linli_shared.messages import Event, Value
from pydantic import AwareDatetime

from linli_cases.duty.terms import Away


class Holder(Value):
    role: Role
    person_id: str


class Absence(Value):
    """From `since` to before `until`."""

    person_id: str
    reason: Away
    since: AwareDatetime
    until: AwareDatetime


class EscalationDutySet(Event, kind="linli.cases.EscalationDutySet.v1"):
    """升级责任人名单: the `n`th version, in place of all before."""

    n: int
    holders: tuple[Holder, ...]
    absences: tuple[Absence, ...] = ()
    by_id: str
