"""What is looked up before a consent 同意 is decided on: the words, and who decides for whom.

Nothing is guarded: words that are published in the same moment are another version, and what was
agreed to stays what is recorded.
"""

from collections.abc import Collection

from linli_shared.store import EventStore

from linli_estates.consents.commands import GiveConsent, text_of
from linli_estates.consents.texts import CONSENT_TEXTS
from linli_estates.people.commands import key_of
from linli_estates.people.domain import PEOPLE
from linli_estates.people.terms import Kinship


async def with_words(
    store: EventStore, tenants: Collection[str], command: GiveConsent
) -> GiveConsent:
    """As far as it is in `tenants`, those of who asks. A guardian is who the person's own entry in
    the register names as one: what others say of themselves makes them nobody's guardian."""
    of = [command.tenant] if command.tenant in tenants else []
    texts = await store.load(CONSENT_TEXTS, of, text_of(command.tenant, command.purpose))
    person = await store.load(PEOPLE, of, key_of(command.tenant, command.person_id))
    kin = person.state.kin if person.state else ()
    return command.learned(
        current=(texts.state.version, dict(texts.state.by_hash)),
        guardians={other for other, kinship in kin if kinship == Kinship.GUARDIAN},
    )
