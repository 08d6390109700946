"""Who may do what in a Kafka that asks who one is: set up by the files that compose uses."""

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import httpx
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import (
    ClusterAuthorizationFailedError,
    KafkaError,
    TopicAuthorizationFailedError,
)
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from linli_contracts.catalogue import ROOT
from linli_local import kafka, ports
from linli_local.processes import Processes
from linli_local.state import Home
from linli_local.testing import Stack, end, free_home
from linli_operate.truncated import truncated
from linli_operate.whole import messages
from linli_service.service import Service
from linli_shared.cluster import Secured, client, obstacle
from linli_shared.kafka import WATERMARKS, create_topics, start_producer
from pydantic import SecretStr

from shared.tests.broker import until
from tests.deploy.services import SERVICES
from tests.kafka_tools import program

PLACE = ROOT / "deploy/compose/kafka"
PROGRAMS = {
    "kafka-topics": "org.apache.kafka.tools.TopicCommand",
    "kafka-configs": "kafka.admin.ConfigCommand",
    "kafka-acls": "org.apache.kafka.tools.AclCommand",
}
# What the launcher's broker has otherwise: its place, its ports, that it is a small one; and TLS.
HERE = """
log.dirs={{data}}
controller.quorum.voters=1@localhost:{{controller}}
listeners=INTERNAL://127.0.0.1:{{port}},EXTERNAL://127.0.0.1:{external},TLS://127.0.0.1:{tls},CONTROLLER://localhost:{{controller}}
advertised.listeners=INTERNAL://127.0.0.1:{{port}},EXTERNAL://127.0.0.1:{external},TLS://127.0.0.1:{tls}
listener.security.protocol.map=INTERNAL:SASL_PLAINTEXT,EXTERNAL:SASL_PLAINTEXT,TLS:SASL_SSL,CONTROLLER:SASL_PLAINTEXT
listener.name.tls.sasl.enabled.mechanisms=SCRAM-SHA-512
listener.name.tls.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
listener.name.tls.ssl.keystore.type=PEM
listener.name.tls.ssl.keystore.location={pem}
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
offsets.topic.num.partitions=4
transaction.state.log.num.partitions=4
"""  # noqa: E501


@dataclass(frozen=True)
class Broker:
    """Its listeners, who signed the certificate of `tls`, and each user's password."""

    internal: str
    external: str
    tls: str
    ca: Path
    passwords: Mapping[str, str]

    def of(self, user: str) -> Secured:
        password = SecretStr(self.passwords[user])
        return Secured(self.internal, "SASL_PLAINTEXT", user, password)


def table() -> dict[str, tuple[str, set[str]]]:
    """User, what it writes, what it reads: the file `access`."""
    lines = (line.split() for line in (PLACE / "access").read_text().splitlines())
    rows = [line for line in lines if line and line[0] != "#"]
    return {
        user: ("" if writes == "-" else writes, set(reads) - {"-"}) for user, writes, *reads in rows
    }


def needed(service: Service) -> tuple[str, set[str]]:
    read = {topic for views in service.sets for topic in views.topics} | {*service.reads}
    return service.topic, read - {service.topic, WATERMARKS}


def test_the_table_of_rights_is_what_the_services_code_needs() -> None:
    """Went red with a topic more, and with one less, in the file."""
    services = {service.name: needed(service) for service in SERVICES}
    topics = {topic for topic, _ in services.values()} - {""}
    assert table() == services | {"operate": ("", topics)}


@pytest.fixture(scope="module")
async def broker(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Broker]:
    """server.properties and grant.sh as they stand, on a Kafka of its own."""
    with free_home("test-access") as home, pytest.MonkeyPatch.context() as told:
        running = Processes(Home(home.root))
        end(running)  # left over from a run that was killed
        shutil.rmtree(home.root / "kafka", ignore_errors=True)
        told.setenv("LINLI_KAFKA_ADMIN_PASSWORD", "admin-secret")
        external, tls = ports.any_port(), ports.any_port()
        pem = tmp_path_factory.mktemp("tls") / "broker.pem"
        certify(pem)
        settings = (PLACE / "server.properties").read_text().replace("{", "{{").replace("}", "}}")
        try:
            internal = kafka.launch(
                running, ports.any_port(), ports.any_port(),
                settings=settings + HERE.format(external=external, tls=tls, pem=pem),
            )  # fmt: skip
            admin = Secured(internal, "SASL_PLAINTEXT", "admin", SecretStr("admin-secret"))

            async def there() -> bool:  # it refuses SCRAM without a record; a port is not enough
                running.check("kafka")
                return "refuses" in await obstacle(admin)

            await until(there, 120)
            passwords = {user: f"{user}-secret" for user in table()}
            await asyncio.to_thread(grant, internal, passwords, tmp_path_factory.mktemp("bin"))
            yield Broker(internal, f"127.0.0.1:{external}", f"127.0.0.1:{tls}", pem, passwords)
        finally:
            end(running)


