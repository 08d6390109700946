"""What every HTTP service shares: a command's request and its answer."""

from hashlib import sha256
from typing import Annotated, Any, Final, Self, TypeVar, cast
from uuid import UUID, uuid4, uuid5

from fastapi import APIRouter, Depends, Header, Request, Response
from fastapi.security import HTTPBearer
from linli_shared.asked import Asked, Outcome
from linli_shared.decider import Decider
from linli_shared.messages import Command, Event
from linli_shared.store import EventStore, Learn
from pydantic import BaseModel

from linli_service.auth import Caller
from linli_service.problems import PROBLEMS, READ_PROBLEMS
from linli_service.strict import FileRoute, StrictRequest, StrictRoute

C = TypeVar("C", bound=Command)
S = TypeVar("S")
E = TypeVar("E", bound=Event)

# System commands have a namespace of their own, so no client can squat an id of theirs.
_CLIENTS: Final = UUID("6b1d5c1e-9a53-5a0b-8a57-0f6a3f6e2c11")
_bearer = HTTPBearer(auto_error=False, description="An OpenID Connect access token.")


def commands(prefix: str, tag: str) -> APIRouter:
    """A router of commands: strict requests, a token, documented problems."""
    return _router(prefix, tag, PROBLEMS)


def files(prefix: str, tag: str) -> APIRouter:
    """A router of commands whose body is a file, and of what reads such files."""
    return _router(prefix, tag, PROBLEMS, FileRoute)


def queries(prefix: str, tag: str) -> APIRouter:
    """A router of reads."""
    return _router(prefix, tag, READ_PROBLEMS)


def _router(
    prefix: str, tag: str, problems: dict[int | str, dict[str, Any]],
    route: type[StrictRoute] = StrictRoute,
) -> APIRouter:  # fmt: skip
    return APIRouter(
        prefix=prefix,
        tags=[tag],
        route_class=route,
        responses=problems,
        dependencies=[Depends(_bearer)],
    )


class Done(BaseModel):
    """The stream's id and its version after the command, as in the ETag."""

    id: UUID
    version: int

    @classmethod
    def of(cls, outcome: Outcome) -> Self:
        return cls(id=outcome.key, version=outcome.version)


class Handling:
    """A request that carries a command, and what its answer's headers are made of."""

    def __init__(
        self, store: EventStore, topic: str, asked: Asked, path: str, to: Response
    ) -> None:
        self._store, self._topic, self._asked = store, topic, asked
        self._path, self._to = path, to

    async def create(
        self, decider: Decider[C, S, E], command: C, estate: str, learn: Learn[C] | None = None
    ) -> Outcome:
        """Begin a stream of `estate`; 201 with its Location."""
        outcome = await self._store.create(decider, command, self._asked, estate, learn)
        self._to.headers["Location"] = f"{self._path}/{outcome.key}"
        return self._told(outcome)

    async def act(
        self, decider: Decider[C, S, E], key: UUID, command: C, learn: Learn[C] | None = None
    ) -> Outcome:
        """Carry out a command on a stream of one of the caller's estates."""
        return self._told(await self._store.act(decider, key, command, self._asked, learn))

    async def reach(
        self, decider: Decider[C, S, E], key: UUID, command: C, estate: str,
        learn: Learn[C] | None = None,
    ) -> Outcome:  # fmt: skip
        """As `create`, where the key follows from what it is about: what is there goes on."""
        self._to.headers["Location"] = f"{self._path}/{key}"
        return self._told(
            await self._store.reach(decider, key, command, self._asked, estate, learn)
        )

    def _told(self, outcome: Outcome) -> Outcome:
        """The ETag is the version; a view's GET that is given Linli-Position waits until it shows
        this command."""
        self._to.headers["ETag"] = f'"{outcome.version}"'
        if outcome.at:
            shard, position = outcome.at
            self._to.headers["Linli-Position"] = f"{self._topic}/{shard}/{position}"
        return outcome


async def _handling(
    request: Request,
    response: Response,
    idempotency_key: Annotated[
        str,
        Header(
            min_length=1, max_length=200, pattern=r"^[\x21-\x7e]+$",
            description="Chosen by the client, new for each command; a retry sends the same one.",
        ),
    ],
    if_match: Annotated[
        str | None,
        Header(pattern=r'^"[0-9]{1,18}"$', description="The version that the client has seen."),
    ] = None,
) -> Handling:  # fmt: skip
    caller = asking(request)
    route, path = request.scope["route"].path, request.url.path
    body = await cast("StrictRequest", request).said()
    asked = Asked(
        actor=caller.person,
        estates=caller.estates,
        command=uuid5(_CLIENTS, f"{caller.subject}\n{route}\n{idempotency_key}"),
        request=UUID(bytes=sha256(f"{path}\n{body}".encode()).digest()[:16]),
        correlation=uuid4(),
        if_match=int(if_match.strip('"')) if if_match else None,
    )
    state: Any = request.app.state
    return Handling(state.store, state.topic, asked, path, response)


def asking(request: Request) -> Caller:
    """Who asks; StrictRoute has checked the token."""
    caller: Caller = request.state.caller
    return caller


Call = Annotated[Handling, Depends(_handling)]
Asking = Annotated[Caller, Depends(asking)]
