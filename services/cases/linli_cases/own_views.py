"""The tables of this service's own views, for what a command looks up before it is decided."""

from typing import Any

from linli_shared.store import Reader
from linli_shared.view import View
from linli_shared.viewset import NotLive, ViewSet


async def live(reader: Reader, views: ViewSet, view: View[Any]) -> str | None:
    """The table of the rows of `view`, which is one of `views`; None while it is being built: what
    is not known then must keep nobody from reporting or resolving."""
    assert view.rows
    try:
        return view.rows.of(await views.live(reader.pool))
    except NotLive:
        return None
