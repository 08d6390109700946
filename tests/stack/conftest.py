import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from linli_local import postgres
from linli_local.processes import Processes
from linli_local.state import Home
from linli_local.testing import Embedded, end, free_home

NUMBER = count(1)


@pytest.fixture(scope="session")
def launchers() -> Iterator[Path]:
    """A folder that no other run uses, without what a killed run may have left in it."""
    # Inside .local, for as root PostgreSQL runs as nobody, who may not enter pytest's folders.
    with free_home("test-launcher") as home:
        for left in home.root.glob("home-*"):
            remove(Processes(Home(left)))
        yield home.root


@pytest.fixture
def running(launchers: Path) -> Iterator[Processes]:
    """The processes of a home of its own; whatever a test leaves behind is ended."""
    running = Processes(Home(launchers / f"home-{next(NUMBER)}"))
    try:
        yield running
    finally:
        remove(running)


def remove(running: Processes) -> None:
    end(running)
    postgres.wipe(running.home)
    shutil.rmtree(running.home.root)


@pytest.fixture
def embedded(running: Processes) -> Embedded:
    return Embedded(running)
