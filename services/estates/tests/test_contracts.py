"""What others rely on: stored events parse for ever, every refusal is in the table of codes, and
the service is put together of all that is here."""

import json
from importlib.resources import files
from pathlib import Path
from typing import get_args

import linli_estates
import pytest
from linli_estates.absences.commands import AbsenceCommand
from linli_estates.absences.events import AbsenceEvent
from linli_estates.app import SERVICE
from linli_estates.bill_imports.commands import ImportBills
from linli_estates.bill_imports.events import BillsImported
from linli_estates.bookings import domain as bookings
from linli_estates.bookings.commands import BookingCommand
from linli_estates.bookings.events import BookingEvent
from linli_estates.buildings.commands import RegisterBuilding
from linli_estates.buildings.events import BuildingRegistered
from linli_estates.companies import domain as companies
from linli_estates.companies.commands import CompanyCommand
from linli_estates.companies.events import CompanyEvent
from linli_estates.consents import domain as consents
from linli_estates.consents.commands import ConsentCommand, PublishConsentText
from linli_estates.consents.events import ConsentEvent, ConsentTextPublished
from linli_estates.credentials.commands import CredentialCommand
from linli_estates.credentials.events import CredentialEvent
from linli_estates.disclosures.commands import DisclosureCommand
from linli_estates.disclosures.events import DisclosureEvent
from linli_estates.erasures import domain as erasures
from linli_estates.erasures.commands import ErasureCommand
from linli_estates.erasures.events import ErasureEvent
from linli_estates.fees import domain as fees
from linli_estates.fees.commands import AccountCommand
from linli_estates.fees.events import AccountEvent
from linli_estates.honours import domain as honours
from linli_estates.honours.commands import PostCommand
from linli_estates.honours.events import PostEvent
from linli_estates.norms import domain as norms
from linli_estates.norms.commands import NormCommand
from linli_estates.norms.events import NormEvent
from linli_estates.people import domain as people
from linli_estates.people.commands import PersonCommand
from linli_estates.people.events import PersonEvent
from linli_estates.periods.commands import ClosePeriod
from linli_estates.periods.events import FeePeriodClosed
from linli_estates.places import domain as places
from linli_estates.places.commands import PlaceCommand
from linli_estates.places.events import PlaceEvent
from linli_estates.stewards import domain as stewards
from linli_estates.stewards.commands import StewardCommand
from linli_estates.stewards.events import StewardEvent
from linli_estates.units import domain as units
from linli_estates.units.commands import UnitCommand
from linli_estates.units.events import UnitEvent
from linli_language import codes
from linli_shared.messages import SYSTEM, Event

from services.estates.tests import (
    a_badge,
    a_company,
    a_consent,
    a_disclosure,
    a_hall,
    a_home,
    a_ledger,
    a_norm,
    a_paper,
    a_post,
    an_erasure,
)
from shared.tests.promises import raised, trees, with_more

GOLDEN = {Path(str(f)).stem: f for f in files("linli_estates").joinpath("golden").iterdir()}
KINDS = sorted(kind for kind in Event.known if kind.startswith("linli.estates."))
TREES = trees(linli_estates)
MOVING = {
    *get_args(CompanyCommand),
    *get_args(UnitCommand),
    *get_args(PersonCommand),
    *get_args(ErasureCommand),
    *get_args(ConsentCommand),
    *get_args(AccountCommand),
    *get_args(PlaceCommand),
    *get_args(BookingCommand),
    *get_args(StewardCommand),
    *get_args(NormCommand),
    *get_args(PostCommand),
}
COMMANDS = {
    *MOVING,
    RegisterBuilding,
    PublishConsentText,
    *get_args(DisclosureCommand),
    *get_args(CredentialCommand),
    *get_args(AbsenceCommand),
    ImportBills,
    ClosePeriod,
}
EVENTS = {
    *get_args(CompanyEvent),
    BuildingRegistered,
    ConsentTextPublished,
    *get_args(ConsentEvent),
    *get_args(DisclosureEvent),
    *get_args(UnitEvent),
    *get_args(PersonEvent),
    *get_args(CredentialEvent),
    *get_args(AbsenceEvent),
    *get_args(ErasureEvent),
    *get_args(AccountEvent),
    *get_args(PlaceEvent),
    *get_args(BookingEvent),
    *get_args(StewardEvent),
    *get_args(NormEvent),
    *get_args(PostEvent),
    BillsImported,
    FeePeriodClosed,
}
EXAMPLES = {
    type(value)
    for module in (
        a_badge,
        a_company,
        a_consent,
        a_disclosure,
        a_hall,
        a_home,
        a_ledger,
        a_norm,
        a_paper,
        a_post,
        an_erasure,
    )
    for value in vars(module).values()
    if isinstance(value, Event)
}


def test_every_event_of_the_service_has_a_golden_file() -> None:
    assert {f"linli.estates.{name}" for name in GOLDEN} == set(KINDS)


@pytest.mark.parametrize("name", sorted(GOLDEN))
def test_a_golden_event_parses_and_keeps_all_it_said(name: str) -> None:
    said = GOLDEN[name].read_text("utf-8")
    event = Event.known[f"linli.estates.{name}"].model_validate_json(said)
    told = json.loads(event.model_dump_json())
    assert {field: told.get(field) for field in json.loads(said)} == json.loads(said)


@pytest.mark.parametrize("name", sorted(GOLDEN))
def test_what_a_newer_process_adds_is_ignored(name: str) -> None:
    said = json.loads(GOLDEN[name].read_text("utf-8"))
    newer = {key: with_more(value) for key, value in (said | {"more": 1}).items()}
    assert Event.parse(f"linli.estates.{name}", json.dumps(newer)) == Event.parse(
        f"linli.estates.{name}", json.dumps(said)
    )


def test_every_event_belongs_to_an_aggregate_and_the_tests_know_one() -> None:
    assert {Event.known[kind] for kind in KINDS} == EVENTS
    assert EXAMPLES == EVENTS


def test_every_code_that_is_raised_has_a_status_and_texts() -> None:
    found = set[str]().union(*map(raised, TREES))
    assert {"ALREADY_REGISTERED", "NOT_FOUND"} <= found, "the scan is blind"
    assert found <= codes.CODES.keys()


def test_every_command_has_a_row_in_the_table_of_moves() -> None:
    modules = (
        companies,
        units,
        people,
        erasures,
        consents,
        fees,
        places,
        bookings,
        stewards,
        norms,
        honours,
    )
    assert {kind for module in modules for kind in module.MOVES} == MOVING


def test_every_command_that_people_may_give_has_a_route_and_no_other() -> None:
    bodies = {
        kind
        for router in SERVICE.routers
        for route in router.routes
        for kind in route.endpoint.__annotations__.values()  # type: ignore[attr-defined]
    }
    assert {kind for kind in COMMANDS if kind.by != {SYSTEM}} == bodies & COMMANDS


def test_every_timer_and_command_reaches_its_aggregate() -> None:
    assert [decider.category for decider in SERVICE.deciders] == [
        "company",
        "building",
        "unit",
        "person",
        "credentials",
        "absence",
        "erasure",
        "consent_text",
        "consent",
        "disclosure",
        "fees",
        "bills",
        "period",
        "place",
        "booking",
        "steward",
        "norm",
        "honour",
    ]
    assert set(SERVICE.parts) == {"api", "relay", "views", "timers", "import"}
