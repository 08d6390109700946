"""Pictures that somebody uploads: what is taken in, and what is left of it."""

import io
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linli_cases.evidence.boxes import Damaged, new_key, opened, seal
from linli_cases.evidence.folder import Folder
from linli_cases.evidence.pictures import LONGEST_SIDE, MAX_PIXELS, picture
from linli_shared.decider import Rejected
from PIL import ExifTags, Image, PngImagePlugin

SECRET = b"28.2278 N, 112.9388 E"
ID, OTHER = (UUID(f"0192f000-0000-7000-8000-00000000000{n}") for n in (1, 2))


def photo(
    form: str = "JPEG", size: tuple[int, int] = (64, 48), mode: str = "RGB", **kw: Any
) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, "red" if mode != "1" else 1).save(out, form, **kw)
    return out.getvalue()


def refused(data: bytes) -> str:
    with pytest.raises(Rejected) as caught:
        picture(data)
    assert caught.value.code == "PICTURE_REFUSED"
    return str(caught.value.params["reason"])


def png(*chunks: tuple[bytes, bytes]) -> bytes:
    parts = [b"\x89PNG\r\n\x1a\n"]
    for name, data in chunks:
        parts += [
            struct.pack(">I", len(data)),
            name,
            data,
            struct.pack(">I", zlib.crc32(name + data)),
        ]
    return b"".join(parts)


# --- what is taken ---------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_what_phones_and_chats_make_becomes_a_jpeg_of_the_same_size(form: str) -> None:
    made = picture(photo(form))
    with Image.open(io.BytesIO(made.data)) as image:
        assert (image.format, image.size, image.mode) == ("JPEG", (64, 48), "RGB")
    assert (made.width, made.height) == (64, 48)


@pytest.mark.parametrize(
    ("form", "mode"),
    [("JPEG", "L"), ("JPEG", "CMYK"), ("PNG", "1"), ("PNG", "P"), ("PNG", "LA"), ("PNG", "I;16")],
)
def test_every_kind_of_pixels_is_taken(form: str, mode: str) -> None:
    assert picture(photo(form, mode=mode)).width == 64


def test_what_one_could_see_through_is_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (64, 48), (0, 0, 0, 0)).save(out, "PNG")
    with Image.open(io.BytesIO(picture(out.getvalue()).data)) as image:
        assert image.getpixel((10, 10)) == (255, 255, 255)


def test_a_large_one_is_made_smaller_and_keeps_its_shape() -> None:
    made = picture(photo(size=(5120, 2560)))
    assert (made.width, made.height) == (LONGEST_SIDE, LONGEST_SIDE // 2)


def test_a_picture_taken_with_the_phone_on_its_side_stands_upright() -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    made = picture(photo(exif=exif))
    assert (made.width, made.height) == (48, 64)


def test_a_picture_whose_phone_says_nothing_readable_stays_as_it_is() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        made = picture(photo(exif=b"Exif\0\0MM\0*\xff\xff\xff\xff"))
    assert (made.width, made.height) == (64, 48)


# --- what is left out ------------------------------------------------------------------------


def with_exif() -> bytes:
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = SECRET.decode()
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitudeRef] = SECRET.decode()
    return photo(exif=exif)


def with_text() -> bytes:
    told = PngImagePlugin.PngInfo()
    told.add_text("Comment", SECRET.decode())
    return photo("PNG", pnginfo=told)


def with_a_zip_behind() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", SECRET)
    return photo() + out.getvalue()


TOLD: dict[str, Callable[[], bytes]] = {
    "exif with gps": with_exif,
    "a jpeg's comment": lambda: photo(comment=SECRET),
    "xmp": lambda: photo(xmp=SECRET),
    "a colour profile": lambda: photo(icc_profile=SECRET),
    "a png's text": with_text,
    "exif of a png": lambda: photo("PNG", exif=b"Exif\0\0" + with_exif()[30:200]),
    "exif of a webp": lambda: photo("WEBP", exif=b"Exif\0\0" + SECRET),
    "a zip behind it": with_a_zip_behind,
    "a page behind it": lambda: photo() + b"<script>" + SECRET,
}


@pytest.mark.parametrize("name", TOLD)
def test_nothing_is_left_but_the_pixels(name: str) -> None:
    """Seen red for a comment with a copy of the picture in place of a canvas of its own."""
    data = TOLD[name]()
    assert SECRET in data or name == "exif of a png" or zipfile.is_zipfile(io.BytesIO(data))
    made = picture(data).data
    assert SECRET not in made
    assert b"Exif" not in made
    assert not zipfile.is_zipfile(io.BytesIO(made))
    assert made.endswith(b"\xff\xd9")


