"""What the part `mail` is told by its environment, beside the kernel's `LINLI_…`."""

from email.utils import parseaddr
from typing import Final, Literal, Self
from urllib.parse import unquote, urlsplit

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

_TLS: Final = {"smtp": None, "smtp+starttls": True, "smtps": False}


class MailSettings(BaseSettings):
    """Without `LINLI_SMTP_URL` nothing is sent and the rest is not needed."""

    # What is refused here may hold a password.
    model_config = SettingsConfigDict(
        env_prefix="LINLI_", frozen=True, hide_input_in_errors=True, env_ignore_empty=True
    )

    smtp_url: SecretStr = Field(
        default=SecretStr(""),
        description="smtp://host:port (TLS where offered), or smtp+starttls:// or smtps:// with"
        " [user:password@]",
    )
    smtp_timeout_s: float = Field(default=20, gt=0, le=40, description="for one message, in all")
    mail_sender: str = Field(
        default="", description="the From address: 邻里 <no-reply@example.org>"
    )
    mail_site: str = Field(default="", description="what links begin with: https://linli.example")
    mail_start: Literal["now", "beginning"] | None = Field(
        default=None,
        description="now or beginning, read the first time only: is what is from before then sent",
    )

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if not self.smtp_url.get_secret_value():
            return self
        url = urlsplit(self.smtp_url.get_secret_value())
        if url.scheme not in _TLS or not url.hostname:
            raise ValueError(f"LINLI_SMTP_URL must begin with one of {', '.join(_TLS)}, and a host")
        if url.username and url.scheme == "smtp":
            raise ValueError("LINLI_SMTP_URL: a password needs smtp+starttls:// or smtps://")
        if "@" not in parseaddr(self.mail_sender)[1]:
            raise ValueError("LINLI_MAIL_SENDER is not set: the From address")
        if urlsplit(self.mail_site).scheme not in {"http", "https"}:
            raise ValueError("LINLI_MAIL_SITE is not set: what links begin with")
        if self.mail_start is None:
            raise ValueError("LINLI_MAIL_START is not set: now, or beginning")
        return self

    @property
    def on(self) -> bool:
        return bool(self.smtp_url.get_secret_value())

    @property
    def server(self) -> dict[str, object]:
        """As `aiosmtplib.SMTP` takes it."""
        url = urlsplit(self.smtp_url.get_secret_value())
        implicit = url.scheme == "smtps"
        return {
            "hostname": url.hostname,
            "port": url.port or (465 if implicit else 587 if url.scheme != "smtp" else 25),
            "username": unquote(url.username) if url.username else None,
            "password": unquote(url.password) if url.password else None,
            "use_tls": implicit,
            "start_tls": _TLS[url.scheme],
        }
