"""The service as a process of its own, over HTTP on a real database: what a decider alone cannot
show, which is one company an estate whoever comes first, and who is who in two tenants."""

import asyncio
from typing import Any
from uuid import uuid4

from services.estates.tests.a_company import ESTATE, NAMES, REGION
from services.estates.tests.conftest import Who, founded, of


async def test_a_company_registers_the_estates_that_its_people_answer_for(who: Who) -> None:
    async with who("song", of("company:c1", xx="estate_manager", yy="resident")) as song:
        path = await founded(song, "company:c1")
        assert (await song.does(f"{path}/register-estate", **ESTATE))["version"] == 3
        for estate, code in (
            ("xx", "ALREADY_REGISTERED"), ("yy", "ROLE_NOT_PERMITTED"), ("zz", "NOT_FOUND"),
        ):  # fmt: skip
            other = ESTATE | {"estate_id": estate, "code": "YY"}
            assert (await song.is_refused(f"{path}/register-estate", **other))["code"] == code


async def test_whose_company_it_is_not_finds_none(who: Who) -> None:
    async with who("song", of("company:c1")) as song, who("wei", of("company:c2")) as wei:
        path = await founded(song, "company:c1")
        await wei.refused(f"{path}/register-region", "NOT_FOUND", **REGION)
        await wei.refused("/companies", "NOT_FOUND", tenant="company:c1", **NAMES)


async def test_of_two_companies_at_once_one_has_the_estate(who: Who) -> None:
    """Checked by letting `reserve` reserve nothing: both have it."""
    for _ in range(5):
        estate = f"e{uuid4().hex[:8]}"
        names = [f"company:c{uuid4().hex[:8]}" for _ in range(2)]
        async with (
            who("song", of(names[0], **{estate: "estate_manager"})) as song,
            who("wei", of(names[1], **{estate: "estate_manager"})) as wei,
        ):
            paths = [await founded(who, name) for who, name in zip((song, wei), names, strict=True)]
            said = await asyncio.gather(
                *(
                    person.asks(f"{path}/register-estate", **ESTATE | {"estate_id": estate})
                    for person, path in zip((song, wei), paths, strict=True)
                )
            )
        assert sorted(answer.status_code for answer in said) == [200, 409]
        (late,) = (answer.json() for answer in said if answer.is_error)
        assert (late["code"], late["params"]) == ("ALREADY_REGISTERED", {"what": "estate"})


async def test_founding_again_with_the_same_key_is_answered_as_the_first_time(who: Who) -> None:
    async with who("song", of("company:c1")) as song:
        body: dict[str, Any] = {"tenant": "company:c1", **NAMES}
        key = {"Idempotency-Key": "founding"}
        first, again = [
            await song.client.post("/companies", json=body, headers=key) for _ in range(2)
        ]
        assert (first.status_code, first.json()) == (again.status_code, again.json())
        assert first.headers["location"] == f"/companies/{first.json()['id']}"
        await song.refused("/companies", "INVALID_TRANSITION", **body)
