"""What people are asked to consent to is what something asks for before it does it."""

from pathlib import Path
from typing import Final

from linli_estates.consents.terms import USED, Purpose

SERVICES: Final = Path(__file__).parent.parent / "services"
WITHDRAWN: Final = "linli.estates.ConsentWithdrawn.v1"


def asked_for() -> set[Purpose]:
    """The purposes in the code of services that hear of withdrawals, but for those that keep and
    show them."""
    found: set[Purpose] = set()
    for service in SERVICES.iterdir():
        if service.name in {"estates", "views"}:
            continue
        for file in service.glob("linli_*/**/*.py"):
            if WITHDRAWN in (text := file.read_text("utf-8")):
                found |= {purpose for purpose in Purpose if f'"{purpose}"' in text}
    return found


def test_a_purpose_is_offered_where_a_withdrawal_stops_its_use_and_nowhere_else() -> None:
    """Seen red with one more in USED, and with e-mail taken out of it."""
    assert asked_for() == USED
