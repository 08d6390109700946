"""What happens at 湘熙水郡 in a round of the demo: complaints and disputes, and how each ends."""

from collections.abc import Awaitable, Callable
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any, Final, TypeAlias

if TYPE_CHECKING:
    from .demo import Session

Job: TypeAlias = Callable[[], Awaitable[None]]
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


def jobs(session: "Session", round_no: int) -> list[Job]:
    """46 complaints and legacy issues, and 8 disputes."""
    numbers = count(1)
    made: list[Job] = []

    def add(times: int, life: Any, **how: Any) -> None:
        reports = (_report(round_no, next(numbers)) for _ in range(times))
        made.extend(partial(life, session, report, **how) for report in reports)

    add(24, resolved, rating=5, closed=True)
    add(3, resolved, rating=3, closed=True)
    add(3, resolved, rating=None, closed=False)
    add(3, resolved, rating=4, closed=True, reopened=True)
    add(2, merged)
    add(2, rejected)
    add(2, withdrawn)
    add(5, unfinished)
    add(2, resolved, rating=None, closed=True, kind="legacy_issue")
    for n, (end, times) in enumerate(
        [("settled_written", 3), ("settled_oral", 1), ("not_settled", 1), ("declined", 1), ("", 2)]
    ):
        for m in range(times):
            made.append(partial(dispute, session, f"{round_no}-{n}{m}", 10 * n + m, end))
    return made


def _report(round_no: int, n: int) -> dict[str, Any]:
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
        "reporter": f"resident-{round_no}-{n}",
    }


async def opened(s: "Session", report: dict[str, Any], kind: str = "complaint") -> str:
    """Reported, and by some once more in the same words: that is refused and changes nothing."""
    who = (report["reporter"], "resident")
    body = {k: v for k, v in report.items() if k != "reporter"} | {"kind": kind}
    case = (await s.tell("/cases", who, body))["id"]
    s.put.complaints_opened += kind == "complaint"
    s.put.kept += kind == "complaint"
    if hash_of(report) % 5 == 0:
        await s.tell("/cases", who, body, code="DUPLICATE_OPEN_CASE")
    return str(case)


def hash_of(report: dict[str, Any]) -> int:
    return int(report["reporter"].rpartition("-")[2])


async def worked_on(s: "Session", case: str, steward: str) -> None:
    await s.tell(f"/cases/{case}/acknowledge", DESK)
    await s.tell(f"/cases/{case}/assign", DESK, {"assignee_id": steward})
    await s.tell(f"/cases/{case}/start", (steward, "steward"))
    answer = {"channel": "phone", "message": "已安排师傅今天上门。"}
    await s.tell(f"/cases/{case}/respond", (steward, "steward"), answer)


async def resolved(
    s: "Session",
    report: dict[str, Any],
    *,
    rating: int | None,
    closed: bool,
    reopened: bool = False,
    kind: str = "complaint",
) -> None:
    who, steward = (report["reporter"], "resident"), STEWARDS[hash_of(report) % len(STEWARDS)]
    case = await opened(s, report, kind)
    await worked_on(s, case, steward)
    outcome = {"outcome": "已修复，请检查。"}
    await s.tell(f"/cases/{case}/resolve", (steward, "steward"), outcome)
    if reopened:
        await s.tell(f"/cases/{case}/reopen", who, {"reason": "第二天又坏了。"})
        s.put.reopened += 1
        await s.tell(f"/cases/{case}/resolve", (steward, "steward"), outcome)
    if closed:
        await s.tell(f"/cases/{case}/confirm", who)
    if rating:
        await s.tell(f"/cases/{case}/rate", who, {"score": rating, "solved": rating > 3})
        await s.tell(
            f"/cases/{case}/rate", who, {"score": 1, "solved": False}, code="ALREADY_RATED"
        )
        s.put.rated += 1
        s.put.rated_well += rating >= 4
    if kind == "complaint":
        s.put.complaints_resolved += 1
        s.put.resolved_once += 1
    else:
        s.put.legacy_resolved += 1


