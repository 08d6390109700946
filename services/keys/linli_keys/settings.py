"""What the key store is told by its environment, beside the kernel's `LINLI_…`: where to look,
never a key."""

from pydantic import DirectoryPath, Field, FilePath
from pydantic_settings import BaseSettings, SettingsConfigDict


class KeySettings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="LINLI_", frozen=True, env_ignore_empty=True)

    kek: FilePath = Field(
        description="a file of key-encryption keys, a line each: a name and 32 bytes in base64; the"
        " last one wraps what is new"
    )
    clients: DirectoryPath = Field(
        description="a folder with a file a service, named as it is: the secret by which it asks"
    )
