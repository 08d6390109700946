"""What a closed vote says of its topic: a meeting tells it, a resolution is made of it."""

from uuid import UUID

from linli_sealed.fields import Public
from linli_shared.messages import Value

from linli_meetings.terms import Regime


class Quorum(Value):
    """Who was there, of those invited; `need` is 0 where only the parties count."""

    invited: int
    present: int
    need: int
    owners: int
    property: int
    community: int


class Tally(Value):
    """Effective ballots; who abstains has voted."""

    in_favour: int
    against: int
    abstained: int

    @property
    def cast(self) -> int:
        return self.in_favour + self.against + self.abstained


class Result(Value):
    title: Public
    chain_id: UUID
    case_ids: tuple[UUID, ...]
    regime: Regime
    chair_id: str
    tally: Tally
    quorum: Quorum
    adopted: bool
    policy_version: str
