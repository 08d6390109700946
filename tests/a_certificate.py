"""Somebody who may mediate in an estate: a person of its company, with a certificate."""

from datetime import datetime, timedelta
from typing import Any

from tests.conftest import ZONE, Linli

NAMES = {"name_zh": "湘江物业", "name_en": "Xiangjiang Property"}


async def a_certificate(linli: Linli, estate: str, person: str) -> None:
    """Of mediation, for a year. The company is founded for it. Until the copy of the cases has read
    it they are refused as if they had none."""
    tenant = f"company:{estate}"
    async with linli.client("estates", "song", "company_user", estate=[tenant, estate]) as song:

        async def done(path: str, **body: Any) -> str:
            told = await song.command(path, body)
            assert told.is_success, told.text
            id: str = told.json()["id"]
            return id

        company = f"/companies/{await done('/companies', tenant=tenant, **NAMES)}"
        await done(f"{company}/register-region", region_id="yuelu", **NAMES)
        where = {"estate_id": estate, "code": f"E{estate[-7:].upper()}", "region_id": "yuelu"}
        await done(f"{company}/register-estate", **where, **NAMES)
        await done("/people", tenant=tenant, person_id=person, full_name=person)
        day = datetime.now(ZONE).date()
        until = f"{day + timedelta(days=365)}"
        paper = {"type": "mediation_cert", "result": "clear", "checked_on": f"{day}"}
        who = {"tenant": tenant, "person_id": person}
        await done("/credentials", **who, **paper, expires_on=until)
