"""When a person is needed, and for what: from figures to sentences."""

from collections.abc import Iterator, Sequence

from .seen import Lag, Reader, Seen


def needs(all_seen: Sequence[Seen], late_s: float) -> list[str]:
    """Each with what to do about it. What heals by itself is none, unless it takes `late_s`."""
    return [f"{seen.name}: {need}" for seen in all_seen for need in _of(seen, late_s)]


def _of(seen: Seen, late_s: float) -> Iterator[str]:
    yield from seen.troubles
    if seen.ready is False:
        yield from (f"not ready: {part} {why}" for part, why in seen.waits.items())
    yield from _late_ones(seen, late_s)
    yield from _left_over(seen)


def _late_ones(seen: Seen, late_s: float) -> Iterator[str]:
    """What should have healed by itself."""
    if seen.relay and _late(seen.relay, late_s):
        yield (
            f"{seen.relay.events} facts are not published, the oldest ({seen.relay.oldest}) for "
            f"{seen.relay.seconds:.0f} s: is its relay running?"
        )
    for reader in seen.readers:
        yield from _of_reader(reader, late_s)
    if (steps := seen.steps) and steps.unsent and steps.seconds > late_s:
        yield (
            f"{steps.unsent} steps of processes are unsent, for {steps.seconds:.0f} s: see "
            "step_waits in its log"
        )
    if (timers := seen.timers) and timers.due and timers.seconds > late_s:
        yield (
            f"{timers.due} timers are overdue, for {timers.seconds:.0f} s: is the part `timers` "
            "running?"
        )


def _left_over(seen: Seen) -> Iterator[str]:
    """What never heals by itself."""
    if (parked := seen.parked) and parked.records:
        yield (
            f"{parked.records} records are parked in {parked.streams} streams: "
            f"linli views parked {seen.name}"
        )
    if parked and parked.foreign:
        yield (
            f"{parked.foreign} records are none of our relays': who else writes to its topics? "
            f"linli views parked {seen.name}"
        )
    if seen.steps and seen.steps.refused:
        yield (
            f"{seen.steps.refused} steps of processes were refused, so what was to follow does "
            "not: linli events --kind StepRefused --from 1d"
        )
    if seen.dead_letters:
        yield (
            f"{seen.dead_letters} messages were given up; who was to read them does not know: "
            "linli events --kind DeadLettered --from 1d"
        )


def _of_reader(reader: Reader, late_s: float) -> Iterator[str]:
    if not reader.live:  # built beside, or about to be dropped: nobody reads it
        return
    if not reader.topic:
        yield f"{reader.build} has never read anything: is the service running?"
    elif reader.lag and _late(reader.lag, late_s):
        yield (
            f"{reader.build} is {reader.lag.events} facts behind {reader.topic}, for "
            f"{reader.lag.seconds:.0f} s: is it running, is there a gap in its log?"
        )


def _late(lag: Lag, late_s: float) -> bool:
    return bool(lag.events) and lag.seconds > late_s
