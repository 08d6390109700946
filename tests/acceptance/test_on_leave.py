"""Whoever is on leave by the directory is not called when a case is late, in simulated time."""

from datetime import timedelta

from tests.acceptance.a_matter import DAY, Matter
from tests.acceptance.test_a07_mediation import directory, done
from tests.conftest import ZONE, Simulated, complaint

ROSTER = [
    {"role": "steward_lead", "person_id": "sun"}, {"role": "estate_manager", "person_id": "chen"},
]  # fmt: skip


async def test_a_lead_on_leave_by_the_directory_is_skipped_with_the_reason(
    simulated: Simulated, estate: str
) -> None:
    """Nobody has entered it in the roster."""
    tenant, code = f"company:{estate}", f"E{estate[-7:].upper()}"
    names = {"name_zh": "物业", "name_en": "Estates"}
    assert simulated.time.now
    today = simulated.time.now.astimezone(ZONE).date()
    async with directory(simulated, estate) as keeper:
        company = f"/companies/{await done(keeper, '/companies', tenant=tenant, **names)}"
        await done(keeper, f"{company}/register-region", region_id="north", **names)
        where = {"estate_id": estate, "code": code, "region_id": "north"}
        await done(keeper, f"{company}/register-estate", **where, **names)
        await done(keeper, "/people", tenant=tenant, person_id="sun", full_name="孙")
        days = {"starts_on": f"{today}", "ends_on": f"{today + DAY}"}
        await done(keeper, "/absences", tenant=tenant, person_id="sun", **days)
    await simulated.time.idle()
    async with Matter(simulated, estate, roles={"chen": "estate_manager"}) as m:
        await m.does("chen", "/escalation-duties", estate_id=estate, holders=ROSTER)
        await m.does("li", "/cases", **complaint(estate))
        await m.later(timedelta(hours=3))
        called = (await m.facts("cases", "CaseEscalated"))[0].said
    assert (called["level"], called["holder_ids"]) == (2, ["chen"])
    assert called["skipped"] == [{"role": "steward_lead", "reason": "on_leave"}]
