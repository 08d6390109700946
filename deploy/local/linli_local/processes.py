"""The processes of one stack: each in a session of its own, its output in a file, no supervisor.

A process is known by its pid *and* its birth, for pids are used again; and by a mark in its
environment, so that one whose record was lost is found and not left holding its port.
"""

import hashlib
import json
import os
import pwd
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

from .state import Home, Trouble

MARK = "LINLI_PROCESS"
LOG_LIMIT = 20_000_000  # bytes; looked at only at a start, the file before is kept as .old


class Processes:
    def __init__(self, home: Home) -> None:
        self.home = home
        self.started: list[str] = []  # by this launcher: Ctrl-C takes back no more than that
        self._children: dict[str, subprocess.Popen[bytes]] = {}

    def ensure(
        self, name: str, argv: Sequence[object], *, env: Mapping[str, str] | None = None,
        stop: signal.Signals = signal.SIGTERM, user: str | None = None,
    ) -> bool:  # fmt: skip
        """Started unless it runs; stopped and started anew where it runs but not as told."""
        line, own = [str(a) for a in argv], dict(env or {})
        told = hashlib.sha256(json.dumps([line, own], sort_keys=True).encode()).hexdigest()
        if self.find(name):
            if self._record(name).get("told") == told:
                return False
            self.stop(name)
        marked = {**os.environ, **own, MARK: f"{self.home.root}:{name}:{int(stop)}"}
        self.started.append(name)  # first, so that no interrupt falls between
        if self.log(name).exists() and self.log(name).stat().st_size > LOG_LIMIT:
            self.log(name).replace(self.log(name).with_suffix(".old"))
        with self.log(name).open("ab") as log:
            child = subprocess.Popen(
                line, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/",
                env=marked, start_new_session=True, **as_user(user),
            )  # fmt: skip
        self._children[name] = child
        self._write(name, psutil.Process(child.pid), stop=int(stop), told=told)
        return True

    def find(self, name: str) -> psutil.Process | None:
        """The living process of that name; a reused pid has another birth and is not it."""
        record = self._record(name)
        with suppress(KeyError, psutil.Error):
            found = psutil.Process(record["pid"])
            if (
                abs(found.create_time() - record["born"]) < 2
                and found.status() != psutil.STATUS_ZOMBIE
            ):
                return found
        return None

    def names(self) -> list[str]:
        """What was started and not yet stopped, oldest first, alive or not."""
        files = sorted(self._folder.glob("*.json"), key=lambda file: file.stat().st_mtime)
        return [file.stem for file in files]

    def adopt_strays(self) -> None:
        """Processes of this stack whose record is gone (a killed launcher, a removed folder)."""
        mark, found = f"{self.home.root}:", dict[int, tuple[str, psutil.Process]]()
        for process in psutil.process_iter():
            with suppress(psutil.Error, OSError):
                whose = process.environ().get(MARK, "")
                if whose.startswith(mark) and process.status() != psutil.STATUS_ZOMBIE:
                    found[process.pid] = whose.removeprefix(mark), process
        for whose, process in found.values():
            name, _, stop = whose.partition(":")
            with suppress(psutil.Error):
                if process.ppid() not in found and not self.find(name):
                    self._write(name, process, stop=int(stop), told="")

    def stop(self, *names: str, patience: float = 20) -> None:
        """All asked to end at once, then waited for; who does not end in time is killed."""
        for name in names:
            self.signal(name, signal.Signals(self._record(name).get("stop", signal.SIGTERM)))
        end = time.monotonic() + patience
        for name in names:
            while self.find(name):  # not psutil's wait: a zombie nobody reaps would last for ever
                if time.monotonic() > end:
                    self.signal(name, signal.SIGKILL)
                time.sleep(0.02)
            self._forget(name)

    def kill(self, name: str, sign: signal.Signals = signal.SIGKILL) -> None:
        """Ended at once and without a goodbye, for the tests of what must survive that."""
        self.signal(name, sign)
        while self.find(name):
            time.sleep(0.01)
        self._forget(name)

    def signal(self, name: str, sign: signal.Signals) -> None:
        if found := self.find(name):
            with suppress(psutil.NoSuchProcess):
                found.send_signal(sign)

    def wait(self, name: str, ready: Callable[[], bool], patience: float) -> None:
        end = time.monotonic() + patience
        while not ready():
            self.check(name)
            if time.monotonic() > end:
                raise self.trouble(name, f"was not ready within {patience:.0f} s")
            time.sleep(0.03)

    def check(self, name: str) -> None:
        if not self.find(name):
            raise self.trouble(name, "ended")

    def finish(self, name: str, patience: float) -> None:
        """Waits for a child that does one thing and must end with 0."""
        try:
            code = self._children[name].wait(patience)
        except subprocess.TimeoutExpired:
            raise self.trouble(name, f"did not end within {patience:.0f} s") from None
        if code:
            raise self.trouble(name, f"ended with {code}")
        self._forget(name)

    def trouble(self, name: str, what: str) -> Trouble:
        log = self.log(name)
        tail = "\n  ".join(log.read_text(errors="replace").splitlines()[-12:])
        return Trouble(f"{name} {what}. The end of {log}:\n  {tail}")

    def log(self, name: str) -> Path:
        return self.home.root / "log" / f"{name}.log"

    @property
    def _folder(self) -> Path:
        return self.home.root / "run"

    def _record(self, name: str) -> dict[str, Any]:
        try:
            record = json.loads((self._folder / f"{name}.json").read_text())
        except (OSError, ValueError):  # not there, or cut short by a crash
            return {}
        return record if isinstance(record, dict) else {}

    def _write(self, name: str, process: psutil.Process, **more: object) -> None:
        with suppress(psutil.NoSuchProcess):
            record = {"pid": process.pid, "born": process.create_time(), **more}
            (self._folder / f"{name}.json").write_text(json.dumps(record))

    def _forget(self, name: str) -> None:
        if child := self._children.pop(name, None):
            child.wait()
        (self._folder / f"{name}.json").unlink(missing_ok=True)


def as_user(name: str | None) -> dict[str, Any]:
    """What subprocess needs to run as that user and with no other right."""
    if name is None:
        return {}
    return {"user": name, "group": pwd.getpwnam(name).pw_gid, "extra_groups": []}
