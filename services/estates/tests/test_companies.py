"""Companies 公司, their regions and their estates: each estate is of one company, and nobody claims
another's."""

from typing import Any

import pytest
from linli_estates.companies.commands import FoundCompany, RegisterEstate, RegisterRegion
from linli_estates.companies.domain import COMPANIES
from linli_language.roles import Role
from linli_shared.decider import Hold
from pydantic import ValidationError

from services.estates.tests.a_company import (
    BEGUN,
    ESTATE,
    FOUNDED,
    NAMES,
    NOTHING,
    WITH_ESTATE,
    WITH_REGION,
    founding,
    region,
    registering,
)


def test_a_tenant_has_one_company() -> None:
    NOTHING.when(founding()).then(FOUNDED)
    BEGUN.when(founding()).rejected("INVALID_TRANSITION", to="founded")


@pytest.mark.parametrize("tenant", ["xx", "company:", "company:c 1", "estate:company:c1"])
def test_a_company_is_founded_in_a_tenant_of_companies(tenant: str) -> None:
    with pytest.raises(ValidationError, match="tenant"):
        founding(tenant=tenant)


@pytest.mark.parametrize("command", [region(), registering()])
def test_before_that_it_has_nothing(command: Any) -> None:
    NOTHING.when(command).rejected("NOT_FOUND")


def test_a_region_is_registered_once() -> None:
    NOTHING.given(FOUNDED).when(region()).then(WITH_REGION)
    BEGUN.when(region(**NAMES)).rejected("ALREADY_REGISTERED", what="region")


def test_an_estate_is_registered_in_a_region_of_the_company() -> None:
    BEGUN.when(registering()).then(WITH_ESTATE)
    BEGUN.when(registering(region_id="tianxin")).rejected("NOT_FOUND")


def test_an_estate_is_registered_once_and_so_is_its_code() -> None:
    there = BEGUN.given(WITH_ESTATE)
    there.when(registering(code="YY")).rejected("ALREADY_REGISTERED", what="estate")
    there.when(registering(estate_id="yy")).rejected("ALREADY_REGISTERED", what="code")


def test_whoever_registers_an_estate_answers_for_it_there() -> None:
    """Checked by taking the two rules out of `_register`: both are then registered."""
    for role in (Role.ESTATE_MANAGER, Role.COMPANY_USER):
        BEGUN.when(registering({role})).then(WITH_ESTATE)
    BEGUN.when(registering(None)).rejected("NOT_FOUND")
    BEGUN.when(registering({Role.OPERATOR, Role.RESIDENT})).rejected(
        "ROLE_NOT_PERMITTED", roles=[Role.COMPANY_USER, Role.ESTATE_MANAGER]
    )


def test_an_estate_is_reserved_among_all_companies() -> None:
    BEGUN.when(registering()).reserves(Hold("estate", "xx", scope="*"))
    BEGUN.when(region(region_id="tianxin")).reserves()


def test_who_is_late_is_not_told_whose_it_is() -> None:
    refused = COMPANIES.taken("estate", "5f5d7d9c-6f0e-5d3a-9a83-1d1c8c3a0b11")
    assert (refused.code, refused.params) == ("ALREADY_REGISTERED", {"what": "estate"})


def test_which_estates_a_company_has_is_known_to_its_rules() -> None:
    company = COMPANIES.fold([FOUNDED, WITH_REGION, WITH_ESTATE])
    assert company is not None
    assert set(company.estates) == {"xx"}


@pytest.mark.parametrize(
    "change", [{"estate_id": "company:c2"}, {"code": "xx"}, {"code": "X"}, {"name_zh": " "}]
)
def test_an_estate_is_no_company_and_its_code_begins_case_numbers(change: Any) -> None:
    with pytest.raises(ValidationError):
        RegisterEstate(**ESTATE | change)


def test_only_who_acts_for_the_company_may() -> None:
    for command in (FoundCompany, RegisterRegion, RegisterEstate):
        assert command.by == {Role.COMPANY_USER}
