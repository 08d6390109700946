"""given / when / then over a decider: no database, no clock.

Spec(CASES).given(OPENED).when(acknowledge).then(ACKNOWLEDGED)
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

import pytest

from linli_shared.decider import Decider, Rejected, Reminder, Reservation
from linli_shared.messages import Actor, Command

C = TypeVar("C", bound=Command)
S = TypeVar("S")
E = TypeVar("E")


class Spec(Generic[C, S, E]):
    """One expectation; `given` may be left out, and a spec may be reused up to any point."""

    def __init__(self, decider: Decider[C, S, E], past: Sequence[E] = ()) -> None:
        self._decider, self._past = decider, past

    def given(self, *events: E) -> "Spec[C, S, E]":
        return Spec(self._decider, (*self._past, *events))

    def when(self, command: C) -> "When[C, S, E]":
        return When(self._decider, self._decider.fold(self._past), command)


class When(Generic[C, S, E]):
    def __init__(self, decider: Decider[C, S, E], state: S, command: C) -> None:
        self._decider, self._state, self._command = decider, state, command

    def then(self, *expected: E) -> None:
        assert tuple(self._decider.decide(self._command, self._state)) == expected

    def reserves(self, *expected: Reservation) -> None:
        events = self._decider.decide(self._command, self._state)
        assert tuple(self._decider.reservations(self._state, events)) == expected

    def reminds(self, *expected: Reminder) -> None:
        events = self._decider.decide(self._command, self._state)
        assert tuple(self._decider.reminders(self._state, events)) == expected

    def rejected(self, code: str, **params: object) -> Rejected:
        """The rejection, whose named params are as given."""
        with pytest.raises(Rejected) as caught:
            self._decider.decide(self._command, self._state)
        assert caught.value.code == code
        assert {k: caught.value.params.get(k) for k in params} == params
        return caught.value


def said(command: C, key: UUID, now: datetime, actor: str, *roles: str) -> C:
    """`command` as the kernel stamps it."""
    return command.stamped(key, now, Actor(id=actor, roles=frozenset(roles)))
