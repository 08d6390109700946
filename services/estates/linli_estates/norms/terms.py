"""The words of service norms 服务规范, as they stand on the wire."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Norm(StrEnum):
    """What is looked at each month."""

    SERVICE = "service"  # 四有
    LIVING = "living"  # 生活环境


class Item(StrEnum):
    PLACE = "place"  # 有场所
    SIGN = "sign"  # 有标志
    RULES = "rules"  # 有制度
    SUPERVISION = "supervision"  # 有监督
    ROADS = "roads"  # 道路
    PARKING = "parking"  # 停车
    FACADES = "facades"  # 外立面
    NOTICES = "notices"  # 公示栏


ITEMS: Final[Mapping[Norm, tuple[Item, ...]]] = {
    Norm.SERVICE: (Item.PLACE, Item.SIGN, Item.RULES, Item.SUPERVISION),
    Norm.LIVING: (Item.ROADS, Item.PARKING, Item.FACADES, Item.NOTICES),
}
