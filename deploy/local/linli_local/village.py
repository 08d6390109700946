"""The last month of the demo at 湘熙水郡: complaints and disputes, and how each ends."""

from collections.abc import Iterator
from itertools import count
from typing import Any, Final

from .life import Body, Life
from .month import Story, story

MONTH: Final = 85  # the day it begins on; what came before is of the owners' hall
BUILDINGS: Final = 18
UNITS: Final = 2160
DESK: Final = ("desk-chen", "operator")
STEWARDS: Final = [f"steward-{name}" for name in ("deng", "he", "liu", "tang", "wu", "yang")]
MATTERS: Final = [
    ("lighting", "楼道灯不亮", "{unit}门口的楼道灯坏了，晚上看不清台阶。"),
    ("lift", "电梯异响", "{building}栋电梯上行时有异响，请检查。"),
    ("noise", "夜间噪音", "{building}栋附近夜里十一点后仍有装修声音。"),
    ("parking", "车位被占", "{unit}的固定车位近几天常被外来车辆占用。"),
    ("garbage", "垃圾清运不及时", "{building}栋楼下垃圾桶已满两天，有异味。"),
    ("water", "水压不足", "{unit}早晚高峰水压不足，热水器打不着火。"),
    ("green", "绿化枯死", "{building}栋东侧草坪大片枯死，请补种。"),
    ("gate", "门禁失灵", "{building}栋单元门禁刷卡没有反应。"),
    ("ebike", "电动车进楼", "{building}栋有人把电动车推进电梯充电。"),
    ("drain", "下水道堵塞", "{unit}厨房下水道反水，疑似主管道堵塞。"),
]
QUARRELS: Final = [
    ("leakage", "卫生间防水老化，楼下天花板渗水。"),
    ("noise", "夜里孩子跑跳，楼下休息不好。"),
    ("parking", "两户共用通道停车引起争执。"),
    ("common_area", "楼道堆放杂物，邻居出行不便。"),
]


def stories() -> Iterator[Story]:
    """37 complaints (three more are deliberated), 2 old problems, 8 disputes."""
    numbers = count(1)

    def told(days: range, life: Any, **how: Any) -> Iterator[Story]:
        for day in days:
            yield story(MONTH + day, life, _report(next(numbers)), **how)

    yield from told(range(0, 24, 2), resolved, rating=5)
    yield from told(range(1, 9, 2), resolved, rating=4, confirmed=False)
    yield from told(range(2, 14, 4), resolved, rating=3)
    yield from told(range(27, 30), resolved, rating=None, confirmed=False)
    yield from told(range(5, 20, 5), resolved, rating=4, reopened=True)
    yield from told(range(9, 19, 9), merged)
    yield from told(range(4, 14, 9), rejected)
    yield from told(range(7, 17, 9), withdrawn)
    yield from told(range(31, 35), unfinished)
    yield from told(range(3, 13, 9), resolved, rating=None, kind="legacy_issue")
    ends = ["settled_written"] * 3 + ["settled_oral", "not_settled", "declined", "", ""]
    for n, end in enumerate(ends):
        yield story(MONTH + 2 * n, dispute, n, end)


def _report(n: int) -> Body:
    code, title, text = MATTERS[n % len(MATTERS)]
    building, floor = n % BUILDINGS + 1, n % 15 + 2
    unit = f"{building}-{n % 4 + 1}-{floor:02}0{n % 4 + 1}"
    return {
        "estate_id": "xx",
        "kind": "complaint",
        "service_code": code,
        "title": title,
        "description": text.format(building=building, unit=unit),
        "place": {"building_id": str(building), "unit_id": unit},
        "channel": "app",
        "n": n,
    }


def reporter(report: Body) -> tuple[str, str]:
    return f"resident-{report['n']}", "resident"


async def opened(life: Life, report: Body, kind: str = "complaint") -> str:
    """Bodyed, and by some once more in the same words: that is refused and changes nothing."""
    body = {key: value for key, value in report.items() if key != "n"} | {"kind": kind}
    case = (await life.tell("/cases", reporter(report), **body))["id"]
    a_complaint = kind == "complaint"
    life.count(complaints_opened=a_complaint, kept=a_complaint)
    if report["n"] % 5 == 0:
        await life.tell("/cases", reporter(report), refused="DUPLICATE_OPEN_CASE", **body)
    return str(case)


async def worked_on(life: Life, case: str, steward: str) -> None:
    await life.tell(f"/cases/{case}/acknowledge", DESK)
    await life.tell(f"/cases/{case}/assign", DESK, assignee_id=steward)
    await life.tell(f"/cases/{case}/start", (steward, "steward"))
    answer = {"channel": "phone", "message": "已安排师傅上门。"}
    await life.tell(f"/cases/{case}/respond", (steward, "steward"), **answer)


