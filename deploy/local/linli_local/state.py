"""All that the launcher remembers: one folder with addresses, secrets, data and logs."""

import errno
import fcntl
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]  # the launcher only ever runs from a working tree


class Trouble(Exception):
    """Something the reader can act on; printed without a traceback."""


class Home:
    """The folder `.local` (or `LINLI_HOME`): `env`, `run/`, `log/` and the data."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        try:
            for folder in ("run", "log"):
                (self.root / folder).mkdir(parents=True, exist_ok=True)
            self._file = self.root / "env"
            lines = self._file.read_text().splitlines() if self._file.exists() else []
            if not os.access(self.root / "run", os.W_OK):
                raise PermissionError(errno.EACCES, "not writable", str(self.root))
        except PermissionError as error:
            raise Trouble(
                f"{error.filename} belongs to another user, who ran this before: "
                "`make clean` as that user, or name another folder with LINLI_HOME."
            ) from None
        self.env: dict[str, str] = dict(line.split("=", 1) for line in lines if "=" in line)

    @classmethod
    def usual(cls) -> "Home":
        return cls(Path(os.environ.get("LINLI_HOME") or ROOT / ".local"))

    @contextmanager
    def alone(self) -> Iterator[None]:
        """One launcher at a time. The lock dies with its holder, however that one ends."""
        with (self.root / "lock").open("a+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                file.seek(0)
                raise Trouble(
                    f"Another linli (process {file.read().strip() or 'unknown'}) is at work in "
                    f"{self.root}: wait for it, or stop it with Ctrl-C there."
                ) from None
            file.truncate(0)
            file.write(str(os.getpid()))
            file.flush()
            yield

    def remember(self, **values: str) -> None:
        """Kept in `env`, which only its owner may read and a shell can source."""
        if values.items() <= self.env.items():
            return
        self.env |= values
        fresh = self._file.with_suffix(".new")
        fresh.touch(0o600)
        fresh.write_text("".join(f"{key}={value}\n" for key, value in sorted(self.env.items())))
        fresh.replace(self._file)

    def secret(self, key: str) -> str:
        if key not in self.env:
            self.remember(**{key: secrets.token_urlsafe(18)})
        return self.env[key]


def given(environ: Mapping[str, str]) -> tuple[str, str] | None:
    """The PostgreSQL URL and the Kafka address from outside, or None where neither is set."""
    names = ("LINLI_DATABASE_URL", "LINLI_KAFKA")
    match [environ.get(name, "") for name in names]:
        case ["", ""]:
            return None
        case [database, kafka] if database and kafka:
            return database, kafka
        case [database, _]:
            there, lacking = names if database else names[::-1]
            raise Trouble(f"{there} is set alone: set {lacking} too, or unset {there}.")
    raise AssertionError