def grant(address: str, passwords: Mapping[str, str], place: Path) -> None:
    for name, known in PROGRAMS.items():
        file = place / f"{name}.sh"
        argv = " ".join(f"'{word}'" for word in program(known))
        file.write_text(f'#!/bin/sh\nexec {argv} "$@"\n')
        file.chmod(0o755)
    told = {f"LINLI_KAFKA_PASSWORD_{user.upper()}": p for user, p in passwords.items()}
    env = {**os.environ, **told, "LINLI_KAFKA": address, "KAFKA_BIN": str(place)}
    ran = subprocess.run([PLACE / "grant.sh"], env=env, capture_output=True, text=True, timeout=600)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stdout.splitlines()[-1] == "granted"


@asynccontextmanager
async def producer(cluster: Secured) -> AsyncIterator[AIOKafkaProducer]:
    made = await start_producer(cluster)
    try:
        yield made
    finally:
        await made.stop()


def certify(file: Path) -> None:
    """A key and a certificate for 127.0.0.1 that it signed itself, as Kafka wants them."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name.from_rfc4514_string("CN=kafka")
    names = x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
        .add_extension(names, critical=True)
        .sign(key, hashes.SHA256())
    )
    bare = serialization.NoEncryption()
    told = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, bare
    ) + made.public_bytes(serialization.Encoding.PEM)
    file.write_bytes(told)


async def read(cluster: Secured, topic: str) -> list[bytes]:
    """What partition 0 holds. Readers have no group, so none needs a right to one."""
    consumer = AIOKafkaConsumer(**client(cluster), auto_offset_reset="earliest")
    await consumer.start()
    try:
        part = TopicPartition(topic, 0)
        consumer.assign([part])
        async with asyncio.timeout(60):
            return [(await consumer.getone()).value]
    finally:
        await consumer.stop()


async def test_each_service_writes_its_own_topic_and_no_other(broker: Broker) -> None:
    for user, (own, _) in table().items():
        if not own:
            continue
        async with producer(broker.of(user)) as writing:
            await writing.send_and_wait(own, user.encode(), partition=0)
            await writing.send_and_wait(WATERMARKS, user.encode(), partition=0)
            foreign = {topic for topic, _ in table().values()} - {own, ""}
            for topic in sorted(foreign):
                with pytest.raises(TopicAuthorizationFailedError):
                    await asyncio.wait_for(writing.send_and_wait(topic, b"forged", partition=0), 10)
        assert await read(broker.of(user), own) == [user.encode()]


async def test_views_read_what_they_need_and_write_nothing(broker: Broker) -> None:
    async with producer(broker.of("cases")) as writing:
        await writing.send_and_wait("linli.cases.v1", b"cases", partition=0)
        await writing.send_and_wait(WATERMARKS, b"cases", partition=0)
    views = broker.of("views")
    assert await read(views, "linli.cases.v1") == [b"cases"]
    assert await read(views, WATERMARKS)
    with pytest.raises(ClusterAuthorizationFailedError):
        await start_producer(views)  # ours: idempotent, which is for those who may write something
    async with AIOKafkaProducer(**client(views)) as writing:
        for topic in ("linli.cases.v1", WATERMARKS):
            with pytest.raises(TopicAuthorizationFailedError):
                await asyncio.wait_for(writing.send_and_wait(topic, b"forged", partition=0), 10)


async def test_operators_read_every_topic_as_their_commands_do_and_write_none(
    broker: Broker,
) -> None:
    _, topics = table()["operate"]
    for topic in topics:
        writer = next(user for user, (own, _) in table().items() if own == topic)
        async with producer(broker.of(writer)) as writing:
            await writing.send_and_wait(topic, b"told", partition=1)
            await writing.send_and_wait(WATERMARKS, b"told", partition=1)
    operate = broker.of("operate")
    for topic in (*topics, WATERMARKS):
        assert [m.value async for m in messages(operate, topic, 1)]
    assert await truncated(operate, sorted(topics), {}) == []
    with pytest.raises(ClusterAuthorizationFailedError):
        await start_producer(operate)
    async with AIOKafkaProducer(**client(operate)) as writing:
        for topic in (*topics, WATERMARKS):
            with pytest.raises(TopicAuthorizationFailedError):
                await asyncio.wait_for(writing.send_and_wait(topic, b"forged", partition=1), 10)


async def test_what_a_service_does_not_need_it_cannot_read(broker: Broker) -> None:
    """Nor see that it is there, where to read would be allowed."""
    codes = {}
    for user in ("views", "volunteers"):
        async with admin(client(broker.of(user))) as asking:
            (described,) = await asking.describe_topics(["linli.cases.v1"])
            codes[user] = described["error_code"]
    assert codes == {"views": 0, "volunteers": TopicAuthorizationFailedError.errno}


async def test_topics_are_as_the_kernel_makes_them_and_a_service_makes_none(
    broker: Broker, stack: Stack
) -> None:
    """A relay that finds its topic asks for none; another name is refused, not waited for."""
    await create_topics(broker.of("cases"), ["linli.cases.v1", "linli.meetings.v1"])
    with pytest.raises(TopicAuthorizationFailedError):
        await create_topics(broker.of("cases"), ["linli.cases.v2"])
    await create_topics(stack.kafka, ["linli.cases.v1"])
    for topic in ("linli.cases.v1", WATERMARKS):
        granted = await configured(administrator(broker.internal), topic)
        assert granted == await configured(client(stack.kafka), topic)


async def configured(given: Mapping[str, object], topic: str) -> tuple[int, dict[str, str]]:
    async with admin(given) as asking:
        (described,) = await asking.describe_topics([topic])
        asked = [ConfigResource(ConfigResourceType.TOPIC, topic)]
        (answer,) = await asking.describe_configs(asked)
        wanted = ("retention.ms", "segment.ms", "cleanup.policy", "max.message.bytes")
        found = {e[0]: e[1] for e in answer.resources[0][4] if e[0] in wanted}
        assert len(found) == len(wanted)
        return len(described["partitions"]), found


@asynccontextmanager
async def admin(given: Mapping[str, object]) -> AsyncIterator[AIOKafkaAdminClient]:
    made = AIOKafkaAdminClient(**given)
    try:
        await made.start()
        yield made
    finally:
        await made.close()


def administrator(address: str) -> dict[str, object]:
    return {
        "bootstrap_servers": address, "security_protocol": "SASL_PLAINTEXT",
        "sasl_plain_username": "admin", "sasl_plain_password": "admin-secret",
    }  # fmt: skip


async def test_readiness_says_which_setting_is_wrong(broker: Broker) -> None:
    """Before, all of them were "Unable to bootstrap"."""
    fine = broker.of("cases")
    assert "it answers" in await obstacle(fine)
    for wrong in (replace(fine, password=SecretStr("guess")), replace(fine, user="nobody")):
        assert await obstacle(wrong) == "it refuses LINLI_KAFKA_USER or LINLI_KAFKA_PASSWORD"
    assert "LINLI_KAFKA_SECURITY" in await obstacle(broker.internal)
    assert "LINLI_KAFKA_SECURITY" in await obstacle(replace(fine, security="SASL_SSL"))
    assert "nobody is there" in await obstacle(
        replace(fine, servers=f"127.0.0.1:{ports.any_port()}")
    )


async def test_a_process_with_a_wrong_password_says_so_and_one_with_the_right_one_works(
    broker: Broker, make_database: Callable[..., Awaitable[dict[str, str]]], tmp_path: Path
) -> None:
    urls = await make_database()
    processes = Processes(Home(tmp_path))
    told = urls | {
        "LINLI_KAFKA": broker.internal, "LINLI_KAFKA_SECURITY": "SASL_PLAINTEXT",
        "LINLI_KAFKA_USER": "cases", "LINLI_KAFKA_PASSWORD": "guess",
        "LINLI_PORT": str(ports.any_port()),
    }  # fmt: skip
    asked = f"http://127.0.0.1:{told['LINLI_PORT']}/readyz"

    async def state() -> tuple[int, str]:
        async with httpx.AsyncClient(timeout=60, trust_env=False) as reader:
            try:
                answer = await reader.get(asked)
            except httpx.TransportError:
                processes.check("cases")
                return 0, ""
        return answer.status_code, str(answer.json()["parts"].get("relay"))

    async def becomes(wanted: tuple[int, str]) -> None:
        async def is_so() -> bool:
            return await state() == wanted

        processes.ensure("cases", [sys.executable, "-m", "linli_cases", "relay"], env=told)
        await until(is_so, 120)

    try:
        refused = "it refuses LINLI_KAFKA_USER or LINLI_KAFKA_PASSWORD"
        await becomes((503, f"waiting for Kafka: {refused}"))
        told["LINLI_KAFKA_PASSWORD"] = broker.passwords["cases"]
        await becomes((200, "ok"))
        written = await asyncio.to_thread(processes.log("cases").read_text)
        assert broker.passwords["cases"] not in written
        assert "guess" not in written
    finally:
        processes.stop("cases")


async def test_over_tls_the_certificate_must_be_signed_by_whom_we_trust(broker: Broker) -> None:
    """Went red with an SSL context that does not verify."""
    told = replace(broker.of("cases"), servers=broker.tls, security="SASL_SSL")
    assert "LINLI_KAFKA_CA" in await obstacle(told)
    with pytest.raises(KafkaError):
        await start_producer(told)
    trusted = replace(told, ca=broker.ca)
    async with producer(trusted) as writing:
        await writing.send_and_wait("linli.cases.v1", b"sealed", partition=0)


async def test_the_published_port_knows_users_and_no_administrator(broker: Broker) -> None:
    outside = replace(broker.of("cases"), servers=broker.external)
    assert "it answers" in await obstacle(outside)
    async with admin(administrator(broker.internal)):
        pass
    with pytest.raises(KafkaError, match="Unable to bootstrap"):
        async with admin(administrator(broker.external)):
            pass
