"""Conditional reads (RFC 9110, 13.1.2): the ETag is the stream's version."""

from typing import Annotated, Any, Final

from fastapi import Header, Response
from linli_sealed.fields import Shredded, Withheld

ETag = Annotated[
    str | None, Header(alias="If-None-Match", max_length=200, description="An ETag seen before.")
]
UNCHANGED: Final[dict[int | str, dict[str, Any]]] = {
    304: {"description": "It is still at the version of If-None-Match."}
}


def told(found: object, version: int, seen: str | None, to: Response, text: str = "") -> Any:
    """`found` with its ETag; 304 without a body for those who have it. `text` is what was opened of
    it: erased meanwhile, it is the same version and not what they have; while it cannot be read,
    nothing is to be kept under that tag."""
    if isinstance(text, Withheld):
        return found
    to.headers["ETag"] = tag = f'"{version}"'
    if isinstance(text, Shredded):
        return found
    if seen is not None and tag in {part.strip().removeprefix("W/") for part in seen.split(",")}:
        return Response(status_code=304, headers=dict(to.headers))
    return found