async def resolved(
    life: Life,
    report: Body,
    *,
    rating: int | None,
    confirmed: bool = True,
    reopened: bool = False,
    kind: str = "complaint",
) -> None:
    """Within two days. Who does not confirm it is taken at their silence after a week."""
    who, steward = reporter(report), STEWARDS[report["n"] % len(STEWARDS)]
    await life.at(0, 9)
    case = await opened(life, report, kind)
    await life.at(0, 10)
    await worked_on(life, case, steward)
    await life.at(2, 16)
    outcome = {"outcome": "已修复，请检查。"}
    await life.tell(f"/cases/{case}/resolve", (steward, "steward"), **outcome)
    if kind == "complaint":
        life.count(complaints_resolved=1, resolved_once=1)
    else:
        life.count(legacy_resolved=1)
    if reopened:
        await life.at(3, 9)
        await life.tell(f"/cases/{case}/reopen", who, reason="第二天又坏了。")
        life.count(reopened=1, complaints_resolved=-1)
        await life.at(4, 16)
        await life.tell(f"/cases/{case}/resolve", (steward, "steward"), **outcome)
        life.count(complaints_resolved=1)
    await life.at(5, 19)
    if confirmed:
        await life.tell(f"/cases/{case}/confirm", who)
    if rating:
        await life.tell(f"/cases/{case}/rate", who, score=rating, solved=rating > 3)
        life.count(rated=1, rated_well=rating >= 4)
        await life.tell(f"/cases/{case}/rate", who, refused="ALREADY_RATED", score=1, solved=False)


async def merged(life: Life, report: Body) -> None:
    """A neighbour reports the same; the desk makes one of the two, and not the other way round."""
    await life.at(0, 9)
    first = await opened(life, report)
    second = await opened(life, report | {"n": report["n"] + 1000})
    await life.at(0, 10)
    await life.tell(f"/cases/{second}/merge", DESK, into=first)
    life.count(kept=-1)
    await life.tell(f"/cases/{first}/merge", DESK, refused="MERGE_CYCLE", into=second)
    await worked_on(life, first, STEWARDS[0])


async def rejected(life: Life, report: Body) -> None:
    await life.at(0, 9)
    case = await opened(life, report)
    await life.at(0, 10)
    await life.tell(f"/cases/{case}/reject", DESK, refused="REASON_REQUIRED", reason="because")
    await life.tell(f"/cases/{case}/reject", DESK, reason="out_of_scope")
    life.count(kept=-1)


async def withdrawn(life: Life, report: Body) -> None:
    await life.at(0, 9)
    case = await opened(life, report)
    stranger = ("resident-elsewhere", "resident")
    await life.tell(f"/cases/{case}/withdraw", stranger, refused="NOT_REPORTER")
    await life.at(0, 10)
    await life.tell(f"/cases/{case}/withdraw", reporter(report))
    life.count(kept=-1)


async def unfinished(life: Life, report: Body) -> None:
    """Nobody has answered it: it is late, and escalated."""
    await life.at(0, 9)
    case = await opened(life, report)
    await life.tell(f"/cases/{case}/acknowledge", reporter(report), refused="ROLE_NOT_PERMITTED")
    await life.at(0, 16)
    await life.tell(f"/cases/{case}/acknowledge", DESK)
    await life.tell(f"/cases/{case}/confirm", reporter(report), refused="INVALID_TRANSITION")


async def dispute(life: Life, n: int, end: str) -> None:
    category, matter = QUARRELS[n % len(QUARRELS)]
    sides = {side: f"party-{n}-{side.lower()}" for side in "AB"}
    parties = [
        {"person_id": person, "unit_id": f"{n + 1}-1-0{5 + i}02", "side": side}
        for i, (side, person) in enumerate(sides.items())
    ]
    filed: Body = {"estate_id": "xx", "category": category, "parties": parties, "matter": matter}
    await life.at(0, 10)
    path = f"/disputes/{(await life.tell('/disputes', (sides['A'], 'resident'), **filed))['id']}"
    life.count(disputes_filed=1)
    mine, theirs = ((person, "resident") for person in sides.values())
    await life.tell(f"{path}/record-consent", mine, side="A", consents=True)
    await life.at(1, 16)
    await life.tell(f"{path}/record-consent", theirs, side="B", consents=end != "declined")
    if end == "declined":
        return
    await life.at(2, 9)
    party = {"mediator_id": sides["B"], "body": "informal"}
    refused = "MEDIATOR_CONFLICT_OF_INTEREST"
    await life.tell(f"{path}/assign-mediator", DESK, refused=refused, **party)
    await life.tell(f"{path}/assign-mediator", DESK, **party | {"mediator_id": "mediator-deng"})
    if end:
        await mediated(life, path, list(sides.values()), end)


async def mediated(life: Life, path: str, parties: list[str], end: str) -> None:
    mediator = ("mediator-deng", "mediator")
    await life.at(4, 19)
    starts_at = life.moment(4, 19).isoformat()
    session: Body = {"starts_at": starts_at, "mode": "in_person", "attended": parties}
    await life.tell(f"{path}/hold-session", mediator, refused="RIGHTS_NOTICE_REQUIRED", **session)
    await life.tell(f"{path}/give-rights-notice", mediator)
    await life.tell(f"{path}/hold-session", mediator, **session)
    life_end = {"disputes_mediated": 1, "disputes_settled": end != "not_settled"}
    if end == "not_settled":
        await life.tell(f"{path}/conclude-without-agreement", mediator, refer_to="court")
        life.count(**life_end)
        return
    term = {"obligor_id": parties[0], "duty": "修复并恢复原状", "place": "双方住处"}
    due = {"due_at": life.moment(12, 19).isoformat()}
    agreement: Body = {"form": end.removeprefix("settled_"), "signatures": parties}
    if end == "settled_written":
        vague, why = agreement | {"terms": [term]}, "AGREEMENT_INCOMPLETE"
        await life.tell(f"{path}/record-agreement", mediator, refused=why, **vague)
    await life.tell(f"{path}/record-agreement", mediator, **agreement, terms=[term | due])
    life.count(**life_end)
    await life.at(11, 16)
    await life.tell(f"{path}/record-performance", mediator)
