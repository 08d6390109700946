"""Who a person is in an estate; a token says which of these it holds where."""

from enum import StrEnum


class Role(StrEnum):
    RESIDENT = "resident"
    STEWARD = "steward"
    STEWARD_LEAD = "steward_lead"
    OPERATOR = "operator"
    MEDIATOR = "mediator"
    VOLUNTEER = "volunteer"
    VOLUNTEER_COORDINATOR = "volunteer_coordinator"
    PROGRAMME_LEAD = "programme_lead"
    COMMUNITY_OFFICER = "community_officer"
    ESTATE_MANAGER = "estate_manager"
    REGION_USER = "region_user"
    COMPANY_USER = "company_user"
    PEER_VISITOR = "peer_visitor"
    INTEGRATOR = "integrator"
    AUDITOR = "auditor"
