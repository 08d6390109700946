"""A service of things of its own for each test: package, database, topic, and a process of it."""

import asyncio
import os
import random
import string
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import pytest
from linli_local import ports
from linli_local.testing import Stack
from linli_shared.append import Append, NewEvent
from linli_shared.ending import ended
from linli_shared.kafka import create_topics, shard_of
from linli_shared.process import Process, inputs
from linli_shared.writer import Writer

from shared.tests.broker import until
from shared.tests.things import things

ROOT = Path(__file__).parents[2]
ESTATE = "xx"
SHARD = shard_of(ESTATE)
PARTS = ("relay", "views", "processes")
CODE = """
from linli_shared.process import Process, inputs
from linli_service.service import Service
from shared.tests.things import BOARD, LEDGER, things
{more}
SERVICE = Service(
    name="{name}", title="Things", describe=lambda code, params: (400, {{}}), routers=[],
    topic="{topic}", views=[things("{topic}")], processes=inputs([Process("p")], ["{topic}"]),
)
"""
# As the next version of the code has it: the type that was of the future is known.
MENDED = """
for view in (BOARD, LEDGER):
    view.handlers["linli.test.Noted.v2"] = view.handlers["linli.test.Noted.v1"]
"""
MAIN = """
from linli_service.service import main
from {package}.app import SERVICE
main(SERVICE)
"""


@dataclass
class Rig:
    """`db` is an administrator's: no row-level security binds it."""

    name: str
    kafka: str
    env: Mapping[str, str]
    urls: Mapping[str, str]
    db: asyncpg.Connection
    writer: Writer
    place: Path
    _versions: dict[str, int] = field(default_factory=dict)
    _kids: list[asyncio.subprocess.Process] = field(default_factory=list)

    @property
    def topic(self) -> str:
        return f"linli.{self.name}.v1"

    def code(self, more: str = "") -> None:
        package = self.place / f"linli_{self.name}"
        package.mkdir(exist_ok=True)
        (package / "__init__.py").touch()
        (package / "__main__.py").write_text(MAIN.format(package=package.name))
        (package / "app.py").write_text(CODE.format(name=self.name, topic=self.topic, more=more))

    async def append(self, thing: str, kind: str = "", data: str = "") -> int:
        """A fact of an estate's thing; its position."""
        version = self._versions.get(thing, 0)
        kind = kind or ("Noted.v1" if version else "Opened.v1")
        body = data or f'{{"thing": "{thing}", "title": "王阿姨的钢琴", "note": "n{version}"}}'
        event = NewEvent(uuid4(), f"linli.test.{kind}", body, datetime.now(UTC))
        answer = await self.writer.append(
            Append(ESTATE, f"thing-{thing}", version, uuid4(), UUID(int=1), "{}", uuid4(), [event])
        )
        assert answer.outcome == "appended"
        self._versions[thing] = version + 1
        return int(answer.position or 0)

    async def start(self, *parts: str) -> asyncio.subprocess.Process:
        """The service, or parts of it; its /readyz is where the commands look for it."""
        port = self.env[f"LINLI_{self.name.upper()}_URL"].rpartition(":")[2]
        env = self._env() | dict(self.urls) | {"LINLI_PORT": port, "LINLI_LEASE_S": "2"}
        with (self.place / "log").open("ab") as log:
            kid = await asyncio.create_subprocess_exec(
                sys.executable, "-m", f"linli_{self.name}", *(parts or PARTS),
                cwd=ROOT, env=env, stdout=log, stderr=log,
            )  # fmt: skip
        self._kids.append(kid)
        return kid

    async def end(self, kid: asyncio.subprocess.Process) -> None:
        if kid.returncode is None:
            kid.terminate()
        assert await asyncio.wait_for(kid.wait(), 20) == 0, (self.place / "log").read_text()

    async def begin(self, *words: str, by: str = "linli_operate") -> asyncio.subprocess.Process:
        """One of the commands, begun; its input is nobody."""
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", by, *words, cwd=ROOT, env=self._env(),
            stdin=asyncio.subprocess.DEVNULL, stdout=PIPE, stderr=PIPE,
        )  # fmt: skip

    async def run(self, *words: str, by: str = "linli_operate") -> tuple[int, str]:
        """Exit code and all that was said."""
        command = await self.begin(*words, by=by)
        said, more = await asyncio.wait_for(command.communicate(), 60)
        assert command.returncode is not None
        assert "Traceback" not in more.decode(), more.decode()
        return command.returncode, (said + more).decode()

    def _env(self) -> dict[str, str]:
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("LINLI_")}
        return inherited | dict(self.env) | {"PYTHONPATH": f"{self.place}{os.pathsep}{ROOT}"}

    async def read(self, position: int, views: str = "things.1") -> None:
        sql = "select position from view.progress where views = $1 and shard = $2 and topic = $3"

        async def there() -> bool:
            at = await self.db.fetchval(sql, views, SHARD, self.topic)
            return bool((at or 0) >= position)

        await until(there, 120)


@pytest.fixture
async def rig(
    stack: Stack, make_database: Callable[..., Awaitable[dict[str, str]]], tmp_path: Path
) -> AsyncIterator[Rig]:
    name = "things" + "".join(random.choices(string.ascii_lowercase, k=8))
    topic = f"linli.{name}.v1"
    urls = await make_database(views=[things(topic), inputs([Process("p")], [topic])])
    await create_topics(stack.kafka, [topic])
    env = {url.replace("LINLI_", f"LINLI_{name.upper()}_"): value for url, value in urls.items()}
    env |= {
        "LINLI_KAFKA": stack.kafka,
        f"LINLI_{name.upper()}_URL": f"http://127.0.0.1:{ports.any_port()}",
    }
    database = urls["LINLI_APP_URL"].rpartition("/")[2]
    db = await asyncpg.connect(f"{stack.admin_url.rpartition('/')[0]}/{database}")
    writer = Writer(lambda: asyncpg.connect(urls["LINLI_APP_URL"]))
    writing = asyncio.create_task(writer.run())
    made = Rig(name, stack.kafka, env, urls | {"LINLI_KAFKA": stack.kafka}, db, writer, tmp_path)
    made.code()
    try:
        yield made
    finally:
        for kid in made._kids:
            if kid.returncode is None:
                kid.kill()
                await kid.wait()
        await ended(writing)
        await db.close()
