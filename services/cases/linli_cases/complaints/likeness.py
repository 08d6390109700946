"""When two reports are the same: exactly, or nearly. Pure."""

import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import pairwise
from uuid import UUID

from linli_sealed.fields import Unread
from rapidfuzz import fuzz

from linli_cases.complaints.about import Near, Place
from linli_cases.complaints.events import CaseOpened
from linli_cases.complaints.policy import Policy
from linli_cases.complaints.terms import Alike


def normalised(text: str) -> str:
    """NFKC (full-width forms become half-width), no case, letters and digits only: what is left of
    a sentence when punctuation and blanks, which Chinese hardly needs, do not count."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())


def repeat_key(opened: CaseOpened) -> str:
    """What two reports share when one exactly repeats the other. Hashed: it holds their words. One
    that nobody can read any more repeats none."""
    if isinstance(opened.title, Unread):
        return str(opened.case_id)
    words = normalised(opened.title), normalised(opened.description)
    parts = (opened.reporter_id, opened.place.unit_id or "", opened.service_code, *words)
    return sha256("\n".join(parts).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Reported:
    """What is compared of a report. In the table its title and description are sealed."""

    estate: str
    case_id: UUID
    service_code: str
    building_id: str | None
    public_area: str | None
    title: str
    description: str
    opened_at: datetime
    open: bool

    @classmethod
    def of(cls, opened: CaseOpened, estate: str) -> "Reported":
        return cls(
            estate=estate,
            case_id=opened.case_id,
            service_code=opened.service_code,
            building_id=opened.place.building_id,
            public_area=opened.place.public_area,
            title=opened.title,
            description=opened.description,
            opened_at=opened.occurred_at,
            open=True,
        )


def near(
    known: Iterable[Reported], place: Place, title: str, description: str, policy: Policy
) -> tuple[Near, ...]:
    """Those of `known` (open, of the same service) that look like this report, the likest first.

    They are at the same place, and their titles or their whole texts are alike.
    """
    mine = normalised(title), normalised(title + description)
    found = [_compared(mine, other) for other in known if _same_place(place, other)]
    alike = [n for n in found if n.score_bp >= policy.near_score_bp]
    alike.sort(key=lambda n: (-n.score_bp, n.opened_at, n.case_id))
    return tuple(alike[: policy.near_most])


def _compared(mine: tuple[str, str], other: Reported) -> Near:
    theirs = normalised(other.title), normalised(other.title + other.description)
    title, text = (score_bp(a, b) for a, b in zip(mine, theirs, strict=True))
    by = Alike.SAME if mine == theirs else Alike.TITLE if title >= text else Alike.TEXT
    return Near(
        case_id=other.case_id,
        place=Place(building_id=other.building_id, public_area=other.public_area),
        service_code=other.service_code,
        opened_at=other.opened_at,
        score_bp=max(title, text),
        reason=by,
    )


def score_bp(one: str, other: str) -> int:
    """How alike two normalised texts are, 10000 being the same. Character by character, for Chinese
    has no blanks to split words at; and by pairs of characters, wherever they stand (Dice, 1945),
    for it puts the place before what is wrong with it, or after."""
    in_order = fuzz.ratio(one, other) * 100
    ours, theirs = (Counter(map("".join, pairwise(text))) for text in (one, other))
    pairs = ours.total() + theirs.total()
    anywhere = 20_000 * (ours & theirs).total() / pairs if pairs else 0
    return round(max(in_order, anywhere))


def _same_place(place: Place, other: Reported) -> bool:
    """The same building (or none), and not two different areas of it."""
    areas = {normalised(area) for area in (place.public_area, other.public_area) if area}
    return place.building_id == other.building_id and len(areas) <= 1
