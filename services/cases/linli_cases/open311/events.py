"""What can happen to an estate's part in Open311."""

from uuid import UUID

from linli_sealed.fields import Public
from linli_shared.messages import Event


class JurisdictionOpened(Event, kind="linli.cases.JurisdictionOpened.v1"):
    """开放接口启用: from now on programs of others may read these services and report to them."""

    service_codes: tuple[str, ...]
    by_id: str


class JurisdictionClosed(Event, kind="linli.cases.JurisdictionClosed.v1"):
    """开放接口停用."""

    by_id: str


class ApiKeyIssued(Event, kind="linli.cases.ApiKeyIssued.v1"):
    """签发接口密钥. `key_sha256` is of its secret, 32 random bytes: nobody can guess back."""

    key_id: UUID
    key_sha256: str
    label: Public
    by_id: str


class ApiKeyRevoked(Event, kind="linli.cases.ApiKeyRevoked.v1"):
    """吊销接口密钥."""

    key_id: UUID
    by_id: str


Open311Event = JurisdictionOpened | JurisdictionClosed | ApiKeyIssued | ApiKeyRevoked
