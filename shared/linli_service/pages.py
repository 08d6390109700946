"""The API's description, and a page to read it, from local files: it must work without a CDN."""

from pathlib import Path
from typing import Any, Final

import fastapi_swagger  # type: ignore[import-untyped]
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles

from linli_service.problems import Problem

_ASSETS: Final = Path(fastapi_swagger.__file__).parent / "resources"
_PAGE: Final = """<!doctype html><html lang="en"><head><meta charset="utf-8">
<title>{title}</title><link rel="stylesheet" href="/docs/assets/swagger-ui.css">
<link rel="icon" href="/docs/assets/favicon-32x32.png"></head>
<body><div id="ui"></div><script src="/docs/assets/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script></body></html>"""
# A token is not kept in the browser: others may use it after. No validator is asked elsewhere.
_START: Final = """SwaggerUIBundle({url: "/openapi.json", dom_id: "#ui", deepLinking: true,
displayRequestDuration: true, validatorUrl: null})"""
_GUARDED: Final = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; "
    "style-src 'self' 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}

_ABOUT: Final = """
Who asks is told by an OpenID Connect access token; its claim `estates` says which roles its bearer
holds where. What belongs to other estates does not exist.

A command carries an `Idempotency-Key` of its own. Sent again with the same one, it is done once and
answered as the first time. An `ETag` is the version of what was acted on or read; with `If-Match` a
command is refused unless that version is the last. A read that is given a command's
`Linli-Position` waits until it shows that command.

Every refusal is `application/problem+json` (RFC 9457): `code` is stable and for programs, the
details say in Chinese and English what to do. On 503, try again with the same `Idempotency-Key`."""

# Headers of answers: name, meaning, whether always there; at which statuses, of what takes what.
_HEADERS: Final = (
    ("ETag", "The version, for If-Match.", True, {"200", "201"}, "Idempotency-Key"),
    ("ETag", "The version, for If-Match and If-None-Match.", True, {"200"}, "If-None-Match"),
    ("Linli-Position", "For a read to wait for.", False, {"200", "201"}, "Idempotency-Key"),
    ("Linli-Behind", "`true`: it does not show that yet.", False, {"200"}, "Linli-Position"),
    ("Location", "The path of what was begun.", True, {"201"}, "Idempotency-Key"),
    ("Retry-After", "After how many seconds to try again.", True, {"503"}, "token"),
    ("WWW-Authenticate", "How to sign in: RFC 6750.", True, {"401"}, "token"),
)


def install_docs(app: FastAPI) -> None:
    app.mount("/docs/assets", StaticFiles(directory=_ASSETS), name="docs-assets")

    @app.get("/docs", include_in_schema=False)
    async def docs() -> HTMLResponse:
        return HTMLResponse(_PAGE.format(title=app.title), headers=_GUARDED)

    @app.get("/docs/start.js", include_in_schema=False)
    async def start() -> HTMLResponse:
        return HTMLResponse(_START, headers=_GUARDED, media_type="text/javascript")

    def openapi() -> dict[str, Any]:
        """FastAPI's, and what it cannot know: Problem, and the headers of answers."""
        if app.openapi_schema is None:
            made = get_openapi(
                title=app.title, version=app.version, description=_ABOUT.strip(),
                routes=app.routes, tags=app.openapi_tags,
            )  # fmt: skip
            schemas = made.setdefault("components", {}).setdefault("schemas", {})
            schemas["Problem"] = Problem.model_json_schema()
            for path in made["paths"].values():
                for operation in path.values():
                    _parameters(operation)
                    _headers(operation)
            app.openapi_schema = made
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _parameters(operation: dict[str, Any]) -> None:
    """What may be left out is no null: there is none in a header or a query."""
    for parameter in operation.get("parameters", ()):
        schema = parameter["schema"]
        if parameter["in"] == "header":
            parameter["name"] = schema["title"] = parameter["name"].title()
        kinds = [kind for kind in schema.get("anyOf", ()) if kind != {"type": "null"}]
        if len(kinds) == 1:
            del schema["anyOf"]
            schema |= kinds[0]


def _headers(operation: dict[str, Any]) -> None:
    takes = {parameter["name"] for parameter in operation.get("parameters", ())}
    takes |= {"token"} if operation.get("security") else set()
    for name, text, always, statuses, parameter in _HEADERS:
        for status in statuses & operation["responses"].keys() if parameter in takes else ():
            headers = operation["responses"][status].setdefault("headers", {})
            headers[name] = {"description": text, "required": always, "schema": {"type": "string"}}
