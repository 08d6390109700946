"""Conditional reads (RFC 9110, 13.1.2): the ETag is the stream's version."""

from typing import Annotated, Any, Final

from fastapi import Header, Response

ETag = Annotated[
    str | None, Header(alias="If-None-Match", max_length=200, description="An ETag seen before.")
]
UNCHANGED: Final[dict[int | str, dict[str, Any]]] = {
    304: {"description": "It is still at the version of If-None-Match."}
}


def told(found: object, version: int, seen: str | None, to: Response) -> Any:
    """`found` with its ETag; 304 without a body for those who have it."""
    to.headers["ETag"] = tag = f'"{version}"'
    if seen is not None and tag in {part.strip().removeprefix("W/") for part in seen.split(",")}:
        return Response(status_code=304, headers=dict(to.headers))
    return found
