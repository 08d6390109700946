"""`linli store verify` and `catch-up`: does a service's store hold what its topic holds?"""

from collections.abc import Sequence
from typing import Annotated, Final

import typer
from aiokafka.errors import KafkaError
from linli_shared.append import Overloaded
from linli_shared.kafka import SHARDS
from rich.markup import escape

from . import places, screen
from .catching_up import CatchUp, CaughtUp, promised
from .places import Place
from .screen import Trouble
from .whole import Verdict, verify

_SHOWN: Final = 5
group = typer.Typer(
    help="Compare a service's store with its topic, and make it whole again.", no_args_is_help=True
)
One = Annotated[str, typer.Argument(help="of which service: cases")]


@group.command("verify")
def verify_(
    services: Annotated[list[str] | None, typer.Argument(help="all, if none is named")] = None,
) -> None:
    """Read both from the first fact, position by position, and check the topic's hash chain.

    Nothing is changed and nothing need stand still. Exit code 0: they are the same, but for what
    the relay has still to send. 1: something differs, and what.
    """

    async def each() -> bool:
        if services:
            wanted = [(place, _topic(place)) for place in map(places.place, services)]
        else:
            wanted = [(place, topic) for place in places.places() if (topic := place.code().topic)]
        return all([await _verify(place, topic) for place, topic in wanted])

    if not screen.run(each()):
        raise typer.Exit(1)


def _topic(place: Place) -> str:
    """Raises Trouble where the service stores no facts."""
    if not (topic := place.code().topic):
        raise Trouble(f"{place.name} has no store: it reads the topics of others.")
    return topic


async def _verify(place: Place, topic: str) -> bool:
    """Whether they agree; what differs is told."""
    verdicts = await compared(place)
    facts, unpublished = sum(v.facts for v in verdicts), sum(v.unpublished for v in verdicts)
    if foreign := sum(v.foreign for v in verdicts):
        screen.out.print(f"[yellow]![/] {topic} has {foreign:,} records that no relay wrote.")
    if all(v.whole for v in verdicts):
        rest = f", {unpublished:,} still to be sent" if unpublished else ""
        screen.out.print(
            f"[green]✓[/] {place.name}: store and {topic} agree: {facts:,} facts{rest}"
        )
        return True
    screen.out.print(f"[red]✗[/] {place.name}: store and {topic} differ")
    for verdict in verdicts:
        _tell(verdict)
    if any(v.lost for v in verdicts) and not any(v.wrong for v in verdicts):
        screen.out.print(f"  The store was put back. linli store catch-up {place.name}")
    return False


def _tell(verdict: Verdict) -> None:
    if verdict.lost:
        first, last = verdict.lost[0].fact.position, verdict.lost[-1].fact.position
        count = len(verdict.lost)
        screen.out.print(f"  {verdict.shard:>2}: the store lacks {count:,}, {first} to {last}")
    for line in verdict.wrong[:_SHOWN]:
        screen.out.print(f"  {verdict.shard:>2}: {escape(line)}")
    if (more := len(verdict.wrong) - _SHOWN) > 0:
        screen.out.print(f"  {verdict.shard:>2}: and {more:,} more")


async def compared(place: Place) -> list[Verdict]:
    topic, servers = _topic(place), places.kafka()
    try:
        async with place.pool("relay") as pool:
            return [await verify(pool, servers, topic, shard) for shard in range(SHARDS)]
    except (KafkaError, TimeoutError) as error:
        raise Trouble(f"Kafka cannot be read ({type(error).__name__}).") from None


@group.command("catch-up")
def catch_up(service: One) -> None:
    """After a restore: take from the topic what the store has lost, as it was, byte for byte.

    The service may run: its relay publishes nothing and its store takes no command until both
    agree, and goes on by itself then. Facts that had not reached Kafka are lost for good. Reserved
    things, timers and numbers come back with their facts; timers that had fired fire once more, and
    change nothing. Refuses, and changes nothing, where store and topic contradict each other.
    """

    async def do() -> CaughtUp:
        return await caught_up(places.place(service))

    done = screen.run(do())
    if not done.facts:
        screen.out.print(f"[green]✓[/] {service}: the store has lost nothing.")
        return
    screen.out.print(
        f"[green]✓[/] {service}: {done.facts:,} facts of {done.commands:,} commands are back."
    )
    if done.bare:
        screen.out.print(
            f"[yellow]![/] {done.bare:,} of them were published before the topic said which "
            "command wrote a fact: a repeat of such a command is not recognised."
        )


async def caught_up(place: Place) -> CaughtUp:
    verdicts = await compared(place)
    _refuse_contradictions(verdicts)
    marks = await promised(places.kafka(), _topic(place))
    async with place.pool("owner") as pool, pool.acquire() as db:
        try:
            return await CatchUp(db, place.code().deciders, place.seal()).run(verdicts, marks)
        except Overloaded:
            raise Trouble(
                "The key store does not answer, so nothing was changed: what some commands "
                "reserve follows from sealed texts. Set LINLI_KEY_STORE, and "
                f"LINLI_{place.name.upper()}_KEY_STORE_SECRET, the file of the service's secret."
            ) from None


def _refuse_contradictions(verdicts: Sequence[Verdict]) -> None:
    wrong = [f"{v.shard}: {line}" for v in verdicts for line in v.wrong]
    if wrong and any(v.lost for v in verdicts):
        raise Trouble(
            f"Store and topic contradict each other, so nothing was changed. {wrong[0]}"
            + (f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else "")
            + ". Restore the store to an earlier point, from before it was written to, and try "
            "again: whatever was written since is then lost."
        )
