"""The version n+1 that `test_rolling` deploys, without a stack: whoever changes a text that it
changes hears of it at once."""

import os
import subprocess
import sys
from pathlib import Path

from tests.deploy import next_version


def test_the_next_version_is_this_one_changed_and_can_be_imported(tmp_path: Path) -> None:
    path = os.pathsep.join([str(next_version.made(tmp_path)), *sys.path])
    code = "from linli_cases.app import SERVICE; print(SERVICE.version)"
    env = {**os.environ, "PYTHONPATH": path}
    ran = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True)
    assert ran.stdout == "n+1\n", ran.stderr
