"""HTTP: everything that is held on a person, for themself."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, Any, Final, Literal

from fastapi import Depends, Query, Request
from fastapi.responses import StreamingResponse
from linli_sealed.fields import WITHHELD, Shredded, Withheld
from linli_service.auth import Caller
from linli_service.http import Asking, queries
from linli_shared.append import Overloaded
from linli_shared.decider import Rejected
from linli_shared.seal import Seal
from linli_shared.text import Key
from pydantic import BaseModel, ConfigDict

from linli_views.held.search import TOPICS, Search, searching
from linli_views.held.telling import Held, Naming, Text, held
from linli_views.held.writing import Begin, Csv, Document, End, Form, Json
from linli_views.sight import Sight

_MOST: Final = 4  # in a process at a time: each reads all that there is of its estates
_asking: Final[set[str]] = set()


class Asked(BaseModel):
    """`format` goes before what Accept says."""

    model_config = ConfigDict(extra="forbid")

    estate: Key | None = None
    format: Literal["json", "csv"] | None = None

    def form(self, accept: str) -> Form:
        table = self.format == "csv" if self.format else "text/csv" in accept.lower()
        return Csv() if table else Json()


async def _search(
    person_id: Key, asked: Annotated[Asked, Query()], request: Request, caller: Asking
) -> AsyncIterator[Search]:
    """Open until the answer is sent, or its reader has gone."""
    estates = concerned(caller, person_id, asked.estate)
    _room(caller.subject)  # before anything is opened
    async with searching(request.app.state.cluster, TOPICS, person_id, estates) as search:
        with _one_of_few(caller.subject):  # given back first: to leave Kafka takes a moment
            yield search


def concerned(caller: Caller, person: str, estate: str | None) -> Sequence[str]:
    """Those where the caller may ask: their own. Of somebody else there is nothing to be had."""
    if caller.person != person or not caller.estates:
        raise Rejected("NOT_FOUND")
    sight = Sight.of(caller).within(estate)
    return sorted({*sight.whole, *sight.own})


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
    long as it takes to read them. One at a time. An answer without its end is none."""
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
        facts = await opened(found, seal, sight)
        count += len(facts)
        withheld += sum(text.state == "withheld" for fact in facts for text in fact.texts)
        yield form.lines(facts)
    yield form.ending(
        End(count=count, withheld=withheld, complete=search.complete, read_to=search.read_to)
    )


async def opened(found: Sequence[Naming], seal: Seal, sight: Sight) -> list[Held]:
    """With the person's own texts, as far as they can be read."""
    tokens = {token for one in found for token in one.sealed.values()}
    texts = await seal.texts({one.fact.estate for one in found}, tokens)
    made = []
    for one in found:
        own = [
            _text(path, WITHHELD if path in one.moved else texts[token])
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
