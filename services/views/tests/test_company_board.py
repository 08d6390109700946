"""The register of companies: a row a company, with its regions and estates."""

from linli_views.company_board import COMPANIES, Company

from services.views.tests.a_log import Log, folded, uid
from services.views.tests.conftest import Views


def a_company() -> Log:
    log = Log()
    for name in ("CompanyFounded", "RegionRegistered", "EstateRegistered"):
        log.company("c", name)
    return log


def row(log: Log) -> Company:
    found: Company = folded(COMPANIES, log.records).rows["company:c1", uid("c")]
    return found


def test_a_company_shows_its_regions_and_its_estates() -> None:
    company = row(a_company())
    assert (company.name_zh, company.version) == ("湘江物业", 3)
    assert company.regions == (
        {"region_id": "yuelu", "name_zh": "岳麓片区", "name_en": "Yuelu region"},
    )
    (estate,) = company.estates
    assert (estate["estate_id"], estate["code"], estate["region_id"]) == ("xx", "XX", "yuelu")


async def test_it_is_for_those_who_work_in_its_tenant(views: Views) -> None:
    await views.project(a_company().records)
    path = f"/companies/{uid('c')}"
    async with views.client("song", **{"company:c1": "company_user"}) as song:
        (company,) = (await song.get("/companies")).json()["items"]
        one = await song.get(path)
        assert company == one.json()
        assert (one.headers["etag"], company["estates"][0]["name_zh"]) == ('"3"', "湘府园")
        told = (await song.get(f"{path}/history")).json()["items"]
        assert [line["text_en"] for line in told] == [
            "The company was registered: Xiangjiang Property",
            "A region was registered: Yuelu region",
            "An estate was registered: Xiangfu Garden (XX)",
        ]
    for estate, role in (("company:c1", "resident"), ("xx", "company_user")):
        async with views.client("li", **{estate: role}) as li:
            assert (await li.get("/companies")).json()["items"] == []
            assert (await li.get(path)).status_code == 404
            assert (await li.get(f"{path}/history")).status_code == 404
