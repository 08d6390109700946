"""The owners' hall 议事厅 in the demo: what was reported again and again is deliberated, decided,
carried out, and evaluated after a month and after three."""

from collections.abc import Iterator
from typing import Final
from uuid import UUID, uuid5

from .life import Body, Life
from .month import Story, story
from .village import opened, worked_on

OFFICER: Final = ("officer-chen", "community_officer")
STEWARD: Final = ("steward-deng", "steward")
INVITED: Final = {
    **{f"owner-{n}": "owners" for n in range(1, 9)},
    "manager-guo": "property", "steward-deng": "property",
    "officer-chen": "community", "officer-fang": "community",
}  # fmt: skip
HERE: Final = [person for person in INVITED if person not in {"owner-7", "owner-8"}]
CHARGING: Final = (
    "complaint", "ebike", "楼道里给电动车充电",
    "电动车集中充电", "在3栋北侧空地安装充电桩，楼道内不再充电。",
)  # fmt: skip
ROOF: Final = (
    "legacy_issue", "leakage", "屋面渗水多年未修",
    "屋面防水维修", "分两期维修7栋、9栋屋面防水。",
)  # fmt: skip


def stories() -> Iterator[Story]:
    """2 deliberations: of old problems, with effect; of three complaints, overturned in the end."""
    yield story(0, deliberated, ROOF, 2, overturned=False)
    yield story(2, deliberated, CHARGING, 3, overturned=True)


async def deliberated(life: Life, matter: tuple[str, ...], n: int, *, overturned: bool) -> None:
    kind, code, words, title, description = matter
    await life.at(0, 9)
    cases = [await opened(life, _report(code, words, n), kind) for n in range(n)]
    await life.at(0, 10)
    for case in cases:
        await worked_on(life, case, STEWARD[0])
    first, *others = cases
    asked = {"title": title, "description": description}
    told = await life.tell(f"/cases/{first}/refer-to-deliberation", STEWARD, **asked)
    topic = told["topic_id"]
    life.count(topics_proposed=1)
    refused = "ALREADY_IN_DELIBERATION"
    await life.tell(f"/cases/{first}/refer-to-deliberation", STEWARD, refused=refused, **asked)
    await life.at(0, 14)
    for case in others:
        await life.tell(f"/topics/{topic}/link-case", STEWARD, case_id=case)
    resolution = f"/resolutions/{await decided(life, topic)}"
    life.count(resolutions_adopted=1)
    await carried_out(life, resolution)
    await evaluated(life, resolution, kind, n, overturned=overturned)


def _report(code: str, words: str, n: int) -> Body:
    return {
        "estate_id": "xx", "service_code": code, "title": words, "description": f"{words}。",
        "place": {"building_id": str(7 + n)}, "channel": "app", "n": 2001 + n,
    }  # fmt: skip


async def decided(life: Life, topic: str) -> UUID:
    """Noticed four days ahead, voted on in one evening; the id of the resolution."""
    await life.at(1, 9)
    await life.tell(f"/topics/{topic}/screen", OFFICER, matter="none", regime="advisory")
    plan: Body = {
        "estate_id": "xx", "kind": "deliberation", "starts_at": life.moment(5, 19).isoformat(),
        "invited": [{"person_id": who, "party": party} for who, party in INVITED.items()],
        "agenda": [topic],
    }  # fmt: skip
    meeting = (await life.tell("/meetings", OFFICER, **plan))["id"]
    path = f"/meetings/{meeting}"
    soon = life.moment(2, 19).isoformat()
    await life.tell(f"{path}/issue-notice", OFFICER, refused="NOTICE_TOO_SHORT", starts_at=soon)
    await life.tell(f"{path}/issue-notice", OFFICER)
    await life.at(5, 19)
    present = [{"person_id": person} for person in HERE]
    await life.tell(f"{path}/record-attendance", OFFICER, present=present)
    await life.tell(f"{path}/open", OFFICER)
    await life.tell(f"{path}/open-vote", OFFICER, topic_id=topic)
    for n, person in enumerate(HERE):
        choice = "against" if n == 3 else "abstain" if n == 5 else "for"
        hand: Body = {"topic_id": topic, "choice": choice, "voter_id": person}
        await life.tell(f"{path}/cast-ballot", OFFICER, **hand)
    await life.tell(f"{path}/cast-ballot", OFFICER, refused="ALREADY_VOTED", **hand)
    await life.at(5, 20)
    await life.tell(f"{path}/close-vote", OFFICER, topic_id=topic)
    await life.tell(f"{path}/close", OFFICER)
    await life.at(6, 9)
    await life.tell(f"{path}/publish-minutes", OFFICER, minutes_ref=f"minutes-{life.day}")
    return uuid5(UUID(meeting), topic)


async def carried_out(life: Life, resolution: str) -> None:
    """After a week's publicity."""
    await life.tell(f"{resolution}/publish", OFFICER)
    duty: Body = {
        "duty": "联系施工并验收", "owner_id": STEWARD[0], "owner_role": "steward",
        "due_at": life.moment(24, 18).isoformat(),
    }  # fmt: skip
    await life.tell(f"{resolution}/assign-action", OFFICER, **duty)
    early = "PUBLICITY_NOT_ENDED"
    await life.tell(f"{resolution}/start-action", STEWARD, refused=early, action_id=1)
    await life.at(14, 9)
    await life.tell(f"{resolution}/start-action", STEWARD, action_id=1)
    await life.at(17, 16)
    done: Body = {"action_id": 1, "evidence_ids": ["photo-1", "photo-2"]}
    await life.tell(f"{resolution}/complete-action", STEWARD, **done)
    await life.tell(
        f"{resolution}/verify-action", STEWARD, refused="VERIFIER_IS_EXECUTOR", action_id=1
    )
    await life.tell(f"{resolution}/verify-action", OFFICER, action_id=1)


async def evaluated(life: Life, resolution: str, kind: str, n: int, *, overturned: bool) -> None:
    """Found effective after a month: its cases are resolved, and closed a week later. After three
    months the one is found effective again; the other is overturned and its cases are reopened."""
    said: Body = {
        "scores": {"owners": 44, "property": 46, "community": 45}, "chair_id": OFFICER[0],
    }  # fmt: skip
    await life.at(47, 16)
    good = {"verdict": "effective", "reason": "办理有效，居民满意。"}
    await life.tell(f"{resolution}/record-evaluation", OFFICER, **said, **good)
    a_complaint = kind == "complaint"
    life.count(complaints_resolved=n * a_complaint, resolved_once=n * a_complaint)
    life.count(legacy_resolved=n * (not a_complaint))
    await life.at(107, 16)
    if not overturned:
        await life.tell(f"{resolution}/record-evaluation", OFFICER, **said, **good)
        life.count(resolutions_effective=1)
        return
    bad = {"verdict": "overturn", "reason": "充电桩经常故障，楼道又开始充电。"}
    await life.tell(f"{resolution}/record-evaluation", OFFICER, **said, **bad)
    life.count(resolutions_overturned=1, topics_proposed=1)  # it is a topic again
    life.count(complaints_resolved=-n * a_complaint, reopened=n * a_complaint)
