"""What the service volunteers 志愿者 is made of: the only file that knows all of it."""

from pathlib import Path
from typing import Final

from linli_language.codes import describe
from linli_service.service import Service

from linli_volunteers.credentials import api as credentials
from linli_volunteers.credentials.domain import CREDENTIALS
from linli_volunteers.shifts import api as shifts
from linli_volunteers.shifts.domain import SHIFTS
from linli_volunteers.visits import api as visits
from linli_volunteers.visits.domain import VISITS

SQL: Final = Path(__file__).parent / "sql"
SERVICE: Final = Service(
    name="volunteers",
    title="Linli volunteers · 志愿者",
    describe=describe,
    routers=[shifts.router, visits.router, credentials.router],
    topic="linli.volunteers.v1",
    deciders=[SHIFTS, VISITS, CREDENTIALS],
    sql=SQL,
)
