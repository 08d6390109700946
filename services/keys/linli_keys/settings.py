"""What the key store is told by its environment, beside the kernel's `LINLI_…`: where to look,
never a key."""

from functools import cache

from pydantic import DirectoryPath, Field, FilePath, ValidationError
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


@cache
def told() -> KeySettings:
    """Raises SystemExit, naming what is wrong and not what it was."""
    try:
        return KeySettings()  # type: ignore[call-arg]
    except ValidationError as error:
        wrong = ", ".join(f"LINLI_{fault['loc'][0]}".upper() for fault in error.errors())
        raise SystemExit(f"the key store is not told where to look: {wrong}") from None
