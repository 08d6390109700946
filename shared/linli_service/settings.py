"""What a process is told by its environment: `LINLI_…`. Nothing else is read from there."""

from pathlib import Path
from typing import Annotated, Final, Literal, Self

from linli_shared.cluster import Cluster, Secured, Security
from pydantic import BeforeValidator, Field, FilePath, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

_POSTGRES: Final = "postgresql://user:password@host:port/database"


class Settings(BaseSettings):
    """One process of one service. A part that is not run needs no address of its own."""

    # What is refused is not repeated: it may hold passwords. What is set to nothing is not set.
    model_config = SettingsConfigDict(
        env_prefix="LINLI_", frozen=True, hide_input_in_errors=True, env_ignore_empty=True
    )

    app_url: SecretStr = Field(default=SecretStr(""), description=f"HTTP and appends: {_POSTGRES}")
    relay_url: SecretStr = Field(
        default=SecretStr(""), description="the relay's login of that database"
    )
    view_url: SecretStr = Field(default=SecretStr(""), description="the projector's login of it")
    owner_url: SecretStr = Field(
        default=SecretStr(""), description="the owner's login, for migrate only"
    )
    admin_url: SecretStr = Field(
        default=SecretStr(""), description="an administrator's of the server, for provision only"
    )
    kafka: str = Field(default="", description="host:port[,host:port…]")
    kafka_security: Security = Field(
        default="PLAINTEXT", description="PLAINTEXT, SASL_PLAINTEXT or SASL_SSL; SCRAM-SHA-512"
    )
    kafka_user: str = Field(default="", description="as whom, with SASL")
    kafka_password: SecretStr = Field(default=SecretStr(""), description="and with which password")
    kafka_ca: FilePath | None = Field(
        default=None, description="a PEM file: who signed Kafka's certificate, if not the usual"
    )
    key_store: str = Field(default="", description="http://host:port of the key store")
    key_store_secret: Path | None = Field(
        default=None, description="the file by which the key store knows this service"
    )
    issuer: str = Field(default="", description="the OpenID Connect issuer of tokens")
    audience: str = Field(default="linli", description="what a token's `aud` must hold")
    host: str = Field(default="127.0.0.1", description="where HTTP is served")
    port: int = Field(default=8000, ge=0, le=65535, description="on which port")
    simulation: bool = Field(
        default=False, description="1: a simulation may set the time; with the development issuer"
    )
    lease_s: float = Field(
        default=5, gt=0, description="after how long a silent process is replaced"
    )
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"], BeforeValidator(str.lower)
    ] = Field(default="info", description="debug, info, warning or error")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        """A password that is set and not used would be believed to protect something."""
        told = bool(self.kafka_user), bool(self.kafka_password.get_secret_value())
        if told != (self.kafka_security != "PLAINTEXT",) * 2:
            raise ValueError(
                "LINLI_KAFKA_USER and LINLI_KAFKA_PASSWORD go with LINLI_KAFKA_SECURITY=SASL_…: "
                "set all three, or none"
            )
        return self

    @property
    def cluster(self) -> Cluster:
        if self.kafka_security == "PLAINTEXT":
            return self.kafka
        return Secured(
            self.kafka, self.kafka_security, self.kafka_user, self.kafka_password, self.kafka_ca
        )
