"""Whose estate it is: the company of the demo registers 湘熙水郡, its buildings and
a mediator."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from .life import COMPANY, ESTATE, Life
from .month import Story, story
from .village import BUILDINGS

SONG: Final = ("manager-song", "company_user")
MING: Final = ("manager-ming", "estate_manager")
YEAR: Final = timedelta(days=365)


def stories() -> Iterator[Story]:
    yield story(0, registered)


async def registered(life: Life) -> None:
    """On the first day, before anybody reports anything of it."""
    names = {"name_zh": "湘江物业", "name_en": "Xiangjiang Property"}
    company = (await life.tell("/companies", SONG, tenant=COMPANY, **names))["id"]
    region = {"name_zh": "岳麓片区", "name_en": "Yuelu region"}
    path = f"/companies/{company}"
    await life.tell(f"{path}/register-region", SONG, region_id="yuelu", **region)
    estate = {"estate_id": ESTATE, "code": "XX", "region_id": "yuelu"}
    estate |= {"name_zh": "长沙·湘熙水郡", "name_en": "Xiangxi Shuijun, Changsha"}
    await life.tell(f"{path}/register-estate", SONG, **estate)
    for n in range(1, BUILDINGS + 1):
        building = {"estate_id": ESTATE, "building_id": f"{n}", "label": f"{n}栋"}
        await life.tell("/buildings", MING, **building)
    who = {"tenant": COMPANY, "person_id": "mediator-deng"}
    await life.tell("/people", SONG, **who, full_name="邓秀英")
    day = life.moment(0, 8).date()
    paper = {"type": "mediation_cert", "result": "clear", "checked_on": f"{day}"}
    await life.tell("/credentials", SONG, **who, **paper, expires_on=f"{day + YEAR}")
