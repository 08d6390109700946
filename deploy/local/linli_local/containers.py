"""PostgreSQL and Kafka as Docker containers, for who asks: LINLI_TEST_STACK=testcontainers."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from .ports import any_port

POSTGRES = os.environ.get("LINLI_POSTGRES_IMAGE", "postgres:18")
KAFKA = os.environ.get("LINLI_KAFKA_IMAGE", "apache/kafka:4.3.1")


@contextmanager
def containers() -> Iterator[tuple[str, str]]:
    """The superuser's URL and Kafka's address; the containers may not answer yet."""
    from testcontainers.core.config import testcontainers_config
    from testcontainers.core.container import DockerContainer

    # Ryuk, which removes containers after a killed run, is a third image and may not be had.
    testcontainers_config.ryuk_disabled = True
    with ExitStack() as stack:
        database = DockerContainer(POSTGRES).with_env("POSTGRES_PASSWORD", "test")
        database = stack.enter_context(database.with_exposed_ports(5432))
        outer = any_port()  # Kafka must tell clients its outer port before it starts
        broker = DockerContainer(KAFKA).with_bind_ports(9092, outer)
        for key, value in _settings(outer).items():
            broker = broker.with_env(key, value)
        stack.enter_context(broker)
        host, port = database.get_container_host_ip(), database.get_exposed_port(5432)
        yield f"postgresql://postgres:test@{host}:{port}/postgres", f"127.0.0.1:{outer}"


def _settings(outer: int) -> dict[str, str]:
    """INTERNAL: in a container the broker must reach itself too, or every transaction hangs."""
    return {
        "KAFKA_NODE_ID": "1",
        "KAFKA_PROCESS_ROLES": "broker,controller",
        "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@localhost:9093",
        "KAFKA_LISTENERS": "CLIENT://:9092,CONTROLLER://:9093,INTERNAL://:29092",
        "KAFKA_ADVERTISED_LISTENERS": f"CLIENT://127.0.0.1:{outer},INTERNAL://localhost:29092",
        "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": (
            "CLIENT:PLAINTEXT,CONTROLLER:PLAINTEXT,INTERNAL:PLAINTEXT"
        ),
        "KAFKA_INTER_BROKER_LISTENER_NAME": "INTERNAL",
        "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER",
        "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
        "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1",
        "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR": "1",
        "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS": "0",
        "KAFKA_AUTO_CREATE_TOPICS_ENABLE": "false",
    }
