"""Keys 密钥: under which personal texts are sealed. It knows no text."""

from pathlib import Path
from typing import Final

from linli_language.codes import describe
from linli_service.service import Service

from linli_keys import api
from linli_keys.ageing import ageing
from linli_keys.kept import unknown
from linli_keys.ledger import LEDGER, ledger

SERVICE: Final = Service(
    name="keys",
    title="Linli keys · 密钥",
    describe=describe,
    routers=[api.router],
    views=[LEDGER],
    workers={"ledger": ledger, "ageing": ageing},
    waits=unknown,
    sql=Path(__file__).parent / "sql",
)
