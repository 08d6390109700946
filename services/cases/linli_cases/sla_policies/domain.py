"""The deadlines of an estate, version by version. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final
from uuid import UUID, uuid5

from linli_shared.decider import Decider

from linli_cases.complaints.sla import DEFAULT, DEFAULTS, SlaPolicy, Target
from linli_cases.complaints.terms import Kind, Priority
from linli_cases.sla_policies.commands import SetSlaPolicy
from linli_cases.sla_policies.events import SetTarget, SlaPolicySet

_POLICIES: Final = UUID("0e0c7b52-8d3e-5b6c-8a61-51a5d1b0a7f4")


@dataclass(frozen=True, slots=True)
class SlaPolicies:
    """`versions` are the estate's own; `now` is in force."""

    versions: Mapping[str, SlaPolicy] = field(default_factory=dict)
    now: SlaPolicy = DEFAULT


def key_of(estate: str) -> UUID:
    """An estate has one stream of them, known before it is there."""
    return uuid5(_POLICIES, estate)


def decide(command: SetSlaPolicy, policies: SlaPolicies) -> Sequence[SlaPolicySet]:
    return [
        SlaPolicySet(
            occurred_at=command.at,
            policy_version=f"own-{len(policies.versions) + 1}",
            source=command.source,
            targets=tuple(SetTarget(**target.model_dump()) for target in command.targets),
            warn_bp=command.warn_bp,
            l2_bp=command.l2_bp,
            l3_bp=command.l3_bp,
            no_ack_min=command.no_ack_min,
            holidays=command.holidays,
            workdays=command.workdays,
            by_id=command.actor.id,
            return_visit=command.return_visit,
            visit_after_h=command.visit_after_h,
        )
    ]


def evolve(policies: SlaPolicies, event: SlaPolicySet) -> SlaPolicies:
    own = f"{event.source}; after {DEFAULT.calendar.source}"
    policy = SlaPolicy(
        version=event.policy_version,
        source=event.source,
        targets=(*map(_target, event.targets), *DEFAULTS),
        warn_bp=event.warn_bp,
        l2_bp=event.l2_bp,
        l3_bp=event.l3_bp,
        no_ack_min=event.no_ack_min,
        calendar=DEFAULT.calendar.but(
            event.holidays, event.workdays, own if event.holidays or event.workdays else ""
        ),
        return_visit=event.return_visit,
        visit_after=timedelta(hours=event.visit_after_h),
    )
    return SlaPolicies({**policies.versions, policy.version: policy}, policy)


def _target(given: SetTarget) -> Target:
    return Target(
        given.hours, given.ack_min, given.first_response_min, given.resolve_min, given.anchor,
        priorities=frozenset(given.priorities or Priority), kinds=frozenset(given.kinds or Kind),
    )  # fmt: skip


SLA_POLICIES: Final = Decider("sla-policy", SlaPolicies(), decide, evolve)
