"""What is looked up before a consent 同意 is decided on, guarded: the words, who decides for
whom, and how old who decides for themself is."""

from datetime import date

from linli_sealed.fields import Shredded, Withheld
from linli_sealed.vault import KeysAway
from linli_shared.store import Reader

from linli_estates.consents.commands import GiveConsent, text_of
from linli_estates.consents.texts import CONSENT_TEXTS
from linli_estates.people.lookups import person_of


async def with_words(reader: Reader, command: GiveConsent) -> GiveConsent:
    """A guardian is who the person's own entry in the register names as one: what others say of
    themselves makes them nobody's guardian. Raises KeysAway."""
    texts = await reader.load(CONSENT_TEXTS, text_of(reader.estate, command.purpose))
    person = await person_of(reader, command.person_id)
    known = command.learned(
        current=(texts.version, dict(texts.by_hash)),
        guardians=person.guardians if person else frozenset(),
    )
    if person is None or person.guardians or person.born is None:
        return known
    return known.learned(born=await _opened(reader, person.born))


async def _opened(reader: Reader, born: str) -> date | None:
    """The day; None where it was erased. Whoever's age cannot be read is not taken for grown up."""
    match (await reader.texts([born]))[born]:
        case Withheld():
            raise KeysAway
        case Shredded():
            return None
        case day:
            return date.fromisoformat(day)
