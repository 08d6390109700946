"""`make bench`: Linli beside its peers and the machine's limit, in one run, on a stack of its own.

make bench                                # all but `day`, `growing` and `rebuilding`
make bench ARGS="appending relaying"      # some
make bench ARGS="--repeats 1 --seconds 2" # a quick look
make bench ARGS="--repeats 1 day"         # fifty estates for ten minutes
make bench ARGS="growing"                 # at a million and five million events: ten minutes
make bench ARGS="rebuilding"              # all views from a million events: as long
"""

import argparse
import json
import os
import platform
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Final, TypeAlias

import uvloop
from linli_local.screen import out
from linli_local.testing import embedded, started
from linli_service.service import collect_rarely
from linli_shared.logs import install_logs
from rich.table import Table

from tests.bench.appending import appending
from tests.bench.commanding import commanding
from tests.bench.day import day
from tests.bench.doubling import doubling
from tests.bench.growing import growing, rebuilding
from tests.bench.holding import holding
from tests.bench.measuring import Comparison
from tests.bench.places import Place
from tests.bench.projecting import projecting
from tests.bench.relaying import relaying
from tests.bench.resting import resting
from tests.bench.sealing import sealing
from tests.bench.seeing import seeing

Bench: TypeAlias = Callable[[Place], AsyncIterator[Comparison]]
BENCHES: Final[dict[str, Bench]] = {
    "appending": appending,
    "commanding": commanding,
    "sealing": sealing,
    "relaying": relaying,
    "projecting": projecting,
    "doubling": doubling,
    "seeing": seeing,
    "holding": holding,
    "resting": resting,
    "day": day,
    "growing": growing,
    "rebuilding": rebuilding,
}
LONG: Final = {"day", "growing", "rebuilding"}


async def measured(place: Place, names: list[str], repeats: int) -> list[Comparison]:
    done: list[Comparison] = []
    for name in names:
        async for comparison in BENCHES[name](place):
            await comparison.repeat(repeats, lambda line: out.print(f"[dim]{line}[/]"))
            done.append(comparison)
    return done


def table(done: list[Comparison]) -> Table:
    made = Table("what", "who", "median (lowest to highest)", "Linli against it")
    for comparison in done:
        for line in comparison.lines():
            made.add_row(*line)
        made.add_section()
    return made


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("bench", nargs="*", help=", ".join(BENCHES))
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=5, help="of each measured window")
    parser.add_argument("--json", type=Path, help="where to write all figures")
    given = parser.parse_args()
    if unknown := set(given.bench) - set(BENCHES):
        parser.error(f"no such bench: {', '.join(sorted(unknown))}")
    names = given.bench or [name for name in BENCHES if name not in LONG]
    install_logs("bench", "ERROR")
    with embedded() as parts:

        async def run() -> list[Comparison]:
            place = Place(await started(parts), given.seconds)
            return await measured(place, names, given.repeats)

        collect_rarely()  # as services do, and for the peers as well
        done = uvloop.run(run())
    out.print(table(done))
    machine = {"cores": os.cpu_count(), "python": platform.python_version()}
    if given.json:
        found = {"machine": machine, "comparisons": [comparison.told() for comparison in done]}
        given.json.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    missed = [c.what for c in done for target in c.targets if not c.met(target)]
    out.print(f"{len(done)} comparisons on {machine['cores']} cores; missed: {len(missed)}")


if __name__ == "__main__":
    main()
