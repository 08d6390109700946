"""Where an id is somebody's: in the company of their estates, and in all of its estates."""

from linli_views.membership import MEMBERSHIP, OfCompany, tenants

from services.views.tests.a_log import Log, folded
from services.views.tests.conftest import BUILD, Views


def two_companies() -> Log:
    log = Log()
    for company, estates in (("c1", ("xx", "b")), ("c2", ("zz",))):
        tenant = {"estate": f"company:{company}"}
        log.company(company, "CompanyFounded", **tenant)
        for estate in estates:
            log.company(company, "EstateRegistered", **tenant, estate_id=estate)
    return log


def test_whoever_is_in_an_estate_may_know_whose_it_is() -> None:
    """The row is the estate's, the fact the company's."""
    assert folded(MEMBERSHIP, two_companies().records).lines == [
        OfCompany(estate, f"company:{company}")
        for estate, company in (("xx", "c1"), ("b", "c1"), ("zz", "c2"))
    ]


async def test_an_id_is_the_company_s_whatever_the_token_lists(views: Views) -> None:
    """And no other company's."""
    await views.project(two_companies().records)
    for known, found in (
        (["xx"], ["b", "company:c1", "xx"]),
        (["company:c2"], ["company:c2", "zz"]),
        (["nowhere", "zz"], ["company:c2", "nowhere", "zz"]),
        ([], []),
    ):
        assert await tenants(views.pool, BUILD.number, known) == found
