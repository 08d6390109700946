"""Every field of every event: sealed, for everybody, or nothing that anybody wrote of a person."""

import re
from collections.abc import Iterator
from typing import Annotated, Any, Final, Literal, get_args, get_origin

import pytest
from linli_contracts.catalogue import publishers
from linli_notifications.mapping import NOTICES
from linli_sealed.fields import FOR_EVERYBODY, OfMatter, OfPerson, Sealed, sealed_fields
from linli_views.sentences import fields
from linli_views.story import TOLD
from pydantic import BaseModel, create_model

EVENTS: Final = {kind: model for p in publishers() for kind, model in p.events.items()}
PSEUDONYM: Final = re.compile(r"(^|_)ids?$|^(attended|expected|waiting|signed_by)$")
"""Ids of people and things, and lists of them."""
CODES: Final = re.compile(r"(_|^)(no|code|codes|version|refs?|credentials)$")
WORDS: Final = {  # a word of a list, an id of a thing, or a hash; by the rules that write it
    "linli.cases.CaseRejected.v1": {"reason"},
    "linli.cases.CaseEscalated.v1": {"cause"},
    "linli.cases.StepRefused.v1": {"process", "step", "target", "fact_stream", "params"},
    "linli.cases.ApiKeyIssued.v1": {"key_sha256"},
    "linli.estates.ConsentGiven.v1": {"text_sha256"},
    "linli.estates.ConsentTextPublished.v1": {"sha256_zh", "sha256_en"},
    "linli.meetings.StepRefused.v1": {"process", "step", "target", "fact_stream", "params"},
    "linli.meetings.VoteVoid.v1": {"reason"},
    "linli.notifications.NotificationRequested.v1": {"dedupe_key", "channels", "link", "params"},
    "linli.notifications.Failed.v1": {"reason"},
    "linli.estates.BadgeIssued.v1": {"badge_token"},
    "linli.notifications.DeadLettered.v1": {"reason"},
}
EVERYWHERE: Final = {"template", "post", "period"}
"""Of a message; of a shift, where it is done; of fees, a year, quarter or month."""
TELLING: Final = re.compile(
    r"(^|_)(name|phone|mobile|address|e?mail|birth|born|age|health|medical|wellbeing|checklist|needs"
    r"|notes?)(_|$)"
)
"""What must be sealed whatever its type is."""
HISTORY: Final = {"linli.volunteers.VisitCompleted.v1"}
"""Written no more, and never sealed."""


def leaves(model: type[BaseModel], above: str = "") -> Iterator[tuple[str, Any, tuple[Any, ...]]]:
    """Path, type and what is said of it, of every field however deep."""
    for name, field in model.model_fields.items():
        yield from _leaves(f"{above}{name}", field.annotation, tuple(field.metadata))


def _leaves(path: str, kind: Any, said: tuple[Any, ...]) -> Iterator[tuple[str, Any, Any]]:
    if get_origin(kind) is Annotated:
        kind, *more = get_args(kind)
        said = (*said, *more)
    if any(isinstance(one, Sealed) for one in said):
        yield path, Sealed, said
    elif get_args(kind) and get_origin(kind) is not Literal:
        for part in get_args(kind):
            yield from _leaves(path, part, said)
    elif isinstance(kind, type) and issubclass(kind, BaseModel):
        yield path, kind, said
        yield from leaves(kind, f"{path}.")
    else:
        yield path, kind, said


def open_fields(kind: str, model: type[BaseModel]) -> list[str]:
    """Those that would lie open though somebody wrote them, or though they tell of somebody."""
    found = []
    for path, type_, said in leaves(model):
        name = path.rpartition(".")[2]
        if type_ in (Sealed, type(None)) or FOR_EVERYBODY in said:
            continue
        text = type_ is str or (isinstance(type_, type) and issubclass(type_, (bytes, dict)))
        named = PSEUDONYM.search(name) or CODES.search(name) or name in EVERYWHERE
        if (text and not named and name not in WORDS.get(kind, ())) or TELLING.search(name):
            found.append(path)
    return found


@pytest.mark.parametrize("kind", sorted(EVENTS.keys() - HISTORY))
def test_no_event_tells_of_a_person_in_clear(kind: str) -> None:
    """Seen red with `title: str` in CaseOpened, and with `wellbeing: int` beside what was found."""
    assert open_fields(kind, EVENTS[kind]) == []


