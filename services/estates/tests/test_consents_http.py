"""Consents over HTTP on a real database: which words count, and whose guardian is who."""

from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from services.estates.tests.conftest import Who
from shared.tests.served import Person

C1 = "company:c1"
EMAIL = "contact_by_email"
WORDS = {"tenant": C1, "purpose": EMAIL, "text_zh": "同意电邮。", "text_en": "Send e-mail."}


def shown(zh: str = "同意电邮。", version: int = 1) -> dict[str, Any]:
    digest = sha256(zh.encode()).hexdigest()
    return {"tenant": C1, "purpose": EMAIL, "text_version": version, "text_sha256": digest}


async def registered(clerk: Person, *people: str, **born: str) -> dict[str, str]:
    """Their keys in the register."""
    made = {}
    for one in people:
        day = {"birth_date": born[one]} if one in born else {}
        told = await clerk.does("/people", tenant=C1, person_id=one, full_name=f"某{one}", **day)
        made[one] = told["id"]
    return made


async def test_a_person_consents_to_the_published_words_and_withdraws(who: Who) -> None:
    async with (
        who("song", {C1: ["company_user"]}) as song,
        who("li", {C1: ["resident"], "xx": ["resident"]}) as li,
        who("zhou", {C1: ["resident"]}) as zhou,
        who("wei", {"company:c2": ["company_user"]}) as wei,
    ):
        await li.refused("/consents", "CONSENT_TEXT_MISMATCH", person_id="li", **shown())
        await song.does("/consent-texts", **WORDS)
        await wei.refused("/consent-texts", "NOT_FOUND", **WORDS)
        await wei.refused("/consents", "NOT_FOUND", person_id="wei", **shown())
        given = await li.does("/consents", person_id="li", **shown())
        await zhou.refused("/consents", "ROLE_NOT_PERMITTED", person_id="li", **shown())
        path = f"/consents/{given['id']}/withdraw"
        await zhou.refused(path, "NOT_FOUND")
        assert (await li.does(path))["version"] == 2
        await song.does("/consent-texts", **WORDS | {"text_zh": "同意电邮和附件。"})
        await li.refused("/consents", "CONSENT_TEXT_MISMATCH", person_id="li", **shown())
        newer = shown("同意电邮和附件。", 2)
        assert (await li.does("/consents", person_id="li", **newer))["version"] == 3


async def test_a_guardian_is_who_the_register_names_in_the_child_s_entry(who: Who) -> None:
    """Not who calls themself one, nor other kin. Seen red with any kin for a guardian."""
    async with (
        who("song", {C1: ["company_user"]}) as song,
        who("mother", {C1: ["resident"]}) as mother,
        who("child", {C1: ["resident"]}) as child,
    ):
        await song.does("/consent-texts", **WORDS)
        keys = await registered(song, "mother", "child")
        own = f"/people/{keys['mother']}/declare-kinship"
        await mother.does(own, other_id="child", kinship="child")
        body = {"person_id": "child", **shown()}
        await mother.refused("/consents", "ROLE_NOT_PERMITTED", **body)
        entry = f"/people/{keys['child']}/declare-kinship"
        await child.refused(entry, "ROLE_NOT_PERMITTED", other_id="mother", kinship="guardian")
        await child.does(entry, other_id="mother", kinship="parent")
        await mother.refused("/consents", "ROLE_NOT_PERMITTED", **body)
        await song.does(entry, other_id="mother", kinship="guardian")
        await child.refused("/consents", "GUARDIAN_DECIDES", **body)
        given = await mother.does("/consents", **body)
        await child.does(f"/consents/{given['id']}/withdraw")


async def test_a_child_s_age_is_read_where_it_is_sealed_and_whoever_names_a_guardian_is_not_them(
    who: Who,
) -> None:
    async with (
        who("song", {C1: ["company_user"]}) as song,
        who("child", {C1: ["resident"]}) as child,
        who("grown", {C1: ["resident"]}) as grown,
    ):
        await song.does("/consent-texts", **WORDS)
        born = {"child": str(date.today() - timedelta(days=4_000)), "grown": "1990-05-04"}
        keys = await registered(song, "song", "mother", "child", "grown", **born)
        await grown.does("/consents", person_id="grown", **shown())
        body = {"person_id": "child", **shown()}
        await child.refused("/consents", "GUARDIAN_REQUIRED", **body)
        await song.refused("/consents", "GUARDIAN_REQUIRED", **body, document_id="doc-1")
        entry = f"/people/{keys['child']}/declare-kinship"
        await song.refused(entry, "VERIFIER_IS_EXECUTOR", other_id="song", kinship="guardian")
        asking = {"tenant": C1, "person_id": "child", "asked_by": "guardian"}
        await song.refused("/erasures", "GUARDIAN_REQUIRED", **asking)
        await song.does(entry, other_id="mother", kinship="guardian")
        await song.does("/consents", **body, document_id="doc-1")
        async with who("mother", {C1: ["resident"]}) as mother:
            erasure = await mother.does("/erasures", **asking)
            await grown.refused(f"/erasures/{erasure['id']}/withdraw", "NOT_ELIGIBLE")
            await mother.does(f"/erasures/{erasure['id']}/withdraw")
