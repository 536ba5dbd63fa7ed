"""Looks at pictures with Pillow: what they are by their content, a small copy, perceptual hashes."""

from __future__ import annotations

import hashlib
import warnings
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from review_gate.domain.message import Message
from review_gate.domain.picture import Picture
from review_gate.media_ports import NotAPicture, Upload

TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "GIF": "image/gif", "WEBP": "image/webp"}
"""What is taken. A decoder that nobody needs is one more to attack, so the others are never asked."""

THUMBNAIL = 480
"""The longer side of the small copy, in pixels."""

CROPS = (
    (0.05, 0.05, 0.05, 0.05),
    (0.025, 0.025, 0.025, 0.025),
    (0.06, 0.06, 0.0, 0.0),
    (0.0, 0.0, 0.06, 0.0),
    (0.0, 0.0, 0.0, 0.06),
)
"""What is taken away at left, top, right and bottom (shares of the side) for the further hashes: dHash alone loses a
picture whose edge was cut by more than a few hundredths."""


class PillowEyes:
    """`most_bytes` and `most_pixels` bound what is taken; pixels are looked at before anything is decoded."""

    def __init__(self, most_bytes: int, most_pixels: int) -> None:
        self._most_bytes = most_bytes
        self._most_pixels = most_pixels

    def look(self, content: bytes) -> Upload:
        if len(content) > self._most_bytes:
            raise NotAPicture(too_many_bytes(self._most_bytes), too_large=True)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")  # a suspicious size or a broken header is no picture
                return self._look(content)
        except NotAPicture:
            raise
        except (OSError, ValueError, SyntaxError, EOFError, OverflowError, MemoryError, Warning, ArithmeticError,
                LookupError, TypeError, Image.DecompressionBombError) as error:  # fmt: skip
            raise NotAPicture(UNREADABLE) from error

    def _look(self, content: bytes) -> Upload:
        with Image.open(BytesIO(content), formats=tuple(TYPES)) as opened:
            kind = TYPES[str(opened.format)]
            if opened.width * opened.height > self._most_pixels:
                raise NotAPicture(
                    Message(
                        f"The picture has {opened.width} x {opened.height} pixels: at most "
                        f"{self._most_pixels // 1_000_000} million are taken. Make it smaller.",
                        f"L'image fait {opened.width} x {opened.height} pixels : {self._most_pixels // 1_000_000} "
                        "millions au plus. Réduisez-la.",
                    ),
                    too_large=True,
                )
            opened.load()
            shown = ImageOps.exif_transpose(opened)
            plain = _flat(shown)
        picture = Picture(
            sha256=hashlib.sha256(content).hexdigest(),
            type=kind,
            width=plain.width,
            height=plain.height,
            size=len(content),
            looks=_looks(plain),
        )
        return Upload(picture, content, _thumbnail(plain))


def too_many_bytes(most: int) -> Message:
    mebibytes = f"{most / 2**20:g}"
    return Message(
        f"The file is larger than {mebibytes} MiB: make the picture smaller.",
        f"Le fichier dépasse {mebibytes} Mio : réduisez l'image.",
    )


UNREADABLE = Message(
    "This is no picture that can be read: send a whole JPEG, PNG, GIF or WebP file.",
    "Ce n'est pas une image lisible : envoyez un fichier JPEG, PNG, GIF ou WebP entier.",
)


def _flat(image: Image.Image) -> Image.Image:
    """RGB on white, as a reader sees it: what hides under transparency is neither shown nor hashed."""
    if image.mode == "RGB":
        return image
    with_alpha = image.convert("RGBA")
    ground = Image.new("RGBA", with_alpha.size, "white")
    ground.alpha_composite(with_alpha)
    return ground.convert("RGB")


def _thumbnail(image: Image.Image) -> bytes:
    small = image.copy()
    small.thumbnail((THUMBNAIL, THUMBNAIL), Image.Resampling.LANCZOS)
    clean = Image.new("RGB", small.size)
    clean.paste(small)  # pixels alone: no EXIF, no profile, no comment goes along
    out = BytesIO()
    clean.save(out, "JPEG", quality=80, optimize=True)
    return out.getvalue()


def _looks(image: Image.Image) -> tuple[str, ...]:
    grey = image.convert("L")
    grey.thumbnail((512, 512), Image.Resampling.BOX)
    width, height = grey.size
    boxes = [(0.0, 0.0, float(width), float(height))]
    boxes += [(left * width, top * height, width - right * width, height - bottom * height)
              for left, top, right, bottom in CROPS]  # fmt: skip
    return tuple(_dhash(grey, box) for box in boxes)


def _dhash(grey: Image.Image, box: tuple[float, float, float, float]) -> str:
    """dHash (N. Krawetz, 2013): whether brightness falls or rises from each of 9 x 8 cells to its right neighbour."""
    small = grey.resize((9, 8), Image.Resampling.LANCZOS, box=box)
    cells: NDArray[np.int16] = np.asarray(small, dtype=np.int16)
    bits = np.packbits((cells[:, 1:] > cells[:, :-1]).ravel())
    return bits.tobytes().hex()