def test_what_is_excepted_is_there() -> None:
    for kind, names in WORDS.items():
        assert names <= EVENTS[kind].model_fields.keys()
    for kind in HISTORY:
        assert EVENTS[kind].is_history()
        assert open_fields(kind, EVENTS[kind])


@pytest.mark.parametrize("name", ["words", "phone", "home_address", "birth_date", "needs", "note"])
def test_a_field_like_this_would_be_found(name: str) -> None:
    """However it is typed or wrapped: the scan is not blind."""
    types: list[Any] = [str | None, tuple[str, ...], dict[str, str]]
    types += [] if name == "words" else [int]
    for type_ in types:
        inner = create_model("Inner", **{name: (type_, ...)})  # type: ignore[call-overload]
        many: Any = tuple.__class_getitem__((inner, ...))
        outer = create_model("Outer", parts=(many, ...))
        assert set(open_fields("linli.x.Y.v1", outer)) == {f"parts.{name}"}


@pytest.mark.parametrize("kind", sorted(EVENTS))
def test_whoever_a_text_is_sealed_for_is_named_by_its_event(kind: str) -> None:
    """A field of the event itself that is always there, and of one person or matter."""
    for _, type_, said in leaves(EVENTS[kind]):
        for of in said if type_ is Sealed else ():
            if isinstance(of, OfPerson | OfMatter):
                owner = EVENTS[kind].model_fields[of.field]
                assert owner.is_required()
                assert get_origin(owner.annotation) is None


def test_a_text_in_words_that_are_for_everybody_is_one_of_these() -> None:
    """Each was decided: it is written to be published in the estate (docs/adr/0021)."""
    public = {
        (kind.split(".", 1)[1], path)
        for kind, model in EVENTS.items()
        for path, _, said in leaves(model)
        if FOR_EVERYBODY in said
    }
    assert public == {
        ("cases.CaseOpened.v1", "place.public_area"),
        ("cases.CaseReferredToDeliberation.v1", "description"),
        ("cases.CaseReferredToDeliberation.v1", "title"),
        ("cases.DuplicateSuspected.v1", "candidates.place.public_area"),
        *(
            (f"estates.{name}.v1", f"name_{lang}")
            for name in (
                "CompanyFounded",
                "RegionRegistered",
                "EstateRegistered",
                "PlaceRegistered",
            )
            for lang in ("zh", "en")
        ),
        ("estates.BuildingRegistered.v1", "label"),
        ("estates.ConsentTextPublished.v1", "text_en"),
        ("estates.ConsentTextPublished.v1", "text_zh"),
        ("cases.CaseOpened.v1", "sla.anchor"),
        ("cases.CaseOpened.v1", "sla.calendar"),
        ("cases.CaseResumed.v1", "sla.anchor"),
        ("cases.CaseResumed.v1", "sla.calendar"),
        ("cases.ApiKeyIssued.v1", "label"),
        ("cases.SlaPolicySet.v1", "source"),
        ("cases.SlaPolicySet.v1", "targets.anchor"),
        ("meetings.ResolutionAdopted.v1", "result.title"),
        ("meetings.ResolutionEvaluated.v1", "reason"),
        ("meetings.ResolutionOverturned.v1", "reason"),
        ("meetings.ResolutionOverturned.v1", "title"),
        ("meetings.ResolutionRejected.v1", "result.title"),
        ("meetings.TopicProposed.v1", "description"),
        ("meetings.TopicProposed.v1", "title"),
        ("meetings.VoteClosed.v1", "result.title"),
        ("meetings.VoteOpened.v1", "title"),
    }


def test_no_sentence_and_no_message_is_made_of_a_text_that_is_sealed() -> None:
    """It would show a token to everybody, or, opened, a text to whom it is not for. Seen red with
    `{title}` in the sentence of CaseOpened, and with the words of an answer in its message."""
    told = {model.wire: {*fields(model.name)} for model in TOLD}
    for model, notices in NOTICES.items():
        told.setdefault(model.wire, set()).update(p for n in notices for p in n.params)
    assert len(told) > 100
    for kind, names in told.items():
        sealed = {path[0] for path, _ in sealed_fields(EVENTS[kind])} if kind in EVENTS else set()
        assert not sealed & names, kind
