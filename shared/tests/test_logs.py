"""Logs: one JSON object a line whoever wrote it, and nothing in it that is nobody's business."""

import asyncio
import json
import os
import subprocess
import sys
from typing import Any

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from linli_shared.ending import ended
from linli_shared.logs import brief, redact, where
from linli_shared.writer import Writer
from structlog.testing import capture_logs

from shared.tests.broker import until
from shared.tests.conftest import Urls, append

SCRIPT = """
import logging, structlog
from linli_shared.logs import install_logs
install_logs("cases", "info")
log = structlog.get_logger()
log.info("begun", estate="xx", title="楼道灯", odd="\\ud800", app_url="postgresql://a:b@c/d")
log.debug("not told")
try:
    raise ValueError("what the client sent")
except ValueError as error:
    log.error("broke", exc_info=True)
    log.error("broke", exc_info=error)
    logging.getLogger("uvicorn.error").error("Exception in ASGI application\\n", exc_info=True)
logging.getLogger("asyncio").warning("slow %s", "postgresql://a:hidden@c/d")
logging.getLogger("aiokafka.conn").error("not told")
logging.getLogger("httpx").info("not told")
"""


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """What a process writes, on a machine whose locale knows only ASCII."""
    script = tmp_path_factory.mktemp("logs") / "script.py"
    script.write_text(SCRIPT, "utf-8")
    ran = subprocess.run(
        [sys.executable, script],
        env={**os.environ, "LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        capture_output=True,
        check=True,
    )
    assert ran.stderr == b""
    return [json.loads(line) for line in ran.stdout.decode("utf-8").splitlines()]


def test_every_line_is_one_object_with_a_time_a_level_and_a_service(
    lines: list[dict[str, Any]],
) -> None:
    assert [line["event"].strip() for line in lines] == [
        "begun", "broke", "broke", "Exception in ASGI application", "slow postgresql://[redacted]@c/d",
    ]  # fmt: skip
    assert {line["service"] for line in lines} == {"cases"}
    assert {line["level"] for line in lines} == {"info", "error", "warning"}
    assert all(line["timestamp"].endswith("Z") for line in lines)
    assert [line.get("logger") for line in lines[3:]] == ["uvicorn.error", "asyncio"]


def test_chinese_is_readable_and_what_is_no_character_breaks_nothing(
    lines: list[dict[str, Any]],
) -> None:
    assert (lines[0]["title"], lines[0]["odd"]) == ("楼道灯", "\ud800")
    assert lines[0]["app_url"] == "[redacted]"


def test_an_error_is_told_by_type_and_place_and_not_by_its_text(
    lines: list[dict[str, Any]],
) -> None:
    assert "what the client sent" not in json.dumps(lines)
    for line in lines[1:4]:
        assert line["exception"]["error"] == "ValueError"
        (place,) = line["exception"]["at"]
        assert place.endswith("script.py:9 <module>")


SECRET = "h1dden"
KEYS = st.sampled_from(
    ["authorization", "Token", "access_token", "db_password", "client_secret", "dsn", "relay_url"]
)
OTHERS = st.sampled_from(["event", "estate", "error", "headers", "at"])
TELLING = st.sampled_from(
    [
        f"cannot reach postgresql://li:{SECRET}@db:5432/x",
        f"amqps://{SECRET}@host",
        f"Bearer eyJhbGciOiJIUzI1NiJ9.eyJ{SECRET}.{SECRET}",
        f"eyJhbGciOiJub25lIn0.eyJ{SECRET}.",
    ]
)


def nested(leaf: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.recursive(
        leaf, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(OTHERS, inner, max_size=3)
    )


@given(st.dictionaries(OTHERS, nested(TELLING | st.integers() | st.just("fine"))))
def test_a_password_or_token_is_redacted_in_whatever_text_it_is(event: dict[str, Any]) -> None:
    assert SECRET not in json.dumps(redact(None, "", event))


@given(OTHERS, KEYS, nested(st.just(SECRET)))
def test_what_is_named_like_a_secret_is_redacted_at_any_depth(
    outer: str, key: str, value: Any
) -> None:
    for event in ({key: value}, {outer: {key: value}}, {outer: [1, {key: value}]}):
        assert SECRET not in json.dumps(redact(None, "", event))


@pytest.mark.parametrize("value", ["fine", "12:30@hall", "a@b.c", 5, None, True, 1.5, "http://a/b"])
def test_the_rest_is_left_as_it_is(value: object) -> None:
    assert redact(None, "", {"event": value, "n": [value]}) == {"event": value, "n": [value]}


def test_the_places_of_an_error_are_the_innermost_twelve() -> None:
    def down(n: int) -> None:
        if n == 0:
            raise KeyError(SECRET)
        down(n - 1)

    with pytest.raises(KeyError) as caught:
        down(40)
    told = where(caught.value)
    assert told["error"] == "KeyError"
    assert isinstance(told["at"], list)
    assert len(told["at"]) == 12
    assert SECRET not in repr(told)


_QUOTING = """
create function es.quoting() returns trigger language plpgsql as $$
begin raise exception 'new row: %', new.stream; end $$;
create trigger quoting before insert on es.event for each row execute function es.quoting()"""


async def test_what_postgresql_quotes_of_a_value_does_not_reach_the_log(urls: Urls) -> None:
    """Went red with the error's `repr` in the writer's line."""
    owner = await asyncpg.connect(urls["LINLI_OWNER_URL"])
    await owner.execute(_QUOTING)
    await owner.close()
    writer = Writer(lambda: asyncpg.connect(urls["LINLI_APP_URL"]))

    async def told() -> bool:
        return bool(lines)

    with capture_logs() as lines:
        work = [asyncio.create_task(writer.run())]
        work.append(asyncio.create_task(_asked(writer)))
        await until(told)
        for task in work:
            await ended(task)
    assert {line["event"] for line in lines} == {"append_retries"}
    assert {line["error"] for line in lines} == {"RaiseError P0001"}
    assert SECRET not in repr(lines)


async def _asked(writer: Writer) -> None:
    await writer.append(append(stream=f"thing-{SECRET}"))


async def test_nor_what_its_driver_quotes_and_others_say_what_is_wrong(urls: Urls) -> None:
    db = await asyncpg.connect(urls["LINLI_APP_URL"])
    with pytest.raises(asyncpg.DataError, match=SECRET) as caught:
        await db.fetch("select $1::bigint", SECRET)
    await db.close()
    assert brief(caught.value) == "DataError 22000"
    assert brief(ConnectionRefusedError("nobody is there")) == (
        "ConnectionRefusedError('nobody is there')"
    )
