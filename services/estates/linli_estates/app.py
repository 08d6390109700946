"""What the service estates 小区 is made of: the only file that knows all of it."""

from pathlib import Path
from typing import Final

from linli_language.codes import describe
from linli_service.service import Service

from linli_estates.absences import api as absences
from linli_estates.absences.domain import ABSENCES
from linli_estates.bill_imports import api as bill_imports
from linli_estates.bill_imports.domain import IMPORTS
from linli_estates.bookings import api as bookings
from linli_estates.bookings.domain import BOOKINGS
from linli_estates.buildings import api as buildings
from linli_estates.buildings.domain import BUILDINGS
from linli_estates.companies import api as companies
from linli_estates.companies.domain import COMPANIES
from linli_estates.consents import api as consents
from linli_estates.consents.domain import CONSENTS
from linli_estates.consents.texts import CONSENT_TEXTS
from linli_estates.credentials import api as credentials
from linli_estates.credentials.domain import CREDENTIALS
from linli_estates.disclosures import api as disclosures
from linli_estates.disclosures.domain import DISCLOSURES
from linli_estates.erasures import api as erasures
from linli_estates.erasures.domain import ERASURES
from linli_estates.erasures.matters import MATTERS
from linli_estates.fees import api as fees
from linli_estates.fees.domain import ACCOUNTS
from linli_estates.honours import api as honours
from linli_estates.honours.domain import HONOURS
from linli_estates.imports import api as imports
from linli_estates.imports.worker import importing
from linli_estates.norms import api as norms
from linli_estates.norms.domain import NORMS
from linli_estates.people import api as people
from linli_estates.people.domain import PEOPLE
from linli_estates.periods import api as periods
from linli_estates.periods.domain import PERIODS
from linli_estates.places import api as places
from linli_estates.places.domain import PLACES
from linli_estates.stewards import api as stewards
from linli_estates.stewards.domain import STEWARDS
from linli_estates.units import api as units
from linli_estates.units.domain import UNITS

SQL: Final = Path(__file__).parent / "sql"

SERVICE: Final = Service(
    name="estates",
    title="Linli estates · 小区",
    describe=describe,
    routers=[
        companies.router,
        buildings.router,
        units.router,
        people.router,
        credentials.router,
        absences.router,
        erasures.router,
        consents.texts,
        consents.router,
        disclosures.router,
        fees.router,
        bill_imports.router,
        periods.router,
        imports.router,
        places.router,
        bookings.router,
        stewards.router,
        norms.router,
        honours.router,
    ],
    topic="linli.estates.v1",
    workers={"import": importing},
    sql=SQL,
    deciders=[
        COMPANIES,
        BUILDINGS,
        UNITS,
        PEOPLE,
        CREDENTIALS,
        ABSENCES,
        ERASURES,
        CONSENT_TEXTS,
        CONSENTS,
        DISCLOSURES,
        ACCOUNTS,
        IMPORTS,
        PERIODS,
        PLACES,
        BOOKINGS,
        STEWARDS,
        NORMS,
        HONOURS,
    ],
    views=[MATTERS],
)
