"""Domain time, injected: rules never ask for it, commands bring it.

Leases, timeouts, Kafka's deadlines and the expiry of tokens stay on real time. In a simulation
every process asks its database what time it is, so that none can go on with yesterday's; only the
database's owner may set it, and only beside the development issuer will a process take part
(docs/adr/0011).
"""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Final, TypeAlias
from urllib.parse import urlsplit

import httpx
from asyncpg import Pool

Clock: TypeAlias = Callable[[], Awaitable[datetime]]
CHANNEL: Final = "linli_clock"  # rung when a simulation's time was set
DEVELOPMENT: Final = "linli_development_issuer"  # in the discovery document of that one alone


async def now() -> datetime:
    return datetime.now(UTC)


def simulated(pool: Pool) -> Clock:
    return lambda: pool.fetchval("select clock.now()")


def simulating(url: str) -> str:
    """The address of a database, for connections whose time is the simulation's."""
    return f"{url}{'&' if '?' in url else '?'}linli.simulation=on"


async def only_for_development(issuer: str) -> None:
    """Raises SystemExit unless that is the development issuer, on this machine. An issuer that
    does not answer is none."""
    try:
        if not ip_address(urlsplit(issuer).hostname or "").is_loopback:
            raise ValueError("it is not on this machine")
        async with httpx.AsyncClient(timeout=5, trust_env=False) as http:
            found = (await http.get(f"{issuer}/.well-known/openid-configuration")).json()
        if found["issuer"] != issuer or found[DEVELOPMENT] is not True:
            raise ValueError("it is another issuer")
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, LookupError, TypeError) as error:
        why = f"LINLI_SIMULATION=1 is for the development issuer alone, not {issuer!r}: {error!r}"
        raise SystemExit(why) from None


async def only_real(pool: Pool) -> None:
    """Raises SystemExit where a simulation has set the time of the database."""
    if at := await pool.fetchval("select at from clock.simulated"):
        raise SystemExit(f"The database is a simulation's, at {at}: LINLI_SIMULATION is not set")
