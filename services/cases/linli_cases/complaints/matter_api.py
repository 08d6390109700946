"""HTTP for the long way of key matters 关键小事 and legacy problems 历史遗留问题: parse, hand over,
answer."""

from uuid import UUID

from linli_service.http import Call, Done, commands

from linli_cases.complaints.domain import CASES
from linli_cases.complaints.matter_commands import PlanMilestones, ReachMilestone, ReviewMatter

router = commands("/cases", "cases")


@router.post("/{case_id}/plan-milestones")
async def plan(case_id: UUID, command: PlanMilestones, call: Call) -> Done:
    return Done.of(await call.act(CASES, case_id, command))


@router.post("/{case_id}/reach-milestone")
async def reach(case_id: UUID, command: ReachMilestone, call: Call) -> Done:
    return Done.of(await call.act(CASES, case_id, command))


@router.post("/{case_id}/review")
async def review(case_id: UUID, command: ReviewMatter, call: Call) -> Done:
    return Done.of(await call.act(CASES, case_id, command))
