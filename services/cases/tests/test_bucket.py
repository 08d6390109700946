"""Pictures in a bucket, on a real S3-compatible server: Versity's gateway, in a folder.

It is a single Go program: `go install github.com/versity/versitygw/cmd/versitygw@v1.8.0`. Where it
is not on the PATH nor in `VERSITYGW`, these tests are skipped and say so.
"""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from linli_cases.evidence.boxes import new_key, opened, seal
from linli_cases.evidence.bucket import Bucket
from linli_cases.evidence.folder import Folder
from linli_cases.evidence.settings import EvidenceSettings
from pydantic import ValidationError

ID, OTHER = (UUID(f"0192f000-0000-7000-8000-00000000000{n}") for n in (1, 2))
BUCKET = {
    "evidence_bucket": "https://s3.example.org/pictures",
    "evidence_key": "k",
    "evidence_secret": "s3cret",
}


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """Its address, and the folder that it keeps its buckets in."""
    program = os.environ.get("VERSITYGW") or shutil.which("versitygw")
    if not program:
        pytest.skip("no versitygw: see the head of this file")
    folder, aside = tmp_path_factory.mktemp("buckets"), tmp_path_factory.mktemp("aside")
    (folder / "pictures").mkdir()
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        at = f"127.0.0.1:{found.getsockname()[1]}"
    env = {"ROOT_ACCESS_KEY": "k", "ROOT_SECRET_KEY": "s3cret", "HOME": str(folder)}
    running = subprocess.Popen(
        [program, "--port", at, "posix", "--sidecar", str(aside), str(folder)],
        env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _reachable(at)
        yield f"http://{at}", folder
    finally:
        running.terminate()
        running.wait(10)


def _reachable(at: str) -> None:
    host, port = at.split(":")
    end = time.monotonic() + 20
    while time.monotonic() < end:
        with socket.socket() as asked:
            if asked.connect_ex((host, int(port))) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(f"nothing listens at {at}")


def bucket(at: str, **change: Any) -> Bucket:
    told = {"bucket": "pictures", "region": "us-east-1", "key": "k", "secret": "s3cret"} | change
    return Bucket.at(at, **told)


async def test_a_bucket_keeps_files_by_estate_as_a_folder_does(
    gateway: tuple[str, Path],
) -> None:
    at, folder = gateway
    kept, large = bucket(at), os.urandom(6_000_000)  # beyond what a picture becomes
    await kept.put("xx", ID, b"one")
    await kept.put("company:c1", ID, large)
    assert await kept.get("xx", ID) == b"one"
    assert await kept.get("company:c1", ID) == large
    assert await kept.get("xx", OTHER) is None
    assert await kept.get("yy", ID) is None
    assert await Folder(folder / "pictures").get("xx", ID) == b"one"  # the same names
    await kept.forget("xx", ID)
    await kept.forget("xx", ID)
    assert await kept.get("xx", ID) is None
    assert await kept.get("company:c1", ID) == large


async def test_what_is_in_a_bucket_is_sealed(gateway: tuple[str, Path]) -> None:
    at, folder = gateway
    kept, key = bucket(at), new_key()
    await kept.put("xx", OTHER, seal(key, "xx", OTHER, b"a picture"))
    stored = [file.read_bytes() for file in (folder / "pictures").rglob("*") if file.is_file()]
    assert stored
    assert not [data for data in stored if b"a picture" in data]
    box = await kept.get("xx", OTHER)
    assert box
    assert opened(key, "xx", OTHER, box) == b"a picture"


@pytest.mark.parametrize(
    "change", [{"secret": "other"}, {"key": "nobody"}, {"bucket": "nowhere"}], ids=str
)
async def test_what_the_store_refuses_is_as_a_disk_that_refuses_and_tells_no_secret(
    gateway: tuple[str, Path], change: dict[str, str]
) -> None:
    """What is answered then is 503: nothing was kept."""
    with pytest.raises(OSError) as caught:  # noqa: PT011
        await bucket(gateway[0], **change).put("xx", ID, b"one")
    assert not {"s3cret", "other", "nobody"} & set(str(caught.value).split())


async def test_a_store_that_is_away_is_an_error_and_no_picture_that_is_missing(
    gateway: tuple[str, Path],
) -> None:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        nobody = bucket(f"http://127.0.0.1:{found.getsockname()[1]}")
        with pytest.raises(OSError) as caught:  # noqa: PT011
            await nobody.get("xx", ID)
    assert not isinstance(caught.value, FileNotFoundError)


# --- which place -----------------------------------------------------------------------------


def test_pictures_are_kept_in_a_folder_or_in_a_bucket_or_nowhere(tmp_path: Path) -> None:
    assert EvidenceSettings().kept() is None
    assert EvidenceSettings(evidence=tmp_path).kept() == Folder(tmp_path)
    found = EvidenceSettings.model_validate(BUCKET).kept()
    assert isinstance(found, Bucket)
    assert "s3cret" not in repr(EvidenceSettings.model_validate(BUCKET))


@pytest.mark.parametrize(
    "change",
    [
        {"evidence": "."},
        {"evidence_key": ""},
        {"evidence_secret": ""},
        {"evidence_bucket": ""},
        {"evidence_bucket": "s3://pictures"},
        {"evidence_bucket": "https://k:s3cret@s3.example.org/pictures"},
        {"evidence_bucket": "https://s3.example.org/"},
        {"evidence_bucket": "https://s3.example.org/a/b"},
    ],
    ids=str,
)
def test_two_places_or_half_of_one_are_refused_without_telling_the_secret(
    change: dict[str, str],
) -> None:
    with pytest.raises(ValidationError) as caught:
        EvidenceSettings.model_validate(BUCKET | change)
    assert "s3cret" not in str(caught.value)
