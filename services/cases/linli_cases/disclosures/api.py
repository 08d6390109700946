"""HTTP for disclosures 查阅 of cases: parse, hand over, answer. Nothing is shown here: the views
show it to whom this is recorded of."""

from uuid import UUID

from fastapi import Request, Response
from linli_service.http import Asking, Call, Done, commands
from linli_shared.decider import Rejected
from linli_shared.store import EventStore

from linli_cases.complaints.domain import CASES
from linli_cases.disclosures.commands import RevealCaseField
from linli_cases.disclosures.domain import DISCLOSURES

router = commands("/cases", "disclosures")


@router.post("/{case_id}/reveal")
async def reveal(
    case_id: UUID, command: RevealCaseField, caller: Asking, call: Call, request: Request,
    to: Response,
) -> Done:  # fmt: skip
    """Records that somebody looks, and says where it is shown to them."""
    store: EventStore = request.app.state.store
    loaded = await store.load(CASES, sorted(caller.estates), case_id)
    if loaded.state is None:
        raise Rejected("NOT_FOUND")
    known = command.learned(case=(case_id, loaded.state.reporter_id))
    done = Done.of(await call.create(DISCLOSURES, known, loaded.estate))
    to.headers["Location"] = f"/reveals/{done.id}"
    return done
