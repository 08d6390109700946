"""What is recorded of somebody's credentials 资质: result, day and verifier, and nothing of what a
check has found."""

from datetime import date
from uuid import UUID

from linli_shared.messages import Event
from pydantic import BaseModel

from linli_estates.credentials.terms import CredentialType, Result


class OfCredentials(BaseModel):
    """Of a person of a company. The last one of a type is the one that counts."""

    credentials_key: UUID
    """Of the stream, one a person."""
    person_id: str
    type: CredentialType
    by_id: str


class CredentialRecorded(OfCredentials, Event, kind="linli.estates.CredentialRecorded.v1"):
    """核验: who is clear has it until the day before `expires_on`. `by_id` is the verifier."""

    result: Result
    checked_on: date
    expires_on: date


class CredentialExpired(OfCredentials, Event, kind="linli.estates.CredentialExpired.v1"):
    """到期: since the beginning of that day it does not count any more."""

    expired_on: date


CredentialEvent = CredentialRecorded | CredentialExpired
