"""Steps between aggregates or services that were refused 流程受阻, the latest first: what was to
follow a fact does not, and an operator has to see to it."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Query
from linli_language.codes import CODES, text
from linli_language.roles import Role
from linli_sealed.numbers import Masked
from linli_service.http import queries
from linli_service.paging import Page
from linli_shared.decider import Rejected
from linli_shared.kafka import Fact
from linli_shared.refusals import Refusal
from linli_shared.view import View

from linli_views.listing import Asked, Listing
from linli_views.sight import Read, Sight


@dataclass(frozen=True, slots=True)
class Refused:
    estate: str
    event_id: UUID
    service: str
    process: str
    step: str
    target: str
    code: str
    params: tuple[tuple[str, Any], ...]
    fact_id: UUID
    fact_stream: str
    chain_id: UUID
    refused_at: datetime


READERS: Final = (Role.OPERATOR, Role.ESTATE_MANAGER)
REFUSED: Final[View[Any]] = View(
    "refused_steps",
    lines=Refused,
    line_key=["event_id"],
    line_indexes=["estate, refused_at desc, event_id desc"],
)
LISTING: Final = Listing(
    "refused_steps", "refused_at", "event_id", lambda number: "false", (),
    seen_by=READERS,
)  # fmt: skip


def refused(event: Refusal, fact: Fact) -> list[Refused]:
    service = fact.kind.split(".")[1]
    return [
        Refused(
            fact.estate, fact.id, service, event.process, event.step, event.target, event.code,
            tuple(event.params.items()), event.fact_id, event.fact_stream, fact.correlation,
            fact.recorded_at,
        )
    ]  # fmt: skip


for _service in ("cases", "meetings"):
    REFUSED.on(f"linli.{_service}.StepRefused.v1", Refusal)(refused)

router = queries("/refused-steps", "processes")


class RefusedStep(Refusal):
    """`process` of `service` asked `target` for `step` because of the fact `fact_id` of
    `fact_stream`, and was answered `code`; the texts are what the code says.
    `chain_id` is the correlation of all of it."""

    event_id: UUID
    estate: str
    service: str
    chain_id: UUID
    refused_at: datetime
    text_zh: Masked
    text_en: Masked


@router.get("")
async def refused_steps(asked: Annotated[Asked, Query()], read: Read) -> Page[RefusedStep]:
    """For operators and estate managers."""
    if not Sight.of(read.caller, READERS).within(asked.estate).whole:
        raise Rejected("ROLE_NOT_PERMITTED", roles=sorted(READERS))
    rows, following = await LISTING.page(read, {}, asked)
    assert REFUSED.lines
    found: list[Refused] = [REFUSED.lines.parse(row) for row in rows]
    return Page(items=[_step(asdict(row)) for row in found], next=following)


def _step(row: dict[str, Any]) -> RefusedStep:
    code, params = row["code"], dict(row.pop("params"))
    known = code in CODES
    zh, en = (text(code, lang, params) if known else code for lang in ("zh", "en"))
    return RefusedStep(**row, params=params, text_zh=zh, text_en=en)
