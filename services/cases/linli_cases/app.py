"""What the service cases 事件 is made of: the only file that knows all of it."""

from typing import Final

from linli_language.codes import describe
from linli_service.service import Service
from linli_shared.process import inputs

from linli_cases.complaints import api as complaints
from linli_cases.complaints import care_api as care
from linli_cases.complaints import matter_api as matters
from linli_cases.complaints.domain import CASES
from linli_cases.complaints.open_cases import OPEN_CASES
from linli_cases.directory import DIRECTORY
from linli_cases.disclosures import api as disclosures
from linli_cases.disclosures.domain import DISCLOSURES
from linli_cases.disputes import api as disputes
from linli_cases.disputes.domain import DISPUTES
from linli_cases.disputes.homes import HOMES
from linli_cases.disputes.mediations import MEDIATIONS
from linli_cases.disputes.mediations import look as ties
from linli_cases.duty import api as duty
from linli_cases.duty.domain import DUTY
from linli_cases.evidence import api as evidence
from linli_cases.informed import informed
from linli_cases.linked_actions import LINKED_ACTIONS
from linli_cases.open311 import api as open311
from linli_cases.open311 import server as georeport
from linli_cases.open311.domain import OPEN311
from linli_cases.open311.leaving import OPEN311_VIEWS
from linli_cases.refusals import REFUSALS
from linli_cases.resolutions import OVERTURN_TO_REOPEN, RESOLUTION_TO_ACTION
from linli_cases.sla_policies import api as sla_policies
from linli_cases.sla_policies.domain import SLA_POLICIES
from linli_cases.watch import NAME, watching

SERVICE: Final = Service(
    name="cases",
    title="Linli cases · 事件",
    describe=describe,
    routers=[
        complaints.router,
        care.router,
        matters.router,
        evidence.router,
        disclosures.router,
        disputes.router,
        duty.router,
        sla_policies.router,
        open311.router,
        georeport.router,
    ],
    topic="linli.cases.v1",
    deciders=[CASES, DISCLOSURES, DISPUTES, DUTY, SLA_POLICIES, OPEN311, REFUSALS],
    learns={CASES.category: informed},
    views=[OPEN_CASES, LINKED_ACTIONS, HOMES, DIRECTORY, MEDIATIONS, OPEN311_VIEWS],
    processes=inputs([RESOLUTION_TO_ACTION, OVERTURN_TO_REOPEN], topics=["linli.meetings.v1"]),
    workers={NAME: watching([ties])},
)
