"""The numbers of visits. Policy data comes from a service later; these are the defaults."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from linli_volunteers.visits.terms import Tier


def _grace() -> Mapping[Tier, timedelta]:
    minutes = {Tier.HIGH: 15, Tier.KEY: 30, Tier.GENERAL: 60}
    return {tier: timedelta(minutes=n) for tier, n in minutes.items()}


@dataclass(frozen=True, slots=True)
class Policy:
    """`source` is where the numbers come from: no law sets any of them."""

    version: str = "default-1"
    source: str = "the operator's own practice; not set by law"

    grace: Mapping[Tier, timedelta] = field(default_factory=_grace)
    """How long after its window a visit may still begin."""
    way_min: int = 15
    """Minutes from an elder's home to any other place."""
    credentials: tuple[str, ...] = ("elder_care",)
    """What a visitor must hold on the day."""
    checklist: tuple[str, ...] = (
        "health",  # 身体状况
        "meals",  # 饮食
        "medicine",  # 用药
        "gas_and_power",  # 燃气与用电
        "emergency_contacts",  # 紧急联系人有效
    )
    """What a visitor asks and looks at each time."""
