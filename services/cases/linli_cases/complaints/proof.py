"""Pictures of before and after the work on a case 事件: whose they may be, and which are proof."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from linli_language.roles import Role
from linli_shared.decider import Rejected

from linli_cases.complaints.asking import STAFF
from linli_cases.complaints.commands import AddEvidence, ResolveCase
from linli_cases.complaints.events import EvidenceAdded
from linli_cases.complaints.parts import Photo
from linli_cases.complaints.speaking import assignee_or_desk, facts_of
from linli_cases.complaints.state import Case
from linli_cases.complaints.terms import Kind, Stage

VIEWERS: Final = (
    *STAFF, Role.COMMUNITY_OFFICER, Role.REGION_USER, Role.COMPANY_USER, Role.AUDITOR,
)  # fmt: skip
"""Who sees a case that is not their own sees its pictures."""
NEED_A_PICTURE: Final = frozenset({Kind.REPAIR, Kind.KEY_MATTER})


def add(command: AddEvidence, case: Case) -> Sequence[EvidenceAdded]:
    """What it was like, whoever reported it or works for the estate; what was done, whoever has it
    in hand."""
    if command.stage is Stage.AFTER:
        assignee_or_desk(command, case)
    elif command.actor.id != case.reporter_id and not command.actor.roles & {*STAFF}:
        raise Rejected("NOT_REPORTER")
    if len(case.photos) >= (limit := command._policy.evidence_most):
        raise Rejected("EVIDENCE_LIMIT_REACHED", limit=limit)
    return [
        EvidenceAdded(
            **facts_of(command, case),
            evidence_id=command._evidence_id,
            stage=command.stage,
            file_key=command._file_key,
            width=command._width,
            height=command._height,
            size_bytes=command._size_bytes,
        )
    ]


def check(command: ResolveCase, case: Case) -> None:
    """Each picture is one of this case, and where work on a thing is proved by one, one of them was
    taken afterwards."""
    shown = [case.photos.get(id) for id in command.evidence_ids]
    after = any(photo and photo.stage is Stage.AFTER for photo in shown)
    if None in shown or (case.kind in NEED_A_PICTURE and not after):
        raise Rejected("EVIDENCE_REQUIRED")


def photo_for(case: Case | None, id: UUID, person: str, *, staff: bool) -> Photo:
    """Raises NOT_FOUND also where it is not for this person: that there is one tells something."""
    if case and (staff or person == case.reporter_id) and (photo := case.photos.get(id)):
        return photo
    raise Rejected("NOT_FOUND")
