"""Ports, all chosen and checked before anything starts, and kept for the next time."""

import os
import socket
from contextlib import suppress

import psutil

from .processes import Processes
from .state import Home, Trouble


def choose(
    home: Home, running: Processes, wanted: dict[str, int]
) -> tuple[dict[str, int], list[str]]:
    """A port for each name, and a line for each that could not be the usual one.

    In this order: the one in use, the one asked for in the environment, the last one, the usual
    one (`wanted`, 0 for none), any free one.
    """
    chosen: dict[str, int] = {}
    moved: list[str] = []
    for name, usual in wanted.items():
        key = f"LINLI_{name.upper()}_PORT"
        last, asked = int(home.env.get(key) or usual), _number(key)
        # The controller's port is Kafka's too.
        if last and running.find(name.removesuffix("_controller")):
            if asked not in (0, last):
                raise Trouble(f"{name} runs on port {last}: `make down` before {key} can change.")
            port = last
        elif asked:
            if not free(asked) or asked in chosen.values():
                raise Trouble(f"Port {asked} is taken{holder(asked)}: change or unset {key}.")
            port = asked
        else:
            fit = (p for p in (last, usual) if p and p not in chosen.values() and free(p))
            port = next(fit, 0) or any_port()
            if last and port != last:
                moved.append(f"Port {last} is taken{holder(last)}: {name} uses {port}.")
        chosen[name] = port
    home.remember(**{f"LINLI_{name.upper()}_PORT": str(port) for name, port in chosen.items()})
    return chosen, moved


def _number(key: str) -> int:
    text = os.environ.get(key, "") or "0"
    if not text.isascii() or not text.isdigit() or int(text) > 65535:
        raise Trouble(f"{key} must be a port, 1 to 65535.")
    return int(text)


def free(port: int) -> bool:
    with socket.socket() as probe, suppress(OSError):
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # TIME_WAIT is no conflict
        probe.bind(("127.0.0.1", port))
        return True
    return False


def any_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def holder(port: int) -> str:
    """Who listens there, as far as this user may know."""
    with suppress(psutil.Error):
        for c in psutil.net_connections("tcp"):
            if c.status == "LISTEN" and c.laddr and c.laddr.port == port and c.pid:
                return f" by process {c.pid} ({psutil.Process(c.pid).name()})"
    return ""
