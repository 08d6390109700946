"""What somebody wants of a dispute 邻里纠纷. The fields are the HTTP bodies."""

from datetime import date
from typing import Annotated, Final
from uuid import UUID

from linli_language.roles import Role
from linli_shared.messages import SYSTEM, Command, Message
from linli_shared.text import Key, Line, Text, Time
from pydantic import Field, PrivateAttr

from linli_cases.disputes.events import Party
from linli_cases.disputes.interests import Home
from linli_cases.disputes.policy import Policy
from linli_cases.disputes.terms import Body, Category, Form, Forum, Interest, Mode, Side
from linli_cases.overrides import Override

DESK: Final = (Role.OPERATOR, Role.ESTATE_MANAGER, Role.COMMUNITY_OFFICER)
MEDIATORS: Final = (Role.MEDIATOR, Role.STEWARD, Role.STEWARD_LEAD, Role.COMMUNITY_OFFICER)
CLERKS: Final = frozenset({*DESK, *MEDIATORS})
"""They write down what a side has told them."""
ANYONE: Final = CLERKS | {Role.RESIDENT}


class GivenParty(Party, extra="forbid"):
    person_id: Key
    unit_id: Key


class GivenTerm(Message):
    obligor_id: Key | None = None
    duty: Text | None = None
    place: Line | None = None
    due_at: Time | None = None


class Written(Message):
    """A paper that one side has signed."""

    side: Side
    document_id: Key


class Waiver(Override):
    """Both sides know of the mediator's interest and want that mediator all the same."""

    written: Annotated[tuple[Written, ...], Field(max_length=10)]


class Governed(Command, by=()):
    """A command that policy has numbers for."""

    _policy: Policy = PrivateAttr(default_factory=Policy)


class FileDispute(Governed, by=ANYONE):
    """`filing_side` is the side that asks for mediation; a resident files only for their own."""

    estate_id: Key
    category: Category
    parties: Annotated[tuple[GivenParty, ...], Field(max_length=20)]
    filing_side: Side = Side.A
    matter: Text
    origin_case_id: UUID | None = None


class RecordContactAttempt(Governed, by=CLERKS):
    side: Side
    reached: bool


class RecordConsent(Governed, by=ANYONE):
    side: Side
    consents: bool


class Mediating(Governed, by=()):
    """What a mediator is given or does; `_homes` are those that they live in or own, `_kin` those
    whom they or the directory's register say they are kin of."""

    _homes: tuple[Home, ...] = PrivateAttr(default=())
    _kin: frozenset[str] = PrivateAttr(default=frozenset())


class AssignMediator(Mediating, by=DESK):
    """`declared` is what the mediator has declared; it takes a waiver of both sides."""

    mediator_id: Key
    body: Body
    declared: Annotated[tuple[Interest, ...], Field(max_length=3)] = ()
    override: Waiver | None = None

    _certified: tuple[date, ...] | None = PrivateAttr(default=None)
    """The day from which on the certificate holds no more, if there is one; None: not known."""


class GiveRightsNotice(Mediating, by=MEDIATORS):
    pass


class HoldSession(Mediating, by=MEDIATORS):
    """`caucus`: with one side only, and meant to be."""

    starts_at: Time
    mode: Mode
    attended: Annotated[tuple[Key, ...], Field(max_length=50)]
    caucus: bool = False


class ChallengeMediator(Command, by={Role.RESIDENT}):
    reason: Text


class RecuseMediator(Command, by={*DESK, *MEDIATORS}):
    """A conflict of interest has appeared; `interest`, where it is one that could be waived."""

    interest: Interest | None = None


class RecordAgreement(Mediating, by=MEDIATORS):
    """`signatures` are persons; the mediator signs by recording it."""

    form: Form
    terms: Annotated[tuple[GivenTerm, ...], Field(max_length=50)] = ()
    signatures: Annotated[tuple[Key, ...], Field(max_length=20)] = ()
    seal_ref: Key | None = None
    judicial_confirmation: bool = False


class ConcludeWithoutAgreement(Mediating, by=MEDIATORS):
    refer_to: Forum


class RecordPerformance(Command, by=CLERKS):
    """Of one term, or, without `term_id`, of all that are left."""

    term_id: int | None = None
    evidence_ids: Annotated[tuple[Key, ...], Field(max_length=50)] = ()


class WithdrawDispute(Command, by=ANYONE):
    """By a party, or by a clerk who has it in writing."""

    written: Annotated[tuple[Written, ...], Field(max_length=10)] = ()
    reason: Text | None = None


class WriteNote(Command, by=MEDIATORS):
    """For the mediator alone who writes it."""

    note: Text


class ExtendMediation(Governed, by={*DESK, *MEDIATORS}):
    """`written`: both sides agree to go on for as long again."""

    written: Annotated[tuple[Written, ...], Field(max_length=10)]


class RecuseTied(Mediating, by={SYSTEM}):
    """The copies of the directory say that this mediator has come to be tied to a party."""

    mediator_id: Key


class RemindOfContact(Command, by={SYSTEM}):
    """Both sides were to be reached by `due`."""

    due: Time


class FindOverdue(Command, by={SYSTEM}):
    """Mediation was to be over by `due`."""

    due: Time


class RemindOfConfirmation(Command, by={SYSTEM}):
    """Some days are left for the court to be asked."""

    due: Time


class FindBreach(Command, by={SYSTEM}):
    """A term was to be done by `due`."""

    term_id: int
    due: Time


Told = RecuseTied | FindBreach | RemindOfContact | FindOverdue | RemindOfConfirmation
DisputeCommand = (
    FileDispute
    | RecordContactAttempt
    | RecordConsent
    | AssignMediator
    | GiveRightsNotice
    | HoldSession
    | ChallengeMediator
    | RecuseMediator
    | RecordAgreement
    | ConcludeWithoutAgreement
    | RecordPerformance
    | WithdrawDispute
    | FindBreach
    | WriteNote
    | ExtendMediation
    | RemindOfContact
    | FindOverdue
    | RemindOfConfirmation
    | RecuseTied
)
