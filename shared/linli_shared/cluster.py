"""Which Kafka, and as whom: the one place where a client's arguments are made."""

import asyncio
import ssl
from dataclasses import dataclass
from pathlib import Path
from socket import gaierror
from typing import Any, Final, Literal, TypeAlias

from aiokafka.conn import collect_hosts, create_conn
from aiokafka.errors import KafkaError, SaslAuthenticationFailed
from aiokafka.protocol.metadata import MetadataRequest
from pydantic import SecretStr

Security: TypeAlias = Literal["PLAINTEXT", "SASL_PLAINTEXT", "SASL_SSL"]
MECHANISM: Final = "SCRAM-SHA-512"


@dataclass(frozen=True, slots=True)
class Secured:
    """A Kafka that asks who one is. `ca` signed its certificate where the system does not know."""

    servers: str
    security: Security
    user: str
    password: SecretStr
    ca: Path | None = None


Cluster: TypeAlias = str | Secured
"""host:port[,host:port…], alone where anybody may connect."""


def client(kafka: Cluster) -> dict[str, Any]:
    """What producers, consumers and admin clients are all told."""
    if isinstance(kafka, str):
        return {"bootstrap_servers": kafka}
    tls = ssl.create_default_context(cafile=kafka.ca) if kafka.security == "SASL_SSL" else None
    return {
        "bootstrap_servers": kafka.servers,
        "security_protocol": kafka.security,
        "sasl_mechanism": MECHANISM,
        "sasl_plain_username": kafka.user,
        "sasl_plain_password": kafka.password.get_secret_value(),
        "ssl_context": tls,
    }


async def obstacle(kafka: Cluster) -> str:
    """Why nothing can be had of it, in words for an operator; clients only say that they were
    "unable to bootstrap", be it a wrong port or a wrong password."""
    return await silence(kafka) or "it answers: check this process's log, and its rights in Kafka"


async def silence(kafka: Cluster) -> str:
    """Why it does not answer; nothing where it does."""
    given = client(kafka)
    found = ""
    for host, port, _ in collect_hosts(given.pop("bootstrap_servers")):
        try:
            async with asyncio.timeout(2):
                connection = await create_conn(host, port, **given)
                try:
                    await connection.send(MetadataRequest([]))
                    return ""
                finally:
                    connection.close()
        except SaslAuthenticationFailed:
            return "it refuses LINLI_KAFKA_USER or LINLI_KAFKA_PASSWORD"
        except ssl.SSLError:
            return "no trust in its certificate: check LINLI_KAFKA_SECURITY and LINLI_KAFKA_CA"
        except (ConnectionRefusedError, gaierror):
            found = "nobody is there: check LINLI_KAFKA and its log"
        except TimeoutError:
            found = "no answer in 2 s: check LINLI_KAFKA and its log"
        except (KafkaError, OSError):
            found = "it hangs up: check LINLI_KAFKA_SECURITY"
    return found
