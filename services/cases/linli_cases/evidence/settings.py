"""What this service is told by its environment beside what all are."""

from typing import Self
from urllib.parse import urlsplit

from pydantic import DirectoryPath, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from linli_cases.evidence.bucket import Bucket
from linli_cases.evidence.folder import Folder, Kept


class EvidenceSettings(BaseSettings):
    """A folder or a bucket; without either no pictures are taken."""

    model_config = SettingsConfigDict(
        env_prefix="LINLI_", frozen=True, hide_input_in_errors=True, env_ignore_empty=True
    )

    evidence: DirectoryPath | None = Field(
        default=None,
        description="a folder for pictures of before and after, sealed; one for every `api`;"
        " without it and without a bucket none are taken",
    )
    evidence_bucket: str = Field(
        default="",
        pattern=r"^(https?://[^/?#@\s]+/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])?$",
        description="in the folder's place https://host[:port]/bucket of an S3-compatible store",
    )
    evidence_region: str = Field(default="us-east-1", description="the region of the bucket")
    evidence_key: str = Field(default="", description="the access key id that may write there")
    evidence_secret: SecretStr = Field(default=SecretStr(""), description="and its secret")

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        """With two, half of the pictures would be in each."""
        if self.evidence and self.evidence_bucket:
            raise ValueError("set LINLI_EVIDENCE or LINLI_EVIDENCE_BUCKET, not both")
        told = bool(self.evidence_key), bool(self.evidence_secret.get_secret_value())
        if told != (bool(self.evidence_bucket),) * 2:
            raise ValueError(
                "LINLI_EVIDENCE_KEY and LINLI_EVIDENCE_SECRET go with LINLI_EVIDENCE_BUCKET: "
                "set all three, or none"
            )
        return self

    def kept(self) -> Kept | None:
        if not self.evidence_bucket:
            return Folder(self.evidence) if self.evidence else None
        url, secret = urlsplit(self.evidence_bucket), self.evidence_secret.get_secret_value()
        endpoint, bucket = f"{url.scheme}://{url.netloc}", url.path.removeprefix("/")
        return Bucket.at(endpoint, bucket, self.evidence_region, self.evidence_key, secret)
