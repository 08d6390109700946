"""A service's database and logins, made by an administrator before its first migration.

Four logins a service, each a member of one group role that the SQL files name: the owner changes
the schema, `app` answers HTTP, `relay` reads all events, `view` writes views. None is superuser.
"""

from collections.abc import Callable
from typing import Final
from urllib.parse import quote, urlsplit

import asyncpg

GROUPS: Final = {"app": "linli_app", "relay": "linli_relay", "view": "linli_view"}
LOGINS: Final = ("owner", *GROUPS)
# A writer that hangs holds the locks of its shards: bounded by the server, not by the client.
_LIMITS: Final = {
    "lock_timeout": "5s",
    "transaction_timeout": "30s",
    "idle_in_transaction_session_timeout": "5s",
    "default_transaction_isolation": "read committed",
}


async def provision(
    admin_url: str, service: str, secret: Callable[[str], str], *, database: str = ""
) -> dict[str, str]:
    """Create or complete what `service` needs; `secret(login)` is a login's password.

    `admin_url` is a login that may create roles and databases. Returns the environment of the
    service's processes: LINLI_OWNER_URL (for `migrate` only), LINLI_APP_URL, LINLI_RELAY_URL,
    LINLI_VIEW_URL. `database` is `linli_<service>` where not named.
    """
    database = database or f"linli_{service}"
    admin = await asyncpg.connect(admin_url)
    try:
        logins = await _create(admin, service, secret, database)
    finally:
        await admin.close()
    server = urlsplit(admin_url).netloc.rpartition("@")[2]
    return {
        f"LINLI_{part.upper()}_URL": f"postgresql://{login}:{quote(secret(login), safe='')}"
        f"@{server}/{database}"
        for part, login in logins.items()
    }


async def _create(
    admin: "asyncpg.Connection[asyncpg.Record]",
    service: str,
    secret: Callable[[str], str],
    database: str,
) -> dict[str, str]:
    for group in GROUPS.values():
        await _role(admin, group, f"create role {group} nologin")
    logins = {part: f"linli_{service}_{part}" for part in LOGINS}
    for part, login in logins.items():
        await _role(admin, login, f"create role {login} login")
        await admin.execute(f"alter role {login} password {_literal(secret(login))}")
        if part in GROUPS:
            await admin.execute(f"grant {GROUPS[part]} to {login}")
            for name, value in _LIMITS.items():
                await admin.execute(f"alter role {login} set {name} = {_literal(value)}")
    if not await admin.fetchval("select true from pg_database where datname = $1", database):
        # The administrator need not be a superuser, so it must be a member of the owner.
        await admin.execute(f"grant {logins['owner']} to current_user")
        await admin.execute(f'create database "{database}" owner {logins["owner"]}')
        await admin.execute(f'revoke all on database "{database}" from public')
    for part in GROUPS:
        await admin.execute(f'grant connect on database "{database}" to {logins[part]}')
    return logins


async def _role(admin: "asyncpg.Connection[asyncpg.Record]", name: str, create: str) -> None:
    if not await admin.fetchval("select true from pg_roles where rolname = $1", name):
        await admin.execute(create)


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
