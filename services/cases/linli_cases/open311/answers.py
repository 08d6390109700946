"""What each answer of GeoReport v2 says, as a shape. Pure."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from linli_cases.days import ZONE
from linli_cases.open311.catalogue import CATALOGUE, Attribute, Service
from linli_cases.open311.leaving import Leaving
from linli_cases.open311.shape import WRITERS, Answer, Many, Node

_CHANGED: Final = "2026-11-24T00:00:00+08:00"
_MEDIA_TYPES: Final = tuple(writer.media_type.partition(";")[0] for writer in WRITERS.values())


def discovery(url: str) -> Answer:
    endpoint: Node = {
        "specification": "http://wiki.open311.org/GeoReport_v2",
        "url": url,
        "changeset": _CHANGED,
        "type": "production",
        "formats": Many("format", _MEDIA_TYPES),
    }
    said: Node = {
        "changeset": _CHANGED,
        "contact": "物业服务中心 The property company of the estate",
        "key_service": "由小区物业经理签发 Keys are issued by the manager of the estate",
        "endpoints": Many("endpoint", [endpoint]),
    }
    return Answer("discovery", said)


def services(codes: Iterable[str], zh: bool) -> Answer:
    listed = [_service(CATALOGUE[code], zh) for code in codes if code in CATALOGUE]
    return Answer("services", Many("service", listed))


def _service(service: Service, zh: bool) -> Node:
    return {
        "service_code": service.code,
        "service_name": service.name.told(zh),
        "description": service.description.told(zh),
        "metadata": bool(service.attributes),
        "type": "realtime",
        "keywords": ",".join(service.keywords),
        "group": service.group.told(zh),
    }


def definition(service: Service, zh: bool) -> Answer:
    asked = [_attribute(n, one, zh) for n, one in enumerate(service.attributes, 1)]
    said: Node = {"service_code": service.code, "attributes": Many("attribute", asked)}
    return Answer("service_definition", said)


def _attribute(order: int, attribute: Attribute, zh: bool) -> Node:
    said: dict[str, Node] = {
        "variable": True,
        "code": attribute.code,
        "datatype": attribute.datatype.value,
        "required": attribute.required,
        "datatype_description": None,
        "order": order,
        "description": attribute.question.told(zh),
    }
    if attribute.choices:
        values = [{"key": one.key, "name": one.name.told(zh)} for one in attribute.choices]
        said["values"] = Many("value", values)
    return said


def requests(rows: Iterable[Leaving], zh: bool) -> Answer:
    return Answer("service_requests", Many("request", [_request(row, zh) for row in rows]))


def _request(row: Leaving, zh: bool) -> Node:
    """`description` and `media_url` are the reporter's, and stay here; so do `lat` and `long`,
    which no case has."""
    building = f"{row.building_id} 栋" if zh else f"Building {row.building_id}"
    place = [building if row.building_id else "", row.public_area or ""]
    return {
        "service_request_id": str(row.case_id),
        "status": "open" if row.open else "closed",
        "status_notes": row.state,
        "service_name": CATALOGUE[row.service_code].name.told(zh),
        "service_code": row.service_code,
        "description": None,
        "agency_responsible": None,
        "service_notice": None,
        "requested_datetime": row.requested_at.astimezone(ZONE),
        "updated_datetime": row.updated_at.astimezone(ZONE),
        "expected_datetime": row.expected_at and row.expected_at.astimezone(ZONE),
        "address": " ".join(filter(None, place)) or None,
        "address_id": row.building_id,
        "zipcode": None,
        "lat": None,
        "long": None,
        "media_url": None,
    }


def taken_in(id: UUID, case_no: str) -> Answer:
    said: Node = {"service_request_id": str(id), "service_notice": case_no, "account_id": None}
    return Answer("service_requests", Many("request", [said]))


def of_token(id: UUID) -> Answer:
    said: Node = {"service_request_id": str(id), "token": str(id)}
    return Answer("service_requests", Many("request", [said]))


def refused(status: int, description: str) -> Answer:
    return Answer("errors", Many("error", [{"code": status, "description": description}]))