# --- what is refused -------------------------------------------------------------------------


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("photo.jpg", bytes(10_000_000))
    return out.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"x", b"\0" * 4096, zipped(), b"%PDF-1.7\n", b"GIF89a" + bytes(64), b"BM" + bytes(64),
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>",
        b"<!doctype html><script>1</script>", b"%!PS-Adobe-3.0 EPSF-3.0\n",
        photo("GIF"), photo("TIFF"), photo("BMP"), photo("ICO"),
    ],
    ids=["byte", "zeros", "zip", "pdf", "gif head", "bmp head", "svg", "html", "eps", "gif", "tiff",
         "bmp", "ico"],
)  # fmt: skip
def test_what_is_no_photo_is_refused_whatever_it_calls_itself(data: bytes) -> None:
    """Seen red for GIF, TIFF, BMP and ICO where Pillow may try all its decoders."""
    assert refused(data) == "not_a_picture"


def test_nothing_is_no_picture() -> None:
    assert refused(b"") == "empty"


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_one_that_was_cut_short_is_refused(form: str) -> None:
    whole = photo(form, size=(640, 480))
    assert refused(whole[: len(whole) // 2]) in {"broken", "not_a_picture"}


@pytest.mark.parametrize("size", [(8, 8), (3000, 2)])
def test_a_dot_or_a_line_is_no_evidence(size: tuple[int, int]) -> None:
    assert refused(photo(size=size)) == "too_small"


@pytest.mark.parametrize("side", [7_072, 20_000, 60_000])
def test_a_small_file_of_very_many_pixels_is_never_decoded(side: int) -> None:
    """Its few bytes would be 150 MB and more. Seen red without the check of its head."""
    assert side * side > MAX_PIXELS
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    bomb = png((b"IHDR", head), (b"IDAT", zlib.compress(bytes(10_000_000))), (b"IEND", b""))
    assert len(bomb) < 20_000
    with warnings.catch_warnings():  # as outside tests: a warning stops nobody
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        assert refused(bomb) == "too_many_pixels"


def test_a_text_that_unpacks_without_end_is_refused() -> None:
    """A compressed text of a PNG, a thousand times as large as the file."""
    head = struct.pack(">IIBBBBB", 64, 48, 8, 2, 0, 0, 0)
    text = b"Comment\0\0" + zlib.compress(bytes(80_000_000), 9)
    assert refused(png((b"IHDR", head), (b"zTXt", text), (b"IEND", b""))) == "broken"


@given(st.binary(max_size=200), st.integers(0, 600), st.sampled_from(["JPEG", "PNG", "WEBP"]))
def test_bytes_that_somebody_made_up_are_a_picture_or_refused(
    noise: bytes, at: int, form: str
) -> None:
    """Whatever a decoder makes of them: never another error."""
    whole = photo(form)
    at = min(at, len(whole))
    with warnings.catch_warnings():  # Pillow's, of EXIF that is none
        warnings.simplefilter("ignore", UserWarning)
        with suppress(Rejected):
            assert picture(whole[:at] + noise + whole[at + len(noise) :]).data


def there(folder: Path) -> list[Path]:
    return list(folder.rglob("*"))


# --- how it is kept --------------------------------------------------------------------------


def test_a_file_is_opened_only_as_what_it_was_sealed_as() -> None:
    key = new_key()
    box = seal(key, "xx", ID, b"a picture")
    assert b"a picture" not in box
    assert opened(key, "xx", ID, box) == b"a picture"
    for other in (new_key(), "xx", ID, box), (key, "yy", ID, box), (key, "xx", OTHER, box):
        with pytest.raises(Damaged):
            opened(*other)
    for damaged in (b"", box[:8], box[:-1], box[:-1] + bytes([box[-1] ^ 1])):
        with pytest.raises(Damaged):
            opened(key, "xx", ID, damaged)


async def test_a_folder_keeps_files_by_estate_for_its_owner_alone(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    await folder.put("xx", ID, b"one")
    await folder.put("company:c1", ID, b"two")
    assert await folder.get("xx", ID) == b"one"
    assert await folder.get("company:c1", ID) == b"two"
    assert await folder.get("xx", OTHER) is None
    assert {path.stat().st_mode & 0o077 for path in there(tmp_path)} == {0}
    await folder.forget("xx", ID)
    await folder.forget("xx", ID)
    assert await folder.get("xx", ID) is None
    assert [path.name for path in there(tmp_path) if path.is_file()] == [str(ID)]
