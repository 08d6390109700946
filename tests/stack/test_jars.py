"""Jars come whole or not at all. The mirror is a real web server of this machine."""

import hashlib
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from linli_local import jars
from linli_local.state import Trouble

BYTES = b"PK\x03\x04 the bytes of a jar" * 100
JAR = jars.Jar("org.example", "tool", "1.0", hashlib.sha256(BYTES).hexdigest())


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def mirror(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "mirror"
    JAR.path(folder).parent.mkdir(parents=True)
    JAR.path(folder).write_bytes(BYTES)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    monkeypatch.setenv("LINLI_MAVEN_URL", f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield folder
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_missing_jar_is_fetched(mirror: Path, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    [path] = jars.whole([JAR], tmp_path / "jars", lambda *done: seen.append(done))
    assert path.read_bytes() == BYTES
    assert seen == [(1, 1)]


@pytest.mark.parametrize("damaged", [b"", BYTES[:-1], BYTES.replace(b"jar", b"JAR", 1)])
def test_a_damaged_jar_is_fetched_again(mirror: Path, tmp_path: Path, damaged: bytes) -> None:
    [path] = jars.whole([JAR], tmp_path / "jars")
    path.write_bytes(damaged)
    jars.whole([JAR], tmp_path / "jars")
    assert path.read_bytes() == BYTES


def test_a_jar_that_never_matches_its_pinned_hash_is_refused(mirror: Path, tmp_path: Path) -> None:
    JAR.path(mirror).write_bytes(BYTES + b"and something more")
    with pytest.raises(Trouble, match=r"org\.example:tool:1\.0 differs from its pinned hash"):
        jars.whole([JAR], tmp_path / "jars")


def test_a_source_without_the_jar_is_named_as_the_reason(mirror: Path, tmp_path: Path) -> None:
    JAR.path(mirror).unlink()
    with pytest.raises(Trouble, match=r"tool:1\.0 cannot be fetched .* LINLI_MAVEN_URL"):
        jars.whole([JAR], tmp_path / "jars")


def test_what_is_there_and_whole_is_not_fetched(tmp_path: Path) -> None:
    JAR.path(tmp_path).parent.mkdir(parents=True)
    JAR.path(tmp_path).write_bytes(BYTES)
    assert jars.whole([JAR], tmp_path) == [JAR.path(tmp_path)]


def test_every_pinned_jar_has_a_hash_and_kafka_is_among_them() -> None:
    wanted = jars.locked()
    assert all(len(jar.sha256) == 64 for jar in wanted)
    assert {jar.version for jar in wanted if jar.name in {"kafka_2.13", "kafka-clients"}} == {
        "4.3.1"
    }
