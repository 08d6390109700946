"""Norms over HTTP on a real database: somebody of the company answers, and the same norm is the
same one."""

from services.estates.tests.conftest import Who
from services.estates.tests.test_directory_http import a_desk

NORM = {"estate_id": "xx", "norm": "living", "responsible_id": "li"}
FOUND = {"roads": True, "parking": False, "facades": True, "notices": True}


async def test_a_norm_is_begun_once_and_checked_by_staff_of_the_estate(who: Who) -> None:
    async with a_desk(who) as zhao, who("wei", {"yy": ["estate_manager"]}) as wei:
        await zhao.refused("/norms", "PERSON_UNKNOWN", **NORM | {"responsible_id": "nobody"})
        begun = await zhao.does("/norms", **NORM)
        assert (await zhao.does("/norms", **NORM | {"responsible_id": "wu"}))["id"] == begun["id"]
        path = f"/norms/{begun['id']}"
        check = {"checked_on": "2020-01-06", "found": FOUND, "photo_refs": ["photo-1"]}
        assert (await zhao.does(f"{path}/record-check", **check))["version"] == 3
        await zhao.refused(f"{path}/record-check", "CHECKLIST_INCOMPLETE", **check | {"found": {}})
        await wei.refused(f"{path}/record-check", "NOT_FOUND", **check)
        assert (await zhao.does(f"{path}/end"))["version"] == 4
