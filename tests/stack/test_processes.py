"""A process is known by pid and birth, and by a mark that outlives its record."""

import json
import os
import sys
import time
from pathlib import Path

import psutil
import pytest
from linli_local.processes import MARK, Processes
from linli_local.state import Trouble

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    "print('deaf', flush=True); time.sleep(60)"
)


def record(running: Processes, name: str) -> Path:
    return running.home.root / "run" / f"{name}.json"


def alive(running: Processes, name: str) -> psutil.Process:
    found = running.find(name)
    assert found
    return found


def test_what_runs_as_told_is_left_alone(running: Processes) -> None:
    assert running.ensure("sleeper", SLEEP)
    first = alive(running, "sleeper")
    assert not running.ensure("sleeper", SLEEP)
    assert running.find("sleeper") == first


def test_what_runs_but_not_as_told_is_started_anew(running: Processes) -> None:
    running.ensure("sleeper", SLEEP)
    first = alive(running, "sleeper")
    assert running.ensure("sleeper", SLEEP, env={"LINLI_PORT": "1"})
    assert running.find("sleeper") not in (None, first)


def test_a_stale_record_whose_pid_is_someone_elses_harms_nobody(running: Processes) -> None:
    me = psutil.Process()
    stale = {"pid": os.getpid(), "born": me.create_time() - 3600, "stop": 9, "told": ""}
    record(running, "sleeper").write_text(json.dumps(stale))
    assert running.find("sleeper") is None
    running.stop("sleeper")
    assert not record(running, "sleeper").exists()
    record(running, "sleeper").write_text(json.dumps(stale))
    assert running.ensure("sleeper", SLEEP)


def test_a_record_cut_short_counts_as_none(running: Processes) -> None:
    for text in ("", '{"pid": 1', "[]", '{"pid": 4000000, "born": 0}'):
        record(running, "sleeper").write_text(text)
        assert running.find("sleeper") is None
    assert running.ensure("sleeper", SLEEP)


def test_a_process_whose_record_is_lost_is_found_and_can_be_stopped(running: Processes) -> None:
    running.ensure("sleeper", SLEEP)
    found = alive(running, "sleeper")
    while MARK not in found.environ():  # exec closes its files a moment before it has this
        time.sleep(0.01)
    record(running, "sleeper").unlink()
    another = Processes(running.home)
    another.adopt_strays()
    assert another.find("sleeper") == found
    running.stop("sleeper")
    assert running.find("sleeper") is None


def test_what_does_not_stop_in_time_is_killed(running: Processes) -> None:
    running.ensure("deaf", [sys.executable, "-c", STUBBORN])
    running.wait("deaf", lambda: "deaf" in running.log("deaf").read_text(), 5)
    running.stop("deaf", patience=0.2)
    assert running.find("deaf") is None


def test_one_that_ends_while_it_is_waited_for_shows_the_end_of_its_log(
    running: Processes,
) -> None:
    running.ensure("short", [sys.executable, "-c", "raise SystemExit('no such database')"])
    with pytest.raises(Trouble, match=r"short ended(.|\n)*no such database"):
        running.wait("short", lambda: False, 5)


def test_a_job_must_end_with_0(running: Processes) -> None:
    running.ensure("job", [sys.executable, "-c", "print('done')"])
    running.finish("job", 5)
    running.ensure("job", [sys.executable, "-c", "raise SystemExit(3)"])
    with pytest.raises(Trouble, match="job ended with 3"):
        running.finish("job", 5)
