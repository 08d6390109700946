"""A service's README tells how it is run: parts, topics, migrations, variables, as in its code."""

import pytest
from linli_service.service import Service

from tests.deploy.readmes import END, file, renewed, section
from tests.deploy.services import SERVICES

THERE = [service for service in SERVICES if file(service).exists()]


@pytest.mark.parametrize("service", THERE, ids=lambda service: service.name)
def test_a_service_s_readme_is_true_to_its_code(service: Service) -> None:
    """Seen red with a setting that was renamed, and with a part more."""
    text = file(service).read_text()
    assert "## What it owns" in text
    assert text.count(END) == 1
    assert renewed(text, section(service)) == text, "make readmes"


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_its_parts_are_named_where_it_is_started(service: Service) -> None:
    module = file(service).parent / f"linli_{service.name}/__main__.py"
    words = "|".join([*service.parts, "provision", "migrate"])
    assert f"`python -m linli_{service.name} [{words}]`" in module.read_text()
