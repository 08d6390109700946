"""Structured logs on standard output, one JSON object a line; secrets never reach them.

Of an error its type and its place are logged, not its text: that may quote what a client sent.
"""

import io
import logging
import re
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from typing import Any, Final

import structlog
from asyncpg import InterfaceError, PostgresError

_SECRET: Final = ("authorization", "token", "password", "secret", "dsn", "url")
# A password in an address, and whatever looks like a JSON Web Token.
_HIDDEN: Final = re.compile(r"(?<=://)[^/@\s]+(?=@)|\beyJ[\w-]+\.[\w-]+\.[\w-]*")
_FRAMES: Final = 12


def install_logs(service: str, level: str) -> None:
    number = logging.getLevelNamesMapping()[level.upper()]
    if isinstance(sys.stdout, io.TextIOWrapper):  # whatever the locale, no line may fail
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    first: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: list[structlog.typing.Processor] = [
        structlog.processors.ExceptionRenderer(lambda given: where(given[1])),
        redact,
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ]
    structlog.configure(
        processors=[*first, *last],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(sys.stdout),
    )
    structlog.contextvars.bind_contextvars(service=service)
    # Libraries write through logging; aiokafka repeats each refused connection many times a second.
    handler = logging.StreamHandler(sys.stdout)
    without = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*first, structlog.stdlib.add_logger_name],
            processors=[without, *last],
        )
    )
    logging.basicConfig(handlers=[handler], level=max(number, logging.WARNING), force=True)
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)


def where(error: BaseException) -> dict[str, object]:
    """An error for the log: its type and the innermost places it went through."""
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    return {"error": type(error).__name__, "at": places}


def brief(error: BaseException) -> str:
    """An error that heals by itself, for the log. What PostgreSQL says, and asyncpg, may quote a
    value: of theirs the class and the SQLSTATE."""
    if isinstance(error, PostgresError | InterfaceError):
        return f"{type(error).__name__} {getattr(error, 'sqlstate', None) or ''}".strip()
    return repr(error)


def redact(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {name: _redacted(name, value) for name, value in event.items()}


def _redacted(name: str, value: object) -> object:
    if any(word in name.lower() for word in _SECRET):
        return "[redacted]"
    if isinstance(value, str):
        return _HIDDEN.sub("[redacted]", value)
    if isinstance(value, Mapping):
        return {str(inner): _redacted(str(inner), held) for inner, held in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_redacted(name, held) for held in value]
    return value
