"""What a person sees of the launcher, and how it ends when something or somebody stops it."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from .processes import Processes
from .state import Trouble

out = Console(highlight=False, soft_wrap=True)
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Steps:
    """A live line a step on a terminal; elsewhere a plain line a step and a few for a download."""

    def __init__(self) -> None:
        columns = SpinnerColumn(finished_text="✓"), TextColumn("{task.description}"), BarColumn(24)
        self.bar = Progress(*columns, TimeElapsedColumn(), console=out, disable=not out.is_terminal)
        self._told = 0.0

    @contextmanager
    def step(self, text: str) -> Iterator[None]:
        self._task, self._told = self.bar.add_task(text, total=None), time.monotonic()
        begun = self._told
        yield
        self.bar.update(self._task, total=1, completed=1)
        if not out.is_terminal:
            out.print(f"✓ {text} ({time.monotonic() - begun:.1f} s)")

    def tick(self, done: int, total: int) -> None:
        self.bar.update(self._task, completed=done, total=total + 1)
        if not out.is_terminal and (done == total or time.monotonic() - self._told > 5):
            out.print(f"  {done} of {total} jars")
            self._told = time.monotonic()


@contextmanager
def told(running: Processes) -> Iterator[None]:
    """One launcher at a time; on trouble or Ctrl-C, what it started is stopped again."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    for sign in SIGNALS:  # SIGINT too: it is ignored in a job that a shell put in the background
        signal.signal(sign, interrupt)
    try:
        with running.home.alone():
            running.adopt_strays()
            try:
                yield
            except BaseException:
                _take_back(running)
                raise
    except Trouble as trouble:
        out.print(f"[red]✗[/] {escape(str(trouble))}")
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        out.print("[yellow]Interrupted;[/] what had been started is stopped again.")
        os._exit(130)  # the threads of a download are not waited for


def _take_back(running: Processes) -> None:
    for sign in SIGNALS:  # a second Ctrl-C must not leave half of it running
        signal.signal(sign, signal.SIG_IGN)
    running.adopt_strays()  # an interrupt may have come before its record was written
    running.stop(*reversed(running.started))
