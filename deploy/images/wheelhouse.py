"""Collects what a service's image is installed from: `make wheelhouse SERVICE=cases`.

Into dist/<service>: wheels of the service and the kernel, made here, and its share of
requirements.lock, fetched and held against the hashes there; and a requirements.txt that names
them all with their hashes. For the Python and the platform that run this. `SERVICE=operate` are the
operators' commands, which are no image: docs/operate/deploy.md.
"""

import argparse
import hashlib
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from importlib.metadata import distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename

ROOT = Path(__file__).resolve().parents[2]
SERVICES = sorted(file.parent.name for file in ROOT.glob("services/*/pyproject.toml"))
PLACES = {name: ROOT / "services" / name for name in SERVICES} | {
    "operate": ROOT / "deploy/operate"
}
OWN = {"linli-shared": ROOT / "shared"}
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]


def main(services: Iterable[str], into: Path) -> None:
    locked = dict(entries((ROOT / "requirements.lock").read_text()))
    shares = {service: share(PLACES[service]) for service in services}
    if lacking := set[str]().union(*shares.values()) - locked.keys():
        sys.exit(f"requirements.lock does not have {', '.join(sorted(lacking))}: make lock")
    fetched = into / "wheels"  # of all that are asked for; each service's folder has its share
    fetched.mkdir(parents=True, exist_ok=True)
    wanted = fetched / "requirements.txt"
    wanted.write_text("".join(locked[name] for name in sorted(set[str]().union(*shares.values()))))
    run("download", "--no-deps", "--only-binary=:all:", "--require-hashes", "-d", fetched,
        "-r", wanted)  # fmt: skip
    made = into / "own"
    shutil.rmtree(made, ignore_errors=True)
    run("wheel", "--no-deps", "--no-build-isolation", "-w", made, *map(PLACES.get, shares),
        *OWN.values())  # fmt: skip
    for service, names in shares.items():
        place = into / service
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        lines = [locked[name] for name in sorted(names)]
        for wheel in sorted(made.glob("*.whl")):
            if parse_wheel_filename(wheel.name)[0] in {f"linli-{service}", *OWN}:
                (place / wheel.name).hardlink_to(wheel)
                lines.append(pinned(wheel))
        for wheel in fetched.glob("*.whl"):
            name, version, *_ = parse_wheel_filename(wheel.name)
            if name in names and locked[name].startswith(f"{name}=={version}"):
                (place / wheel.name).hardlink_to(wheel)
        (place / "requirements.txt").write_text("".join(lines))
        print(f"{place}: {len(list(place.glob('*.whl')))} wheels")


def entries(lock: str) -> Iterator[tuple[str, str]]:
    """Name and text, hashes and all, of each package in requirements.lock."""
    for entry in re.findall(r"^\S.*\n(?:\s.*\n)*", lock, re.M):
        yield canonicalize_name(entry.partition("==")[0]), entry


def share(service: Path) -> set[str]:
    """By name: what service and kernel need and what that needs, as it is installed here."""
    found: set[Requirement] = set()
    projects = [tomllib.loads((p / "pyproject.toml").read_text()) for p in (service, *OWN.values())]
    told = [Requirement(text) for p in projects for text in p["project"]["dependencies"]]
    asked = [wanted for wanted in told if applies(wanted, set())]
    while asked:
        wanted = asked.pop()
        wanted.name = canonicalize_name(wanted.name)
        if wanted.name in OWN or wanted in found:
            continue
        found.add(wanted)
        children = map(Requirement, distribution(wanted.name).requires or ())
        asked += [child for child in children if applies(child, wanted.extras)]
    return {wanted.name for wanted in found}


def applies(wanted: Requirement, extras: set[str]) -> bool:
    marker = wanted.marker
    return marker is None or any(marker.evaluate({"extra": extra}) for extra in {"", *extras})


def pinned(wheel: Path) -> str:
    name, version, *_ = parse_wheel_filename(wheel.name)
    return f"{name}=={version} --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n"


def run(*words: object) -> None:
    subprocess.run([*PIP, *map(str, words)], check=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("service", nargs="*", default=SERVICES, help="all where none is named")
    parser.add_argument("--into", type=Path, default=ROOT / "dist")
    given = parser.parse_args()
    if unknown := set(given.service) - PLACES.keys():
        parser.error(f"no such service: {', '.join(sorted(unknown))}")
    main(given.service, given.into)