async def merged(s: "Session", report: dict[str, Any]) -> None:
    """A neighbour reports the same; the desk makes one of the two, and not the other way round."""
    first = await opened(s, report)
    neighbour = report | {"reporter": f"{report['reporter']}-neighbour-1"}
    second = await opened(s, neighbour)
    await s.tell(f"/cases/{second}/merge", DESK, {"into": first})
    await s.tell(f"/cases/{first}/merge", DESK, {"into": second}, code="MERGE_CYCLE")
    s.put.kept -= 1


async def rejected(s: "Session", report: dict[str, Any]) -> None:
    case = await opened(s, report)
    await s.tell(f"/cases/{case}/reject", DESK, {"reason": "because"}, code="REASON_REQUIRED")
    await s.tell(f"/cases/{case}/reject", DESK, {"reason": "out_of_scope"})
    s.put.kept -= 1


async def withdrawn(s: "Session", report: dict[str, Any]) -> None:
    case = await opened(s, report)
    stranger = ("resident-elsewhere", "resident")
    await s.tell(f"/cases/{case}/withdraw", stranger, code="NOT_REPORTER")
    await s.tell(f"/cases/{case}/withdraw", (report["reporter"], "resident"))
    s.put.kept -= 1


async def unfinished(s: "Session", report: dict[str, Any]) -> None:
    case = await opened(s, report)
    resident = (report["reporter"], "resident")
    await s.tell(f"/cases/{case}/acknowledge", resident, code="ROLE_NOT_PERMITTED")
    await s.tell(f"/cases/{case}/acknowledge", DESK)
    await s.tell(f"/cases/{case}/confirm", resident, code="INVALID_TRANSITION")


async def dispute(s: "Session", name: str, n: int, end: str) -> None:
    category, matter = QUARRELS[n % len(QUARRELS)]
    sides = {side: f"resident-{name}-{side.lower()}" for side in "AB"}
    building = n % BUILDINGS + 1
    parties = [
        {"person_id": person, "unit_id": f"{building}-1-0{5 + i}02", "side": side}
        for i, (side, person) in enumerate(sides.items())
    ]
    body = {"estate_id": "xx", "category": category, "parties": parties, "matter": matter}
    path = f"/disputes/{(await s.tell('/disputes', (sides['A'], 'resident'), body))['id']}"
    s.put.disputes_filed += 1
    agreed = {"side": "A", "consents": True}
    await s.tell(f"{path}/record-consent", (sides["A"], "resident"), agreed)
    answer = {"side": "B", "consents": end != "declined"}
    await s.tell(f"{path}/record-consent", (sides["B"], "resident"), answer)
    if end == "declined":
        return
    party = {"mediator_id": sides["B"], "body": "informal"}
    await s.tell(f"{path}/assign-mediator", DESK, party, code="MEDIATOR_CONFLICT_OF_INTEREST")
    mediator = ("mediator-deng", "mediator")
    await s.tell(f"{path}/assign-mediator", DESK, {"mediator_id": mediator[0], "body": "informal"})
    if end:
        await mediated(s, path, mediator, list(sides.values()), end)


async def mediated(
    s: "Session", path: str, mediator: tuple[str, str], parties: list[str], end: str
) -> None:
    session = {"starts_at": "2026-01-10T19:00:00+08:00", "mode": "in_person", "attended": parties}
    await s.tell(f"{path}/hold-session", mediator, session, code="RIGHTS_NOTICE_REQUIRED")
    await s.tell(f"{path}/give-rights-notice", mediator)
    await s.tell(f"{path}/hold-session", mediator, session)
    s.put.disputes_mediated += 1
    s.put.disputes_settled += end != "not_settled"
    if end == "not_settled":
        await s.tell(f"{path}/conclude-without-agreement", mediator, {"refer_to": "court"})
        return
    term = {"obligor_id": parties[0], "duty": "修复并恢复原状", "place": "双方住处"}
    due = {"due_at": "2027-01-31T18:00:00+08:00"}
    agreement = {"form": end.removeprefix("settled_"), "signatures": parties}
    if end == "settled_written":
        vague = agreement | {"terms": [term]}
        await s.tell(f"{path}/record-agreement", mediator, vague, code="AGREEMENT_INCOMPLETE")
    await s.tell(f"{path}/record-agreement", mediator, agreement | {"terms": [term | due]})
