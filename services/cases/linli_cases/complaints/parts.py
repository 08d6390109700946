"""Parts of what the rules need to know of a case 事件."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from linli_cases.complaints.terms import Stage, Wait


@dataclass(frozen=True, slots=True)
class Waiting:
    """`paused`: the clocks stand still meanwhile. `topic_id`: what it was referred to."""

    wait_for: Wait
    since: datetime
    paused: bool
    until: datetime | None = None
    topic_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Called:
    """Somebody of the present level, who may keep silent until `answer_due`."""

    holder_ids: tuple[str, ...]
    answer_due: datetime


@dataclass(frozen=True, slots=True)
class Photo:
    """`file_key` opens its file; sealed."""

    stage: Stage
    file_key: str
