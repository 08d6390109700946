"""What a person sees: tables on a terminal, plain lines elsewhere, troubles without a traceback."""

import asyncio
import logging
import signal
import sys
from collections.abc import Coroutine
from typing import Any, TypeVar

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

T = TypeVar("T")
out = Console(highlight=False, soft_wrap=True)
err = Console(highlight=False, soft_wrap=True, stderr=True)
if not out.is_terminal:
    out.width = 240  # nobody's window: a row is a line, for grep and for logs


class Trouble(Exception):
    """Something the reader can act on; printed without a traceback, exit code 1."""


def run(work: Coroutine[Any, Any, T]) -> T:
    """To its end, or until it is interrupted: then what it had begun is closed, exit code 130."""
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # what it says is said in our words
    try:
        return asyncio.run(_interruptible(work))
    except Trouble as trouble:
        err.print(f"[red]✗[/] {escape(str(trouble))}")
        raise typer.Exit(1) from None
    except asyncio.CancelledError:
        raise typer.Exit(130) from None


async def _interruptible(work: Coroutine[Any, Any, T]) -> T:
    loop, me = asyncio.get_running_loop(), asyncio.current_task()
    assert me
    # By hand: in a job that a shell put in the background asyncio leaves SIGINT ignored.
    for sign in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(sign, me.cancel)
    return await work


def table(*columns: str) -> Table:
    made = Table(*columns, box=SIMPLE_HEAD, pad_edge=False)
    for column in made.columns:
        column.no_wrap = True
    return made


def asked(question: str) -> bool:
    """Raises Trouble where there is nobody to ask."""
    if not (out.is_terminal and sys.stdin.isatty()):
        raise Trouble("There is nobody to ask here: add --yes.")
    return typer.confirm(question)
