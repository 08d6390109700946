"""The numbers of complaint handling. Policy data comes from a service later; these are defaults."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final


@dataclass(frozen=True, slots=True)
class Policy:
    """`source` is where the numbers come from: no law sets any of them."""

    version: str = "default-1"
    source: str = "the operator's own practice; not set by law"

    repeat_window: timedelta = timedelta(hours=24)
    """Within it the same words of the same reporter are a repeat, its end included."""
    near_window: timedelta = timedelta(days=14)
    """How far back a report of somebody else may look like this one."""
    near_score_bp: int = 5000
    """From this likeness on it is suspected to be the same matter, 10000 being the same words."""
    near_most: int = 5
    """How many such reports are named, the likest first."""
    max_open_per_worker: int = 20
    confirm_within: timedelta = timedelta(days=7)
    reopen_within: timedelta = timedelta(days=30)
    reopenings_to_l3: int = 3
    suspend_within: timedelta = timedelta(days=90)
    """How far ahead a case may be suspended at most."""
    suspensions: int = 3
    """How often, in all its life. A referral to deliberation is none."""
    review_every: timedelta = timedelta(days=30)
    """So often somebody looks where a key matter or a legacy problem stands."""
    evidence_most: int = 30
    """Pictures of a case."""
    reject_reasons: tuple[str, ...] = (
        "out_of_scope",  # 非物业职责
        "before_court",  # 已进入诉讼或仲裁
        "not_actionable",  # 内容不明，无法办理
        "already_answered",  # 已有答复，无新情况
        "abusive",  # 辱骂、恶意
    )


POLICY: Final = Policy()
