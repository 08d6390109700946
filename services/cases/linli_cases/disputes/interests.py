"""What ties a mediator to a party without anybody declaring it: a home, or a party's home owned.
Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from linli_cases.disputes.events import Party
from linli_cases.disputes.terms import Tie


@dataclass(frozen=True, slots=True)
class Home:
    """A unit as the directory has it. `residents` are pairs of a person and the number of their
    household within the unit."""

    estate: str
    unit_id: str
    owners: tuple[str, ...] = ()
    residents: tuple[tuple[str, int], ...] = ()

    def household(self, person: str) -> int | None:
        return dict(self.residents).get(person)


def tie(mediator: str, parties: Iterable[Party], homes: Iterable[Home]) -> Tie | None:
    """The first that there is. Who the directory does not know at the unit they gave counts as of
    every household there: a party knows where they live."""
    known = {home.unit_id: home for home in homes}
    people = [*parties]
    if any(party.person_id == mediator for party in people):
        return Tie.PARTY
    if any(_together(mediator, party, home) for party in people for home in known.values()):
        return Tie.SAME_HOUSEHOLD
    if any(mediator in home.owners and _lives(party, home) for party in people for home in
           known.values()):  # fmt: skip
        return Tie.OWNER_OF_PARTY_UNIT
    return None


def _lives(party: Party, home: Home) -> bool:
    return home.unit_id == party.unit_id or home.household(party.person_id) is not None


def _together(mediator: str, party: Party, home: Home) -> bool:
    no, theirs = home.household(mediator), home.household(party.person_id)
    if no is None:
        return False
    return theirs == no or (theirs is None and home.unit_id == party.unit_id)
