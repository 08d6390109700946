"""Parts of events."""

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """Like the event itself, it ignores what a newer process has added."""

    model_config = ConfigDict(frozen=True, extra="ignore")
