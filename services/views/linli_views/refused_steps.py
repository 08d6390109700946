"""Steps between aggregates or services that were refused 流程受阻, the latest first: what was to
follow a fact does not, and an operator has to see to it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Query
from linli_language.codes import CODES, text
from linli_language.roles import Role
from linli_service.http import queries
from linli_service.paging import Page
from linli_shared.kafka import Fact
from linli_shared.refusals import Refusal
from linli_shared.view import View

from linli_views.listing import Asked, Listing
from linli_views.sight import Read


@dataclass(frozen=True, slots=True)
class Refused:
    estate: str
    event_id: UUID
    service: str
    process: str
    step: str
    target: str
    code: str
    fact_id: UUID
    fact_stream: str
    chain_id: UUID
    refused_at: datetime


REFUSED: Final[View[Any]] = View(
    "refused_steps",
    lines=Refused,
    line_key=["event_id"],
    line_indexes=["estate, refused_at desc, event_id desc"],
)
LISTING: Final = Listing(
    "refused_steps", "refused_at", "event_id", lambda number: "false", (),
    seen_by=(Role.OPERATOR, Role.ESTATE_MANAGER),
)  # fmt: skip


def refused(event: Refusal, fact: Fact) -> list[Refused]:
    service = fact.kind.split(".")[1]
    return [
        Refused(
            fact.estate, fact.id, service, event.process, event.step, event.target, event.code,
            event.fact_id, event.fact_stream, fact.correlation, fact.recorded_at,
        )
    ]  # fmt: skip


for _service in ("cases", "meetings"):
    REFUSED.on(f"linli.{_service}.StepRefused.v1", Refusal)(refused)

router = queries("/refused-steps", "processes")


class RefusedStep(Refusal):
    """`process` of `service` asked `target` for `step` because of the fact `fact_id` of
    `fact_stream`, and was answered `code`; the texts are what the code says, without its params.
    `chain_id` is the correlation of all of it."""

    event_id: UUID
    estate: str
    service: str
    chain_id: UUID
    refused_at: datetime
    text_zh: str
    text_en: str


@router.get("")
async def refused_steps(asked: Annotated[Asked, Query()], read: Read) -> Page[RefusedStep]:
    """For operators and estate managers; nobody else has any."""
    rows, following = await LISTING.page(read, {}, asked)
    return Page(items=[_step(dict(row)) for row in rows], next=following)


def _step(row: dict[str, Any]) -> RefusedStep:
    code = row["code"]
    zh, en = (text(code, "zh", {}), text(code, "en", {})) if code in CODES else (code, code)
    return RefusedStep(**row, text_zh=zh, text_en=en)
