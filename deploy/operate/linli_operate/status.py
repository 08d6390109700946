"""`linli status`: how every service is, and whether a person is needed."""

import asyncio
import json
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import asdict
from datetime import timedelta
from typing import Annotated

import typer
from linli_shared.cluster import client, silence
from rich.console import Group, RenderableType
from rich.live import Live
from rich.markup import escape
from rich.table import Table

from . import places, screen
from .measures import survey
from .needs import needs
from .seen import Lag, Seen

_EVERY_S = 2
_FINE = "ok"


def status(
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object")] = False,
    watch: Annotated[bool, typer.Option(help="again every two seconds, until Ctrl-C")] = False,
    late: Annotated[float, typer.Option(help="seconds after which a lag needs a person")] = 60,
    hours: Annotated[
        float, typer.Option(help="how long a refused step or a lost message needs a person")
    ] = 24,
) -> None:
    """Every service: ready, how far behind, what is parked, unsent, overdue or lost.

    Exit code 0 where nothing needs a person, 1 where something does: each is said, and what to do.
    """
    window = timedelta(hours=hours)
    raise typer.Exit(screen.run(_watched(as_json, watch, late, window)))


async def _watched(as_json: bool, watch: bool, late: float, window: timedelta) -> int:
    """The exit code of the last look. Ctrl-C is how a watch ends, and no trouble."""
    moving, code = watch and not as_json and screen.out.is_terminal, None
    with Live(console=screen.out, auto_refresh=False) if moving else nullcontext() as live:
        try:
            while True:
                seen, kafka = await asyncio.gather(survey(places.places(), window), _kafka())
                wanted = needs(seen, late)
                if kafka not in {None, _FINE}:
                    servers = client(places.kafka())["bootstrap_servers"]
                    wanted.insert(0, f"Kafka at {servers}: {kafka}")
                code = 1 if wanted else 0
                if live:
                    live.update(_shown(seen, wanted), refresh=True)
                elif as_json:
                    _told(seen, kafka, wanted)
                else:
                    screen.out.print(_shown(seen, wanted))
                if not watch:
                    return code
                await asyncio.sleep(_EVERY_S)
        except asyncio.CancelledError:
            if code is None:
                raise
            return code


async def _kafka() -> str | None:
    """How the broker answers: asked itself, for services notice late that it does not, and a
    service that is down says nothing. None where it is not known here."""
    return await silence(places.kafka()) or _FINE if places.knows_kafka() else None


def _told(all_seen: Sequence[Seen], kafka: str | None, wanted: Sequence[str]) -> None:
    services = [asdict(seen) for seen in all_seen]
    told = {"fine": not wanted, "needed": wanted, "kafka": kafka, "services": services}
    typer.echo(json.dumps(told, default=str, ensure_ascii=False))


def _shown(all_seen: Sequence[Seen], wanted: Sequence[str]) -> Group:
    parts: list[RenderableType] = [_services(all_seen)]
    if any(seen.readers for seen in all_seen):
        parts.append(_readers(all_seen))
    if any(seen.simulated for seen in all_seen):
        parts.append("Time is simulated: for how long something has waited is not known.")
    if wanted:
        parts.append("A person is needed:")
        parts += [f"  [red]✗[/] {escape(need)}" for need in wanted]
    else:
        parts.append("[green]✓[/] Nothing needs a person.")
    return Group(*parts)


def _services(all_seen: Sequence[Seen]) -> Table:
    table = screen.table("service", "ready", "unpublished", "parked", "steps", "timers", "lost")
    for s in all_seen:
        table.add_row(
            s.name,
            {True: "yes", False: "[red]no[/]", None: "?"}[s.ready],
            _lag(s.relay),
            _figures(s.parked, records="", foreign=" foreign"),
            _figures(s.steps, unsent=" unsent", refused=" refused"),
            _figures(s.timers, set="", due=" due"),
            _figures(s, dead_letters=""),
        )
    return table


def _readers(all_seen: Sequence[Seen]) -> Table:
    table = screen.table("reader", "topic", "behind", "")
    for seen in all_seen:
        for reader in seen.readers:
            state = "" if reader.live else "beside"
            table.add_row(f"{seen.name} {reader.build}", reader.topic, _lag(reader.lag), state)
    return table


def _lag(lag: Lag | None) -> str:
    """Facts, and for how long the oldest has waited."""
    if lag is None:
        return "–"
    return f"{lag.events}, {lag.seconds:.1f} s" if lag.events else "0"


def _figures(part: object, **names: str) -> str:
    """The figures that are not nothing, with their words."""
    found = {word: getattr(part, name, None) for name, word in names.items()}
    if all(value is None for value in found.values()):
        return "–"
    return ", ".join(f"{value}{word}" for word, value in found.items() if value) or "0"
