"""The report that a form stands for. Pure.

A name, telephone number or e-mail address of whoever reports is not read at all (docs/adr/0035).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Final, Self

from linli_shared.text import Key, Line, Text
from pydantic import BaseModel, Field, StringConstraints, TypeAdapter, ValidationError
from pydantic import model_validator as validator
from pydantic_core import PydanticCustomError

from linli_cases.complaints.asking import GivenPlace
from linli_cases.complaints.commands import OpenCase
from linli_cases.complaints.terms import Channel, Priority
from linli_cases.open311.asking import TIME, Pairs, invalid, one, read
from linli_cases.open311.catalogue import Attribute, Choice, Datatype, Service

_ATTRIBUTE: Final = re.compile(r"attribute\[([A-Za-z0-9_]{1,40})\](?:\[[0-9]{0,3}\])?", re.ASCII)
_NUMBER: Final = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?", re.ASCII)
_LINE, _TEXT = TypeAdapter[str](Line), TypeAdapter[str](Text)


class Form(BaseModel):
    """What is read of a report. Somewhere it must be: at a position or an address."""

    description: Text | None = None
    lat: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)] | None = None
    long: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)] | None = None
    address_string: Line | None = None
    address_id: Key | None = None
    account_id: Key | None = None
    media_url: (
        Annotated[str, StringConstraints(pattern=r"^https?://[\x21-\x7e]{1,500}$")] | None
    ) = None

    @validator(mode="after")
    def _somewhere(self) -> Self:
        if (self.lat is None) is not (self.long is None):
            raise PydanticCustomError("lat_without_long", "lat and long go together")
        if self.lat is None and not (self.address_string or self.address_id):
            raise PydanticCustomError("location_missing", "is nowhere")
        return self


def report(pairs: Pairs, service: Service, estate: str) -> OpenCase:
    """The command that a form stands for. What the standard has and a case has not (a position, an
    address in words, a picture elsewhere, answers to questions) is told in its description, which
    is sealed as everything that a reporter writes."""
    answers, priority = attributes(pairs, service)
    given = {name: value for name in Form.model_fields if (value := one(pairs, name))}
    try:
        form = Form.model_validate(given)
        return OpenCase(
            estate_id=estate,
            kind=service.kind,
            service_code=service.code,
            title=_title(form, service),
            description="\n".join(_told(form, service, answers)),
            place=GivenPlace(building_id=form.address_id),
            channel=Channel.OPEN311,
            priority=priority or service.priority,
            on_behalf_of_id=form.account_id,
        )
    except ValidationError as error:
        fault = error.errors()[0]
        field = str(fault["loc"][0]) if fault["loc"] else "location"
        raise invalid("description" if field == "title" else field, fault["type"]) from None


def _title(form: Form, service: Service) -> str:
    """What a list shows: how the report begins."""
    return form.description.splitlines()[0][:80] if form.description else service.name.zh


def _told(form: Form, service: Service, answers: Iterable[str]) -> Iterable[str]:
    yield form.description or service.name.zh
    if form.address_id:  # two lamps are two reports, also where nobody says a word
        yield f"楼栋 Building: {form.address_id}"
    if form.address_string:
        yield f"地址 Address: {form.address_string}"
    if form.lat is not None:
        yield f"坐标 Position: {form.lat}, {form.long}"
    if form.media_url:
        yield f"图片 Picture: {form.media_url}"
    yield from answers


def attributes(pairs: Pairs, service: Service) -> tuple[list[str], Priority | None]:
    """Question and answer, line by line, and how urgent that makes it."""
    given = _by_code(pairs)
    asked = {attribute.code: attribute for attribute in service.attributes}
    if given.keys() - asked.keys():
        raise invalid("attribute", "unknown")
    lines, priorities = [], []
    for code, attribute in asked.items():
        if not (values := given.get(code)):
            if attribute.required:
                raise invalid(f"attribute[{code}]", "missing")
            continue
        said, chosen = _answer(attribute, values)
        lines.append(f"{attribute.question.zh} {said}")
        priorities += [choice.priority for choice in chosen if choice.priority]
    return lines, min(priorities, default=None)


def _by_code(pairs: Pairs) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        if name.startswith("attribute"):
            if not (named := _ATTRIBUTE.fullmatch(name)):
                raise invalid("attribute", "malformed")
            if value.strip():
                found.setdefault(named[1], []).append(value.strip())
    return found


def _answer(attribute: Attribute, values: Sequence[str]) -> tuple[str, Sequence[Choice]]:
    field = f"attribute[{attribute.code}]"
    if len(values) > 1 and attribute.datatype is not Datatype.MULTI:
        raise invalid(field, "repeated")
    match attribute.datatype:
        case Datatype.SINGLE | Datatype.MULTI:
            known = {choice.key: choice for choice in attribute.choices}
            if not known.keys() >= set(values):
                raise invalid(field, "unknown")
            chosen = [known[key] for key in dict.fromkeys(values)]
            return "、".join(choice.name.zh for choice in chosen), chosen
        case Datatype.NUMBER:
            if not _NUMBER.fullmatch(values[0]):
                raise invalid(field, "not_a_number")
        case Datatype.DATETIME:
            read(TIME, field, values[0])
        case Datatype.STRING:
            return read(_LINE, field, values[0]), ()
        case Datatype.TEXT:
            return read(_TEXT, field, values[0]), ()
    return values[0], ()
