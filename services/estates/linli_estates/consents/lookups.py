"""What is looked up before a consent 同意 is decided on, guarded: the words, and who decides for
whom."""

from linli_shared.store import Reader

from linli_estates.consents.commands import GiveConsent, text_of
from linli_estates.consents.texts import CONSENT_TEXTS
from linli_estates.people.commands import key_of
from linli_estates.people.domain import PEOPLE
from linli_estates.people.terms import Kinship


async def with_words(reader: Reader, command: GiveConsent) -> GiveConsent:
    """A guardian is who the person's own entry in the register names as one: what others say of
    themselves makes them nobody's guardian."""
    texts = await reader.load(CONSENT_TEXTS, text_of(reader.estate, command.purpose))
    person = await reader.load(PEOPLE, key_of(reader.estate, command.person_id))
    kin = person.kin if person else ()
    return command.learned(
        current=(texts.version, dict(texts.by_hash)),
        guardians={other for other, kinship in kin if kinship == Kinship.GUARDIAN},
    )
