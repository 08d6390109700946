"""What an operator's tools ask of a process: alive, ready, measured."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Literal

from asyncpg import Pool
from fastapi import FastAPI, Response
from linli_shared.postgres import TRANSIENT
from linli_shared.telemetry import REQUESTS
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Readiness:
    """Ready once every part has been; afterwards as long as the database answers: commands are
    taken, and reads answered, while Kafka is away. `lost`, of the relay, is what the store lacks:
    with anything lost nothing is taken. `waits` is what the service itself waits for."""

    def __init__(
        self,
        pools: Mapping[str, Pool],
        parts: Mapping[str, Callable[[], bool]],
        obstacle: Callable[[], Awaitable[str]],
        lost: Callable[[], str] = lambda: "",
        waits: Callable[[Pool], Awaitable[str]] | None = None,
    ) -> None:
        self._pools, self._parts, self._obstacle = pools, parts, obstacle
        self._lost, self._waits = lost, waits
        self._been: set[str] = set()

    async def check(self) -> tuple[bool, dict[str, str]]:
        state = {f"postgres ({name})": await _answers(pool) for name, pool in self._pools.items()}
        fine = all(text == "ok" for text in state.values())
        there = {name for name, ready in self._parts.items() if ready()}
        self._been |= there
        waiting = self._parts.keys() - there
        why = f"waiting for Kafka: {await self._obstacle()}" if waiting else ""
        state |= {name: why if name in waiting else "ok" for name in self._parts}
        if lost := self._lost():
            return False, state | {"relay": f"the store has lost facts, see linli store: {lost}"}
        if fine and self._waits and (pool := self._pools.get("app")):
            waited = await self._waits(pool)
            state |= {"service": f"waiting for {waited}" if waited else "ok"}
            fine = not waited
        return fine and self._parts.keys() <= self._been, state


async def _answers(pool: Pool) -> str:
    try:
        async with asyncio.timeout(2):
            await pool.fetchval("select 1")
    except TRANSIENT as error:
        return f"does not answer ({type(error).__name__})"
    return "ok"


class Alive(BaseModel):
    status: Literal["ok"] = "ok"


class Ready(BaseModel):
    """`parts` says of each part `ok`, or what it waits for."""

    ready: bool
    parts: dict[str, str]


def install_ops(
    app: FastAPI, readiness: Callable[[], Awaitable[tuple[bool, dict[str, str]]]]
) -> None:
    @app.get("/livez", tags=["ops"], summary="Is the process alive?")
    async def livez() -> Alive:
        return Alive()

    @app.get(
        "/readyz", tags=["ops"], summary="Can it do its work?",
        responses={503: {"model": Ready, "description": "Not now. The parts say why."}},
    )  # fmt: skip
    async def readyz(response: Response) -> Ready:
        fine, parts = await readiness()
        response.status_code = 200 if fine else 503
        return Ready(ready=fine, parts=parts)

    @app.get("/metrics", tags=["ops"], include_in_schema=False)
    async def metrics() -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    app.add_middleware(Measured)


class Measured:
    """Times every request by its route, never by its path: ids would make a series each."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun, status = time.perf_counter(), 500

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noted)
        finally:
            route = getattr(scope.get("route"), "path", "none")
            taken = time.perf_counter() - begun
            REQUESTS.labels(scope["method"], route, str(status)).observe(taken)
