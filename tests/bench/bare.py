"""The peer of `commanding`: no token, no rule, no version, no event; a body, a row, an answer."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import asyncpg
import uvicorn
from fastapi import FastAPI
from linli_cases.complaints.commands import OpenCase


@asynccontextmanager
async def opened(app: FastAPI) -> AsyncIterator[None]:
    async with asyncpg.create_pool(os.environ["BARE_URL"], min_size=8, max_size=8) as pool:
        await pool.execute(
            "create table if not exists bare_case (id uuid primary key, estate text, body text)"
        )
        app.state.pool = pool
        yield


app = FastAPI(lifespan=opened)


@app.post("/cases", status_code=201)
async def open_case(command: OpenCase) -> dict[str, Any]:
    key = uuid4()
    sql = "insert into bare_case values ($1, $2, $3)"
    await app.state.pool.execute(sql, key, command.estate_id, command.model_dump_json())
    return {"id": key, "version": 1}


if __name__ == "__main__":
    config = uvicorn.Config(
        app, port=int(os.environ["BARE_PORT"]), loop="uvloop", http="httptools", log_level="warning"
    )
    asyncio.run(uvicorn.Server(config).serve())
