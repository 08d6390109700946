"""What a process is told by its environment: `LINLI_…`. Nothing else is read from there."""

from typing import Annotated, Final, Literal

from pydantic import BeforeValidator, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

_POSTGRES: Final = "postgresql://user:password@host:port/database"


class Settings(BaseSettings):
    """One process of one service. A part that is not run needs no address of its own."""

    model_config = SettingsConfigDict(env_prefix="LINLI_", frozen=True)

    app_url: SecretStr = Field(default=SecretStr(""), description=f"HTTP and appends: {_POSTGRES}")
    relay_url: SecretStr = Field(
        default=SecretStr(""), description="the relay's login of that database"
    )
    view_url: SecretStr = Field(default=SecretStr(""), description="the projector's login of it")
    owner_url: SecretStr = Field(
        default=SecretStr(""), description="the owner's login, for migrate only"
    )
    kafka: str = Field(default="", description="host:port[,host:port…]")
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
    ] = "info"
