"""The services 诉求类别 that can be asked for over Open311, and what is asked with each.

What is not here does not leave, whatever it is: nothing about elders, children or neighbours is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from linli_cases.complaints.terms import Kind, Priority


@dataclass(frozen=True, slots=True)
class Words:
    zh: str
    en: str

    def told(self, zh: bool) -> str:
        return self.zh if zh else self.en


class Datatype(StrEnum):
    """Those of GeoReport v2."""

    STRING = "string"
    NUMBER = "number"
    DATETIME = "datetime"
    TEXT = "text"
    SINGLE = "singlevaluelist"
    MULTI = "multivaluelist"


@dataclass(frozen=True, slots=True)
class Choice:
    """`priority`: that of a case where this is chosen."""

    key: str
    name: Words
    priority: Priority | None = None


@dataclass(frozen=True, slots=True)
class Attribute:
    code: str
    datatype: Datatype
    question: Words
    required: bool = False
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Service:
    """`kind` and `priority` are those of the case that a request becomes."""

    code: str
    name: Words
    description: Words
    group: Words
    keywords: tuple[str, ...]
    kind: Kind = Kind.REPAIR
    priority: Priority | None = None
    attributes: tuple[Attribute, ...] = ()


_BUILDING: Final = Words("房屋与设备", "Buildings and equipment")
_GROUNDS: Final = Words("公共区域", "Grounds")
_SAFETY: Final = Words("安全", "Safety")
_ALL: Final = (
    Service(
        "lift",
        Words("电梯", "Lift"),
        Words("电梯停运、异响、困人", "A lift that stands still, is noisy, or holds people"),
        _BUILDING,
        ("lift", "elevator", "电梯"),
        attributes=(
            Attribute(
                "trapped",
                Datatype.SINGLE,
                Words("是否有人被困？", "Is anybody trapped?"),
                required=True,
                choices=(
                    Choice("yes", Words("有人被困", "Yes"), Priority.P1),
                    Choice("no", Words("无人被困", "No")),
                ),
            ),
            Attribute("lift_no", Datatype.STRING, Words("电梯编号", "Number of the lift")),
        ),
    ),
    Service(
        "lighting",
        Words("公共照明", "Lighting"),
        Words("楼道灯、路灯不亮或损坏", "A lamp on a stair or a path that is dark or broken"),
        _BUILDING,
        ("lamp", "light", "路灯", "楼道灯"),
    ),
    Service(
        "water",
        Words("给排水", "Water and drains"),
        Words("停水、漏水、排水堵塞", "No water, a leak, a drain that is blocked"),
        _BUILDING,
        ("water", "leak", "drain", "漏水"),
        priority=Priority.P2,
        attributes=(
            Attribute(
                "signs",
                Datatype.MULTI,
                Words("出现了哪些情况？", "What is to be seen?"),
                choices=(
                    Choice("no_water", Words("停水", "No water")),
                    Choice("leak", Words("漏水", "A leak")),
                    Choice("blocked", Words("排水堵塞", "A blocked drain")),
                ),
            ),
        ),
    ),
    Service(
        "power",
        Words("供电", "Power"),
        Words("公共区域停电、线路损坏", "No power in shared parts, a damaged line"),
        _BUILDING,
        ("power", "electricity", "停电"),
        priority=Priority.P2,
    ),
    Service(
        "access",
        Words("门禁", "Gates and doors"),
        Words("门禁、单元门、道闸故障", "A gate, an entrance door or a barrier out of order"),
        _BUILDING,
        ("door", "gate", "门禁"),
    ),
    Service(
        "facilities",
        Words("公共设施", "Shared facilities"),
        Words("健身器材、座椅、围栏等损坏", "Broken benches, fences, exercise equipment"),
        _GROUNDS,
        ("bench", "fence", "设施"),
    ),
    Service(
        "cleaning",
        Words("环境卫生", "Cleaning"),
        Words("垃圾未清、楼道不洁", "Rubbish that was left, a stair that is dirty"),
        _GROUNDS,
        ("rubbish", "cleaning", "垃圾", "保洁"),
        kind=Kind.COMPLAINT,
    ),
    Service(
        "greening",
        Words("绿化养护", "Greenery"),
        Words("树木倒伏、枯死、遮挡", "A tree that fell, died, or is in the way"),
        _GROUNDS,
        ("tree", "plants", "绿化"),
    ),
    Service(
        "roads",
        Words("道路", "Paths"),
        Words("路面破损、积水、井盖缺失", "Broken paving, standing water, a missing cover"),
        _GROUNDS,
        ("path", "paving", "道路", "井盖"),
    ),
    Service(
        "fire_safety",
        Words("消防安全", "Fire safety"),
        Words("消防通道被堵、消防设施损坏", "A blocked escape way, broken fire equipment"),
        _SAFETY,
        ("fire", "消防"),
        priority=Priority.P1,
    ),
    Service(
        "gas",
        Words("燃气", "Gas"),
        Words("燃气异味或泄漏", "A smell of gas, or a leak"),
        _SAFETY,
        ("gas", "燃气"),
        priority=Priority.P1,
    ),
    Service(
        "safety",
        Words("安全隐患", "Other hazards"),
        Words("其他危及公共安全的情况", "Anything else that endangers the public"),
        _SAFETY,
        ("hazard", "隐患"),
    ),
)
CATALOGUE: Final[Mapping[str, Service]] = {service.code: service for service in _ALL}
