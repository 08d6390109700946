"""Ports are settled before anything starts, and whoever is in the way is named."""

import os
import socket
from collections.abc import Iterator

import pytest
from linli_local import ports
from linli_local.processes import Processes
from linli_local.state import Trouble


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_a_taken_port_is_replaced_told_of_and_the_new_one_kept(
    running: Processes, taken: int
) -> None:
    chosen, moved = ports.choose(running.home, running, {"views": taken})
    assert chosen["views"] != taken
    assert len(moved) == 1
    assert f"Port {taken} is taken by process {os.getpid()}" in moved[0]
    assert ports.choose(running.home, running, {"views": taken}) == (chosen, [])


def test_a_port_asked_for_but_taken_is_an_error_that_says_by_whom(
    running: Processes, taken: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LINLI_VIEWS_PORT", str(taken))
    with pytest.raises(
        Trouble, match=f"Port {taken} is taken by process {os.getpid()}.*LINLI_VIEWS_PORT"
    ):
        ports.choose(running.home, running, {"views": 0})


@pytest.mark.parametrize("text", ["http", "-1", "65536", "8001 ", "٣"])
def test_a_port_that_is_no_port_is_refused(
    running: Processes, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LINLI_VIEWS_PORT", text)
    with pytest.raises(Trouble, match="LINLI_VIEWS_PORT must be a port"):
        ports.choose(running.home, running, {"views": 0})


def test_no_two_get_the_same_port(running: Processes, monkeypatch: pytest.MonkeyPatch) -> None:
    free = ports.any_port()
    chosen, _ = ports.choose(running.home, running, {"cases": free, "views": free})
    assert len(set(chosen.values())) == 2
    monkeypatch.setenv("LINLI_CASES_PORT", str(free))
    monkeypatch.setenv("LINLI_VIEWS_PORT", str(free))
    with pytest.raises(Trouble, match=f"Port {free} is taken"):
        ports.choose(running.home, running, {"cases": 0, "views": 0})
