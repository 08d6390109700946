"""Installs the pinned packages and the workspace into .venv. Needs nothing but a bare Python."""

import fcntl
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
CUT_SHORT = VENV / "installing"  # there while pip is at work, and after it was killed
PIP = [VENV / "bin/python", "-m", "pip", "--disable-pip-version-check", "install", "--no-deps"]


def main(packages: list[str]) -> None:
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        sys.exit(
            f"{sys.executable} has no venv. On Debian and Ubuntu: sudo apt-get install "
            "python3-venv. Or name another Python: make up PYTHON=/path/to/python3"
        )
    VENV.mkdir(exist_ok=True)
    with (ROOT / ".venv.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            sys.exit("Another make is installing into .venv: wait for it.")
        install(packages)


def install(packages: list[str]) -> None:
    begun = time.monotonic()
    if CUT_SHORT.exists() or not works():
        shutil.rmtree(VENV)
        subprocess.run([sys.executable, "-m", "venv", VENV], check=True)
    CUT_SHORT.touch()
    wanted = sum(line[0].isalnum() for line in (ROOT / "requirements.lock").open())
    say(f"Installing {wanted} Python packages into .venv (about 130 MB the first time)\n")
    watched([*PIP, "--require-hashes", "-r", ROOT / "requirements.lock"], wanted)
    editable = [word for package in packages for word in ("-e", ROOT / package)]
    watched([*PIP, "--no-build-isolation", *editable], 0)
    CUT_SHORT.unlink()
    (VENV / "ready").touch()
    say(f"✓ Python packages ({time.monotonic() - begun:.1f} s)\n")


def works() -> bool:
    """A .venv whose Python was removed, or that got no pip, is made anew."""
    try:
        return subprocess.run([*PIP[:3], "--version"], capture_output=True).returncode == 0
    except OSError:
        return False


def watched(argv: list[object], wanted: int) -> None:
    """Runs pip and counts the packages as they come; what it said is shown where it fails."""
    said, seen = "", 0
    with subprocess.Popen(
        [str(a) for a in argv], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as pip:
        for line in pip.stdout or ():
            said += line
            if line.startswith(("Collecting ", "Requirement already satisfied: ")):
                seen += 1
            if wanted and sys.stdout.isatty():
                what = "unpacking" if line.startswith("Installing") else line.split()[-1][:50]
                say(f"\r\033[K  {min(seen, wanted)} of {wanted}  {what}")
    if sys.stdout.isatty():
        say("\r\033[K")
    if pip.returncode:
        sys.exit(f"{said}\npip could not install the packages: is the network there?")


def say(text: str) -> None:
    print(text, end="", flush=True)


if __name__ == "__main__":
    try:
        os.chdir(ROOT)
        main(sys.argv[1:])
    except PermissionError as error:
        sys.exit(f"{error.filename} belongs to another user: `make clean` as that user first.")
    except KeyboardInterrupt:
        sys.exit(130)
