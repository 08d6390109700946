"""What the service estates 小区 is made of: the only file that knows all of it."""

from typing import Final

from linli_language.codes import describe
from linli_service.service import Service

from linli_estates.companies import api as companies
from linli_estates.companies.domain import COMPANIES

SERVICE: Final = Service(
    name="estates",
    title="Linli estates · 小区",
    describe=describe,
    routers=[companies.router],
    topic="linli.estates.v1",
    deciders=[COMPANIES],
)
