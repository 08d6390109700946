"""For how long a key seals, and for how long what it sealed can be read: `retention.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.resources import files
from typing import Final

from linli_sealed.token import Owner

# What holds a key may still seal with it for ten minutes after it was renewed.
_HELD: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Kept:
    """`renew`: after which a generation seals no more; `keep`: how long it opens after that."""

    renew: timedelta
    keep: timedelta | None

    @property
    def ends(self) -> timedelta | None:
        """The age at which a generation is destroyed."""
        return self.renew + _HELD + self.keep if self.keep is not None else None


def _read() -> Mapping[str, Kept]:
    told = tomllib.loads(files(__package__).joinpath("retention.toml").read_text("utf-8"))
    return {
        kind: Kept(
            timedelta(days=days["renew"]),
            timedelta(days=days["keep"]) if "keep" in days else None,
        )
        for kind, days in told.items()
    }


RETENTION: Final = _read()


def renew(owner: Owner, made_at: datetime, now: datetime) -> bool:
    """Whether a generation made then is too old to seal."""
    return now - made_at >= RETENTION[owner.subject.partition(":")[0]].renew
