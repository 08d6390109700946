"""What is measured beside what, in interleaved repetitions: medians, spread, ratios.

A figure alone says little of code on somebody's machine. So each of Linli's stands beside others of
the same run, and the target is a ratio.
"""

import statistics
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, TypeAlias

Run: TypeAlias = Callable[[], Awaitable[float]]


@dataclass(frozen=True, slots=True)
class Target:
    """Linli is to have at least `factor` times what `peer` has; of times, at most."""

    peer: str
    factor: float


@dataclass(slots=True)
class Comparison:
    """One line of the table. Of a unit that ends in /s more is better, of ms less."""

    what: str
    unit: str
    runs: Mapping[str, Run]  # "linli", and each peer
    targets: Sequence[Target] = ()
    seen: dict[str, list[float]] = field(default_factory=dict)

    async def repeat(self, times: int, say: Callable[[str], None]) -> None:
        """Everybody once, then everybody again: what the machine does meanwhile hits all alike."""
        for _ in range(times):
            for name, run in self.runs.items():
                figure = await run()
                self.seen.setdefault(name, []).append(figure)
                say(f"{self.what}: {name} {figure:,.1f} {self.unit}")

    def median(self, name: str) -> float:
        return statistics.median(self.seen[name])

    def ratio(self, peer: str) -> float:
        return self.median("linli") / self.median(peer)

    def met(self, target: Target) -> bool:
        ratio = self.ratio(target.peer)
        return ratio >= target.factor if self.unit.endswith("/s") else ratio <= target.factor

    def told(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "what": self.what,
            "unit": self.unit,
            "seen": self.seen,
            "median": {name: self.median(name) for name in self.seen},
            "targets": [
                asdict(target) | {"ratio": self.ratio(target.peer), "met": self.met(target)}
                for target in self.targets
            ],
        }

    def lines(self) -> list[tuple[str, str, str, str]]:
        """What, who, figure with spread, and the ratio beside its target."""
        wanted = {target.peer: target for target in self.targets}
        return [
            (
                self.what if name == "linli" else "",
                name,
                self._figure(name),
                self._against(name, wanted),
            )
            for name in self.seen
        ]

    def _figure(self, name: str) -> str:
        seen = self.seen[name]
        return f"{self.median(name):,.1f} {self.unit} ({min(seen):,.1f} to {max(seen):,.1f})"

    def _against(self, name: str, wanted: Mapping[str, Target]) -> str:
        if name == "linli":
            return ""
        text = f"{self.ratio(name):.2f} ×"
        if target := wanted.get(name):
            sign = "≥" if self.unit.endswith("/s") else "≤"
            text += f" (target {sign} {target.factor:g}{'' if self.met(target) else ', missed'})"
        return text
