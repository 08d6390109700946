"""`linli status` against real services: what it says, and when it says that a person is needed."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from linli_local.state import Home
from linli_operate.needs import needs
from linli_operate.seen import Lag, Parked, Reader, Seen, Steps, Timers

from shared.tests.broker import until
from tests.operate.conftest import ESTATE, Rig


async def told(rig: Rig, *words: str) -> tuple[int, dict[str, Any], dict[str, Any]]:
    """Exit code, all that was said, and the one service."""
    code, said = await rig.run("status", "--json", *words)
    found = json.loads(said)
    (service,) = found["services"]
    return code, found, service


async def test_a_service_that_is_well_needs_nobody(rig: Rig) -> None:
    await rig.start()
    await rig.read(await rig.append("a"))

    async def ready() -> bool:
        return (await told(rig))[0] == 0

    await until(ready, 120)
    _, found, service = await told(rig)
    assert (found["fine"], found["needed"], service["ready"]) == (True, [], True)
    assert service["relay"] == {"events": 0, "seconds": 0, "oldest": None}
    assert {(r["build"], r["live"], r["lag"]["events"]) for r in service["readers"]} == {
        ("things.1", True, 0), ("processes.1", True, 0),
    }  # fmt: skip
    code, said = await rig.run("status")
    assert code == 0
    assert "Nothing needs a person." in said
    assert len([line for line in said.splitlines() if rig.name in line]) == 3


async def test_facts_that_nobody_publishes_are_told_with_the_oldest(rig: Rig) -> None:
    first = await rig.append("a")
    await rig.append("a")
    code, found, service = await told(rig, "--late", "0")
    assert code == 1
    assert service["relay"]["events"] == 2
    assert service["relay"]["seconds"] > 0
    assert service["relay"]["oldest"].endswith(f"/{first}")
    assert service["ready"] is False
    assert any("2 facts are not published" in need for need in found["needed"])
    assert any("does not answer" in need for need in found["needed"])
    _, found, _ = await told(rig)
    assert not any("not published" in need for need in found["needed"])  # not yet for a minute


async def test_a_reader_that_stands_still_is_behind_what_was_published(rig: Rig) -> None:
    """Of what the relay has not sent yet it is not said to be behind. Went red with the heads of
    the store in place of the relay's."""
    service = await rig.start()
    await rig.read(await rig.append("a"))
    await rig.end(service)
    for _ in range(3):
        await rig.append("a")
    _, _, seen = await told(rig)
    assert seen["relay"]["events"] == 3
    assert {r["lag"]["events"] for r in seen["readers"]} == {0}
    relay = await rig.start("relay")

    async def published() -> bool:
        return bool((await told(rig))[2]["relay"]["events"] == 0)

    await until(published, 120)
    await rig.end(relay)
    code, found, seen = await told(rig, "--late", "0")
    assert code == 1
    assert {r["lag"]["events"] for r in seen["readers"]} == {3}
    assert any("things.1 is 3 facts behind" in need for need in found["needed"])


async def test_what_is_parked_unsent_refused_and_overdue_needs_a_person(rig: Rig) -> None:
    await rig.start()
    await rig.append("a")
    await rig.append("a", "Noted.v2")
    await rig.append("a")
    await rig.read(await rig.append("b"))
    now = datetime.now(UTC)
    step = """
insert into view.process_step_1 (estate, event_id, process, step, target, key, command, body,
                                 correlation, recorded_at, done, refused, origin)
values ($1, $2, 'p', 's', 't', $2, 'c', '{}', $2, $3, $4, $5, 'thing-a')"""
    for done, refused in ((False, None), (True, "NO"), (True, None)):
        at = now - timedelta(minutes=5)
        await rig.db.execute(step, ESTATE, uuid4(), at, done, refused)
    await rig.db.execute(step, ESTATE, uuid4(), now - timedelta(days=3), True, "LONG_AGO")
    for name, due in (("late", -300), ("soon", 300)):
        await rig.db.execute(
            "insert into es.timer values ($1, 'thing-a', $2, $3)",
            ESTATE, name, now + timedelta(seconds=due),
        )  # fmt: skip
    code, found, seen = await told(rig)
    assert code == 1
    assert seen["parked"] == {"records": 4, "streams": 1, "foreign": 0}
    assert (seen["steps"]["unsent"], seen["steps"]["refused"]) == (1, 1)
    assert (seen["timers"]["set"], seen["timers"]["due"]) == (2, 1)
    said = "\n".join(found["needed"])
    for need in (
        "4 records are parked in 1 streams: linli views parked",
        "1 steps of processes are unsent",
        "1 steps of processes were refused",
        "1 timers are overdue",
    ):
        assert need in said
    assert (await told(rig, "--hours", "0"))[2]["steps"]["refused"] == 0


