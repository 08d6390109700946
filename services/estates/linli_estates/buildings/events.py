"""What is known of a building 楼栋."""

from uuid import UUID

from linli_sealed.fields import Public
from linli_shared.messages import Event


class BuildingRegistered(Event, kind="linli.estates.BuildingRegistered.v1"):
    building_key: UUID
    """Of the stream; `building_id` is unique in its estate."""
    building_id: str
    label: Public
    """What people call it: 3 栋."""
    by_id: str
