import shutil
from collections.abc import Iterator
from itertools import count

import pytest
from linli_local import postgres
from linli_local.processes import Processes
from linli_local.state import Home

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
        running.adopt_strays()
        running.stop(*running.names(), patience=5)
        postgres.wipe(home)
        shutil.rmtree(home.root)
