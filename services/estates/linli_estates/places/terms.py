"""The words of a place 场所, as they stand on the wire."""

from enum import StrEnum


class PlaceKind(StrEnum):
    """What of the hall 红色享居馆 it is."""

    SERVICE_STATION = "service_station"  # 服务驿站
    CANTEEN = "canteen"  # 园区食堂
    DELIBERATION_HALL = "deliberation_hall"  # 业主议事厅
    CLASS_ROOM = "class_room"  # 四点半课堂教室
    VOLUNTEER_CORNER = "volunteer_corner"  # 志愿者之角
    OTHER = "other"  # 其他
