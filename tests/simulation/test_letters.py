"""Letters in simulated time: quiet hours and the Date of a letter are the simulation's."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest
from linli_local.simulation import simulation

from services.notifications.tests.a_mail_server import MailServer, listening
from tests.conftest import Simulated, complaint


@pytest.fixture
async def mail(simulated: Simulated) -> AsyncIterator[MailServer]:
    """Where the service notifications sends its letters meanwhile."""
    async with listening() as server:
        more = {
            "LINLI_SMTP_URL": server.url, "LINLI_MAIL_SENDER": "no-reply@example.org",
            "LINLI_MAIL_SITE": "https://linli.example", "LINLI_MAIL_START": "now",
        }  # fmt: skip
        await replace(simulated, common=simulated.common | more).start("notifications")
        try:
            yield server
        finally:
            await simulated.start("notifications")


async def test_a_letter_of_the_night_waits_for_the_morning_and_is_waited_for(
    simulated: Simulated, mail: MailServer, estate: str
) -> None:
    """Red where the sender asks for the real time, or nobody waits until it has sent."""
    nine = simulated.time.now
    assert nine is not None
    async with simulated.client("notifications", "zhou", "resident", estate=estate) as zhou:
        address = {"estate_id": estate, "email": "zhou@example.org"}
        assert (await zhou.command("/addresses", address)).is_success
    async with (
        simulation(simulated.databases, mail=True) as time,
        simulated.client("cases", "zhou", "resident", estate=estate) as zhou,
        simulated.client("cases", "chen", "operator", estate=estate) as desk,
    ):
        case = (await zhou.command("/cases", complaint(estate))).json()["id"]
        await time.until(nine.replace(hour=23))
        assert (await desk.command(f"/cases/{case}/acknowledge")).is_success
        await time.until(nine.replace(hour=23, minute=59))
        sent = [_date(letter) for letter in mail.letters]
        assert sent == [nine], "the receipt, and nothing at night"
        await time.until(nine + timedelta(days=1))
        simulated.time.now = time.now
    assert [_date(letter) for letter in mail.letters] == [nine, nine + timedelta(hours=22)]


def _date(letter: object) -> datetime:
    return parsedate_to_datetime(str(letter["Date"]))  # type: ignore[index]
