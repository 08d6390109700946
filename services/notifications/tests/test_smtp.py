"""One message to a real mail server: taken, or why not, and for whom that counts."""

import asyncio
import ssl
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from linli_notifications.mail.settings import MailSettings
from linli_notifications.mail.smtp import NotTaken, send
from pydantic import ValidationError

from services.notifications.tests.a_mail_server import OK, MailServer, listening

LETTER = EmailMessage()
LETTER["From"], LETTER["To"], LETTER["Message-ID"] = "a@example.org", "li@example.org", "<1@x>"
LETTER.set_content("换了灯泡")


def server(url: str) -> Any:
    return MailSettings.model_validate(
        {
            "smtp_url": url, "mail_sender": "邻里 <no-reply@example.org>",
            "mail_site": "https://linli.example", "mail_start": "now",
        }
    ).server  # fmt: skip


async def why(url: str, limit_s: float = 5) -> NotTaken:
    with pytest.raises(NotTaken) as caught:
        await send(server(url), LETTER, limit_s)
    return caught.value


async def test_a_message_arrives_as_it_was_written() -> None:
    async with listening() as mail:
        await send(server(mail.url), LETTER, 5)
    (letter,) = mail.letters
    assert letter.get_content().strip() == "换了灯泡"
    assert mail.ids == ["<1@x>"]


@pytest.mark.parametrize(
    ("answer", "reason", "final"),
    [
        ("451 4.7.1 Greylisted, try again later", "put_off", False),
        ("452 4.2.2 Mailbox full", "put_off", False),
        ("550 5.1.1 <li@example.org>: no such user", "refused", True),
        ("552 5.2.2 too big", "refused", True),
    ],
)
async def test_a_refusal_says_whether_it_is_final_and_not_who_was_refused(
    answer: str, reason: str, final: bool
) -> None:
    async with listening() as mail:
        for answers in (mail.answers, mail.to_data):
            answers.append(answer)
            caught = await why(mail.url)
            assert (caught.reason, caught.code) == (reason, int(answer[:3]))
            assert (caught.final, caught.everyone) == (final, False)
            assert "@" not in str(caught)


async def test_a_server_that_closes_concerns_everyone() -> None:
    async with listening() as mail:
        mail.to_data.append("421 4.3.2 going down")
        caught = await why(mail.url)
    assert (caught.reason, caught.code, caught.everyone) == ("unavailable", 421, True)
    assert not caught.final


async def test_nobody_there_concerns_everyone() -> None:
    async with listening() as mail:
        url = mail.url
    caught = await why(url)
    assert (caught.reason, caught.final, caught.everyone) == ("unreachable", False, True)


@pytest.mark.parametrize("silent", ["greeting", "data"])
async def test_a_server_that_says_nothing_is_not_waited_for(silent: str) -> None:
    async def for_ever() -> None:
        await asyncio.sleep(60)

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async with listening() as mail:
        mail.before_yes = for_ever
        mute = await asyncio.start_server(accept, "127.0.0.1", 0)
        port = mute.sockets[0].getsockname()[1] if silent == "greeting" else mail.port
        caught = await why(f"smtp://127.0.0.1:{port}", 0.5)
        mute.close()
    assert (caught.reason, caught.final, caught.everyone) == ("timeout", False, True)


async def test_a_server_that_breaks_off_after_its_yes_has_taken_it() -> None:
    class Rude(MailServer):
        async def handle_QUIT(self, server: Any, session: Any, envelope: Any) -> str:
            server.transport.abort()
            return "221 Bye"

    async with listening() as mail:
        mail.__class__ = Rude
        await send(server(mail.url), LETTER, 5)
    assert len(mail.letters) == 1


# --- TLS -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Key and certificate of 127.0.0.1, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail.example")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    file = Path(tmp_path_factory.mktemp("tls")) / "mail.pem"
    pem, pkcs8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    file.write_bytes(
        key.private_bytes(pem, pkcs8, serialization.NoEncryption()) + made.public_bytes(pem)
    )
    return file


def context(certificate: Path) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(certificate)
    return made


async def test_tls_is_used_where_it_is_offered_and_needed_where_it_is_asked_for(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    async with listening(context(certificate), require_starttls=True) as mail:
        await send(server(mail.url), LETTER, 5)
        await send(server(f"smtp+starttls://127.0.0.1:{mail.port}"), LETTER, 5)
    assert len(mail.letters) == 2
    async with listening() as plain:
        caught = await why(f"smtp+starttls://127.0.0.1:{plain.port}")
        assert (caught.reason, caught.everyone, plain.letters) == ("unreachable", True, [])


async def test_a_certificate_that_nobody_vouches_for_gets_nothing(certificate: Path) -> None:
    async with listening(context(certificate), require_starttls=True) as mail:
        caught = await why(f"smtp+starttls://127.0.0.1:{mail.port}")
    assert (caught.reason, caught.everyone, mail.letters) == ("unreachable", True, [])


async def test_a_wrong_password_concerns_everyone(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))

    def nobody(*given: Any) -> Any:
        from aiosmtpd.smtp import AuthResult

        return AuthResult(success=False, handled=False)

    async with listening(context(certificate), authenticator=nobody) as mail:
        caught = await why(f"smtp+starttls://linli:p%40ss@127.0.0.1:{mail.port}")
    assert (caught.reason, caught.code, caught.everyone) == ("sender_refused", 535, True)
    assert OK not in str(caught)


# --- settings --------------------------------------------------------------------------------

WHOLE = {
    "smtp_url": "smtps://linli:p%40ss@mail.example", "mail_sender": "邻里 <no-reply@example.org>",
    "mail_site": "https://linli.example", "mail_start": "beginning",
}  # fmt: skip


def test_a_url_says_where_and_how() -> None:
    assert server("smtp://mail.example")["port"] == 25
    assert server("smtp+starttls://mail.example")["port"] == 587
    at = server(WHOLE["smtp_url"])
    assert (at["port"], at["use_tls"], at["start_tls"]) == (465, True, False)
    assert (at["username"], at["password"]) == ("linli", "p@ss")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"smtp_url": "http://mail.example"}, "LINLI_SMTP_URL"),
        ({"smtp_url": "smtp://"}, "LINLI_SMTP_URL"),
        ({"smtp_url": "smtp://linli:p%40ss@mail.example"}, "password"),
        ({"mail_sender": ""}, "LINLI_MAIL_SENDER"),
        ({"mail_site": "linli.example"}, "LINLI_MAIL_SITE"),
        ({"mail_start": None}, "LINLI_MAIL_START"),
        ({"mail_start": "yesterday"}, "mail_start"),
    ],
)
def test_what_is_missing_is_named_and_no_password_shown(change: Any, says: str) -> None:
    with pytest.raises(ValidationError) as caught:
        MailSettings.model_validate(WHOLE | change)
    assert says in str(caught.value)
    assert "p%40ss" not in str(caught.value)


def test_without_a_mail_server_nothing_is_needed() -> None:
    assert not MailSettings.model_validate({}).on
