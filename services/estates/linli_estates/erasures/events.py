"""What becomes of somebody's wish that what is held of them be erased."""

from uuid import UUID

from linli_shared.messages import Event
from pydantic import BaseModel

from linli_estates.erasures.terms import AskedBy, Refusal


class OfErasure(BaseModel):
    """What every event of an erasure says."""

    erasure_id: UUID
    person_id: str
    by_id: str


class ErasureAsked(OfErasure, Event, kind="linli.estates.ErasureAsked.v1"):
    """申请删除."""

    asked_by: AskedBy


class ErasureRefused(OfErasure, Event, kind="linli.estates.ErasureRefused.v1"):
    """不予删除: it stays as it is, and may be asked for again."""

    reason: Refusal


class ErasureWithdrawn(OfErasure, Event, kind="linli.estates.ErasureWithdrawn.v1"):
    """撤回申请."""


class PersonErased(OfErasure, Event, kind="linli.estates.PersonErased.v1"):
    """批准删除: the key store destroys the person's keys in the company and in `estate_ids`, and
    does so again whenever it is put back from a backup. `asked_by_id` is not `by_id`."""

    asked_by_id: str
    estate_ids: tuple[str, ...]


ErasureEvent = ErasureAsked | ErasureRefused | ErasureWithdrawn | PersonErased
