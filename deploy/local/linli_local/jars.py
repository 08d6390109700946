"""Kafka's jars: pinned by SHA-256 in jgo.lock.toml, fetched once, looked at before every start."""

import fcntl
import hashlib
import os
import tomllib
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .state import ROOT, Home, Trouble

HERE = Path(__file__).parent.parent
BUNDLES = ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt"]
TRIES = 3
Tick = Callable[[int, int], None]


@dataclass(frozen=True)
class Jar:
    group: str
    name: str
    version: str
    sha256: str

    def __str__(self) -> str:
        return f"{self.group}:{self.name}:{self.version}"

    def path(self, folder: Path) -> Path:
        place = folder.joinpath(*self.group.split("."), self.name, self.version)
        return place / f"{self.name}-{self.version}.jar"

    def whole(self, folder: Path) -> bool:
        try:
            with self.path(folder).open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest() == self.sha256
        except FileNotFoundError:
            return False


def folder() -> Path:
    return Path(os.environ.get("LINLI_JARS") or ROOT / ".local/jars").resolve()


def locked(file: Path = HERE / "jgo.lock.toml") -> list[Jar]:
    entries = tomllib.loads(file.read_text())["dependencies"]
    return [Jar(e["groupId"], e["artifactId"], e["version"], e["sha256"]) for e in entries]


def whole(wanted: list[Jar], place: Path, tick: Tick = lambda *_: None) -> list[Path]:
    """The path of every jar, each with the bytes that were pinned; fetched where it has not."""
    lacking = [jar for jar in wanted if not jar.whole(place)]
    if lacking:
        place.mkdir(parents=True, exist_ok=True)
        with (place / "lock").open("w") as file:  # a test run may want the same jars just now
            fcntl.flock(file, fcntl.LOCK_EX)
            _fetch([jar for jar in lacking if not jar.whole(place)], place, tick)
    return [jar.path(place) for jar in wanted]


def lock(home: Home) -> None:
    """Writes jgo.lock.toml: what jgo.toml asks for today, with hashes and no host."""
    from jgo.env import EnvironmentBuilder, EnvironmentSpec

    builder = EnvironmentBuilder(context=_maven(folder()), cache_dir=home.root / "jgo")
    builder.resolve_lockfile(EnvironmentSpec.load(HERE / "jgo.toml")).save(HERE / "jgo.lock.toml")


def _maven(place: Path) -> Any:
    from jgo.maven import MavenContext  # here: jgo takes half a second that a warm start saves

    bundle = next((f for f in BUNDLES if Path(f).exists()), None)
    if bundle:  # left alone, requests trusts its own list only and no company's certificate
        os.environ.setdefault("REQUESTS_CA_BUNDLE", bundle)
    mirror = os.environ.get("LINLI_MAVEN_URL")
    return MavenContext(
        repo_cache=place, local_repos=[], remote_repos={"mirror": mirror} if mirror else None,
        timeout=60,
    )  # fmt: skip


def _fetch(lacking: Iterable[Jar], place: Path, tick: Tick) -> None:
    context = _maven(place)

    def fetch(jar: Jar) -> None:
        artifact = context.project(jar.group, jar.name).at_version(jar.version).artifact()
        for _ in range(TRIES):
            jar.path(place).unlink(missing_ok=True)  # cut short or damaged; jgo would keep it
            try:
                artifact.resolve()
            except (OSError, RuntimeError) as error:  # requests' errors are OSErrors
                reason = f"cannot be fetched ({type(error).__name__}): is the network there?"
            else:
                if jar.whole(place):  # jgo records hashes and never looks at them again
                    return
                reason = f"differs from its pinned hash, {TRIES} times: do not trust its source"
        raise Trouble(f"{jar} {reason}. LINLI_MAVEN_URL names a mirror.")

    pool = ThreadPoolExecutor(8)
    try:
        jobs = [pool.submit(fetch, jar) for jar in lacking]
        for done, job in enumerate(as_completed(jobs), 1):
            job.result()
            tick(done, len(jobs))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)  # Ctrl-C waits for no download
