"""Keys 密钥: under which personal texts are sealed. It knows no text."""

from pathlib import Path
from typing import Final

from linli_language.codes import describe
from linli_service.service import Service

from linli_keys import api

SERVICE: Final = Service(
    name="keys",
    title="Linli keys · 密钥",
    describe=describe,
    routers=[api.router],
    sql=Path(__file__).parent / "sql",
)
