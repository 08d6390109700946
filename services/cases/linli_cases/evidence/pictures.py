"""A picture made anew from what somebody uploaded: its pixels, and nothing else that came with it.

Neither the name nor the type that a client states is looked at. Decoding and encoding again is what
makes a file harmless that is also a ZIP, a script or a page, and what leaves out where and when it
was taken, on which phone (EXIF, XMP, comments), and a preview from before it was cropped.
"""

import struct
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from linli_shared.decider import Rejected
from PIL import Image, ImageOps, UnidentifiedImageError

FORMATS: Final = ("JPEG", "PNG", "WEBP")
"""What cameras, screens and chats make. Every decoder more is one more to be attacked."""
MEDIA_TYPE: Final = "image/jpeg"
MAX_PIXELS: Final = 50_000_000
"""Decoded it takes three or four bytes a pixel, however small the file is."""
LONGEST_SIDE: Final = 2560
"""In pixels: a scratch on a door is still to be seen."""
_SMALLEST_SIDE: Final = 16
_QUALITY: Final = 85
# What a decoder raises over bytes that somebody made up is not written down anywhere.
_BROKEN: Final = (
    OSError, SyntaxError, ValueError, TypeError, ArithmeticError, LookupError, EOFError,
    MemoryError, struct.error,
)  # fmt: skip
# Above twice as many Pillow raises by itself; in between it only warns.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS


@dataclass(frozen=True, slots=True)
class Picture:
    """`data` is a JPEG of `width` times `height` pixels."""

    data: bytes
    width: int
    height: int


def picture(uploaded: bytes) -> Picture:
    """Raises PICTURE_REFUSED: empty, not_a_picture, too_many_pixels, too_small, broken."""
    if not uploaded:
        raise Rejected("PICTURE_REFUSED", reason="empty")
    try:
        with Image.open(BytesIO(uploaded), formats=FORMATS) as image:
            return _anew(image)
    except UnidentifiedImageError:
        raise Rejected("PICTURE_REFUSED", reason="not_a_picture") from None
    except Image.DecompressionBombError:
        raise Rejected("PICTURE_REFUSED", reason="too_many_pixels") from None
    except _BROKEN:
        raise Rejected("PICTURE_REFUSED", reason="broken") from None


def _anew(image: Image.Image) -> Picture:
    """What its head says is believed only to refuse it: nothing is decoded before."""
    if image.width * image.height > MAX_PIXELS:
        raise Rejected("PICTURE_REFUSED", reason="too_many_pixels")
    if min(image.size) < _SMALLEST_SIDE:
        raise Rejected("PICTURE_REFUSED", reason="too_small")
    image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG is decoded at an eighth or more
    image.load()
    upright = _upright(image)
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    # A canvas of its own: a copy would take along what the file says beside its pixels.
    canvas = Image.new("RGB", upright.size, "white")
    seen = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    canvas.paste(seen, mask=seen if seen.mode == "RGBA" else None)
    made = BytesIO()
    canvas.save(made, "JPEG", quality=_QUALITY, optimize=True)
    return Picture(made.getvalue(), *canvas.size)


def _upright(image: Image.Image) -> Image.Image:
    """As the phone was held. One that says so in words nobody can read stays as it is."""
    try:
        return ImageOps.exif_transpose(image)
    except _BROKEN:
        return image