@pytest.mark.parametrize("ahead", [timedelta(days=-120), timedelta(days=120)])
async def test_simulated_time_is_no_lateness(rig: Rig, tmp_path: Path, ahead: timedelta) -> None:
    """A simulation skips months in a second, and nobody has waited for that long. The launcher's
    command reads LINLI_SIMULATION where it reads the addresses. Went red without either."""
    await rig.append("a")
    step = """
insert into view.process_step_1 (estate, event_id, process, step, target, key, command, body,
                                 correlation, recorded_at, done, origin)
values ($1, $2, 'p', 's', 't', $2, 'c', '{}', $2, $3, false, 'thing-a')"""
    earlier = datetime.now(UTC) - timedelta(days=200)
    await rig.db.execute(step, ESTATE, uuid4(), earlier)
    sql = "insert into es.timer values ($1, 'thing-a', 'late', $2)"
    await rig.db.execute(sql, ESTATE, earlier)
    await rig.db.execute("insert into clock.simulated (at) values ($1)", datetime.now(UTC) + ahead)
    home = Home(tmp_path / "home")
    known = {key: value for key, value in rig.env.items() if key.startswith("LINLI_")}
    home.remember(**known, LINLI_SIMULATION="1")
    rig.env = {"LINLI_HOME": str(home.root)}
    _, said = await rig.run("status", "--json", by="linli_local")
    found = json.loads(said)
    (service,) = found["services"]
    assert (service["relay"]["events"], service["steps"]["unsent"]) == (1, 1)
    assert (service["timers"]["due"], service["simulated"]) == (1, True)
    assert not [need for need in found["needed"] if "for " in need]
    _, said = await rig.run("status", by="linli_local")
    assert "Time is simulated" in said


async def test_a_database_that_cannot_be_asked_needs_a_person_and_hides_its_password(
    rig: Rig,
) -> None:
    env = dict(rig.env)
    wrong = f"LINLI_{rig.name.upper()}_RELAY_URL"
    rig.env = env | {wrong: "postgresql://me:hush@127.0.0.1:9/estate"}
    code, said = await rig.run("status")
    assert code == 1
    assert "PostgreSQL at 127.0.0.1:9/estate does not answer" in said
    assert "hush" not in said


@pytest.mark.parametrize("well", [True, False])
async def test_watching_goes_on_until_it_is_interrupted_and_ends_as_it_last_was(
    rig: Rig, well: bool
) -> None:
    """Went red when an interrupted watch ended with 130 whatever it had seen."""
    if well:
        await rig.start()
        await rig.read(await rig.append("a"))

        async def ready() -> bool:
            return (await told(rig))[0] == 0

        await until(ready, 120)
    watching = await rig.begin("status", "--watch", "--json")
    assert watching.stdout
    for _ in range(2):
        assert json.loads(await watching.stdout.readline())["services"][0]["name"] == rig.name
    watching.send_signal(2)
    _, err = await watching.communicate()
    assert (watching.returncode, err) == (0 if well else 1, b"")


def of(**parts: Any) -> Seen:
    return Seen("x", **parts)


def test_what_heals_by_itself_needs_nobody_until_it_is_late() -> None:
    for seconds, needed in ((59, 0), (61, 1)):
        lag = Lag(3, seconds, "Noted.v1 at 6/1")
        for seen in (
            of(relay=lag),
            of(readers=[Reader("boards.1", True, "linli.y.v1", lag)]),
            of(steps=Steps(1, seconds, 0)),
            of(timers=Timers(5, 1, seconds, None)),
        ):
            assert len(needs([seen], 60)) == needed, seen


def test_what_never_heals_by_itself_needs_a_person_at_once() -> None:
    for seen in (
        of(ready=False, waits={"relay": "waiting"}),
        of(parked=Parked(1, 1, 0)),
        of(parked=Parked(0, 0, 1)),
        of(steps=Steps(0, 0, 1)),
        of(dead_letters=1),
        of(troubles=["it does not answer"]),
        of(readers=[Reader("boards.1", True, "")]),
    ):
        (need,) = needs([seen], 60)
        assert need.startswith("x: ")


def test_a_build_beside_the_live_one_may_be_far_behind() -> None:
    beside = Reader("boards.2", False, "linli.y.v1", Lag(9000, 9000))
    assert needs([of(readers=[beside])], 60) == []
