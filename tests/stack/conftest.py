import shutil
from collections.abc import Iterator
from itertools import count

import pytest
from linli_local import postgres
from linli_local.processes import Processes
from linli_local.state import Home
from linli_local.testing import Embedded, end

NUMBER = count(1)


@pytest.fixture
def running() -> Iterator[Processes]:
    """The processes of a home of its own; whatever a test leaves behind is ended."""
    # Inside .local, for as root PostgreSQL runs as nobody, who may not enter pytest's folders.
    home = Home(Home.usual().root / "test-launcher" / str(next(NUMBER)))
    running = Processes(home)
    try:
        yield running
    finally:
        end(running)
        postgres.wipe(home)
        shutil.rmtree(home.root)


@pytest.fixture
def embedded(running: Processes) -> Embedded:
    return Embedded(running)
