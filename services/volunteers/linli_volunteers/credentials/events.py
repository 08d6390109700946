"""What is recorded of somebody's credentials 资质."""

from datetime import date

from linli_shared.messages import Event

from linli_volunteers.credentials.terms import CredentialType, Finding


class CredentialRecorded(Event, kind="linli.volunteers.CredentialRecorded.v1"):
    """核验: whoever is clear has it until the day before `expires_on`. The last one of a type is
    the one that counts."""

    person_id: str
    type: CredentialType
    finding: Finding
    checked_on: date
    expires_on: date
    by_id: str
    """Whoever checked it."""
