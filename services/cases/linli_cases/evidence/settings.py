"""What this service is told by its environment beside what all are."""

from pydantic import DirectoryPath, Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class EvidenceSettings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="LINLI_", frozen=True, env_ignore_empty=True)

    evidence: DirectoryPath | None = Field(
        default=None,
        description="a folder for pictures of before and after, sealed; one for every `api`;"
        " without it none are taken",
    )
