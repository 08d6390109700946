"""Many lives in one time: in the order of their moments, and to an end when they are stopped."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from linli_local.month import Month
from linli_local.simulation import Simulation

BEGIN = datetime(2026, 3, 2, 9, tzinfo=UTC)


class Hours(Simulation):
    """Of no services: nothing is waited for."""

    def __init__(self) -> None:
        super().__init__([], now=BEGIN)


async def told(month: Month, lines: list[str], name: str, *hours: int) -> None:
    for hour in hours:
        await month.until(BEGIN + timedelta(hours=hour))
        lines.append(f"{hour} {name}")


def lives(month: Month, lines: list[str]) -> list[Callable[[], Awaitable[None]]]:
    return [
        partial(told, month, lines, "li", 0, 3, 9), partial(told, month, lines, "wu", 1, 3, 4),
    ]  # fmt: skip


async def test_lives_go_on_in_the_order_of_their_moments() -> None:
    month, lines = Month(Hours()), list[str]()
    await month.live(lives(month, lines))
    assert lines == ["0 li", "1 wu", "3 li", "3 wu", "4 wu", "9 li"]
    assert month.time.now == BEGIN + timedelta(hours=9)


async def test_after_a_stop_no_life_goes_further_and_time_does_not_either() -> None:
    month, lines = Month(Hours()), list[str]()
    month.moved = lambda now: month.stop() if now == BEGIN + timedelta(hours=1) else None
    async with asyncio.timeout(60):
        await month.live(lives(month, lines))
    assert lines == ["0 li"]
    assert month.time.now == BEGIN + timedelta(hours=1)


async def test_what_one_life_raises_ends_them_all() -> None:
    month, lines = Month(Hours()), list[str]()

    async def fails() -> None:
        await month.until(BEGIN + timedelta(hours=2))
        raise LookupError("not there")

    with pytest.raises(ExceptionGroup) as caught:
        await month.live([*lives(month, lines), fails])
    assert lines == ["0 li", "1 wu"]
    assert [type(error) for error in caught.value.exceptions] == [LookupError]
