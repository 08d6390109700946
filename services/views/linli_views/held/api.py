"""HTTP: everything that is held on a person, for themself; or for who answers for an estate and has
said why, which is recorded first (`disclosure_log`)."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi import Depends, Query, Request
from fastapi.responses import StreamingResponse
from linli_language.roles import Role
from linli_sealed.fields import WITHHELD, Shredded, Withheld
from linli_service.auth import Caller
from linli_service.http import Asking, queries
from linli_service.positions import Positions, caught_up
from linli_shared.append import Overloaded
from linli_shared.decider import Rejected
from linli_shared.seal import Seal
from linli_shared.text import Key
from pydantic import BaseModel, ConfigDict

from linli_views.disclosure_log import EXPORT, Disclosure, own
from linli_views.held.search import TOPICS, Search, searching
from linli_views.held.telling import Held, Naming, Text, closest, held
from linli_views.held.writing import Begin, Csv, Document, End, Form, Json
from linli_views.membership import tenants
from linli_views.sight import Sight, reading_as

EXPORTERS: Final = (Role.COMPANY_USER, Role.ESTATE_MANAGER)
_MOST: Final = 4  # in a process at a time: each reads all that there is of its estates
_asking: Final[set[str]] = set()


class Asked(BaseModel):
    """`format` goes before what Accept says. `export`: the disclosure, where it is of somebody
    else."""

    model_config = ConfigDict(extra="forbid")

    export: UUID | None = None
    estate: Key | None = None
    format: Literal["json", "csv"] | None = None

    def form(self, accept: str) -> Form:
        table = self.format == "csv" if self.format else "text/csv" in accept.lower()
        return Csv() if table else Json()


async def _search(
    person_id: Key,
    asked: Annotated[Asked, Query()],
    request: Request,
    caller: Asking,
    waited: Annotated[None, Depends(caught_up)],
) -> AsyncIterator[Search]:
    """Open until the answer is sent, or its reader has gone."""
    disclosed = await _disclosed(asked.export, request, caller)
    theirs = await _theirs(request, caller) if caller.person == person_id else ()
    estates = concerned(where(caller, person_id, disclosed, theirs), asked.estate)
    _room(caller.subject)  # before anything is opened
    async with searching(request.app.state.cluster, TOPICS, person_id, estates) as search:
        with _one_of_few(caller.subject):  # given back first: to leave Kafka takes a moment
            yield search


async def _disclosed(export: UUID | None, request: Request, caller: Caller) -> Disclosure | None:
    if export is None:
        return None
    now = await request.app.state.store.clock()
    async with reading_as(request, caller) as read:
        return await own(read, export, (EXPORT,), now)


async def _theirs(request: Request, caller: Caller) -> Sequence[str]:
    """Wherever the caller's id is theirs, whatever their token lists."""
    positions: Positions = request.app.state.positions
    number = await positions.views.live(positions.pool)
    return await tenants(positions.pool, number, list(caller.estates))


def where(
    caller: Caller, person: str, disclosed: Disclosure | None, theirs: Sequence[str]
) -> Sequence[str]:
    """The estates where the caller may ask for what is held on the person: `theirs`, of themself.
    Raises NOT_FOUND, and DISCLOSURE_REQUIRED for who may once they have said why."""
    if caller.person == person:
        return theirs
    answerable = caller.having(*EXPORTERS)
    if disclosed is None and answerable:
        raise Rejected("DISCLOSURE_REQUIRED")
    if disclosed is None or disclosed.person_id != person:
        raise Rejected("NOT_FOUND")
    return [estate for estate in disclosed.estate_ids if estate in answerable]


def concerned(estates: Sequence[str], estate: str | None) -> Sequence[str]:
    """All of them, or the one that is asked for; another does not exist."""
    if not estates or estate not in {None, *estates}:
        raise Rejected("NOT_FOUND")
    return sorted(estates) if estate is None else [estate]


def _room(subject: str) -> None:
    if subject in _asking or len(_asking) >= _MOST:
        raise Overloaded


@contextmanager
def _one_of_few(subject: str) -> Iterator[None]:
    _room(subject)
    _asking.add(subject)
    try:
        yield
    finally:
        _asking.discard(subject)


router = queries("/people", "people")
_MADE: Final[dict[int | str, dict[str, Any]]] = {
    200: {"model": Document, "content": {"text/csv": {"schema": {"type": "string"}}}}
}


@router.get("/{person_id}/data", responses=_MADE, response_class=StreamingResponse)
async def data(
    person_id: Key,
    asked: Annotated[Asked, Query()],
    search: Annotated[Search, Depends(_search)],
    request: Request,
    caller: Asking,
) -> StreamingResponse:
    """Everything that the facts of all services hold on the person, as it is found: it takes as
    long as it takes to read them. One at a time. An answer without its end is none. Of somebody
    else: `POST /people/{person_key}/export` with a reason first, and its id as `export`."""
    form = asked.form(request.headers.get("accept", ""))
    seal: Seal = request.app.state.store.seal
    suffix = form.media_type.rpartition("/")[2]
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": f'attachment; filename="data.{suffix}"',
        "Vary": "Accept",
    }
    told = written(search, form, seal, Sight.of(caller))
    return StreamingResponse(told, headers=headers, media_type=form.media_type)


async def written(search: Search, form: Form, seal: Seal, sight: Sight) -> AsyncIterator[str]:
    """The answer, piece by piece."""
    estates = sorted(search.estates)
    yield form.heading(Begin(person_id=search.person, estates=estates, asked_at=search.asked_at))
    count = withheld = 0
    async for found in search.found():
        facts = await opened(found, seal, sight, themself=sight.person == search.person)
        count += len(facts)
        withheld += sum(text.state == "withheld" for fact in facts for text in fact.texts)
        yield form.lines(facts)
    yield form.ending(
        End(count=count, withheld=withheld, complete=search.complete, read_to=search.read_to)
    )


async def opened(
    found: Sequence[Naming], seal: Seal, sight: Sight, *, themself: bool
) -> list[Held]:
    """With the person's texts, as far as they can be read by whoever asks."""
    tokens = {token for one in found for token in one.sealed.values()}
    texts = await seal.texts({one.fact.estate for one in found}, tokens)
    made = []
    for one in found:
        own = [
            _text(path, WITHHELD if path in one.moved else texts[token])
            if themself or not closest(token)
            else Text(field=path, state="not_told", text="")
            for path, token in one.sealed.items()
        ]
        made.append(held(one, own, whole=one.fact.estate in sight.whole))
    return made


def _text(path: str, text: str) -> Text:
    match text:
        case Shredded():
            state = "erased"
        case Withheld():
            state = "withheld"
        case _:
            state = "read"
    return Text(field=path, state=state, text=text)
