"""What a person sees: tables on a terminal, plain lines elsewhere, troubles without a traceback."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import typer
from rich.console import Console
from rich.markup import escape

T = TypeVar("T")
out = Console(highlight=False, soft_wrap=True)
err = Console(highlight=False, soft_wrap=True, stderr=True)


class Trouble(Exception):
    """Something the reader can act on; printed without a traceback, exit code 1."""


def run(work: Coroutine[Any, Any, T]) -> T:
    """To its end; Ctrl-C ends it, and what it had begun is closed."""
    try:
        return asyncio.run(work)
    except Trouble as trouble:
        err.print(f"[red]✗[/] {escape(str(trouble))}")
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
