"""A picture without what is written beside its pixels: where and with what it was taken, by whom, what it looked like
before. The pixels are not touched: nothing is decoded or encoded, parts of the file are left out.

What decides how the pixels look stays: colour profile, transparency, animation, and which side is up.
"""

from __future__ import annotations

import io
import re
import struct
import zlib
from collections.abc import Iterator

from PIL import ExifTags, Image

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = frozenset({
    b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP", b"mDCV", b"cLLI", b"bKGD", b"hIST", b"pHYs", b"sPLT",
    b"acTL", b"fcTL", b"fdAT",
})  # fmt: skip
"""Of the chunks that a reader may skip. Those that it may not have a capital letter first, and all of them stay."""
_WEBP_KEPT = frozenset({b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP"})
_HAS_EXIF, _HAS_XMP = 0x08, 0x04
_SOS, _EOI, _COMMENT = 0xDA, 0xD9, 0xFE
_MARKER = re.compile(rb"\xff+[^\x00\xd0-\xd7\xff]")
"""The end of a stretch of JPEG pixels: after 0xFF they have only zeros and the eight restart marks."""


def bare(content: bytes, mime: str) -> bytes:
    """`content` without metadata; as it is for a type that has no EXIF (GIF). Raises ValueError where its parts do not
    follow each other as the format has it."""
    strip = {"image/jpeg": _jpeg, "image/png": _png, "image/webp": _webp}.get(mime)
    if strip is None:
        return content
    try:
        return strip(content, _upright(content))
    except (struct.error, IndexError) as error:
        raise ValueError("the file ends too early") from error


def _upright(content: bytes) -> bytes:
    """EXIF that says which side is up and nothing else; empty where that is as usual."""
    with Image.open(io.BytesIO(content)) as image:
        turned = image.getexif().get(ExifTags.Base.Orientation, 1)
    if turned not in range(2, 9):
        return b""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = turned
    return exif.tobytes().removeprefix(b"Exif\0\0")


def _jpeg(content: bytes, upright: bytes) -> bytes:
    if content[:2] != b"\xff\xd8":
        raise ValueError("no JPEG")
    exif = b"Exif\0\0" + upright
    out = [content[:2], b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif if upright else b""]
    at = 2
    while True:
        found = _MARKER.match(content, at)
        if found is None:
            raise ValueError("no segment where one should begin")
        kind, start = content[found.end() - 1], found.end()
        if kind == _EOI:  # what comes behind it is no part of this picture: previews, other pictures, notes
            return b"".join([*out, b"\xff\xd9"])
        end = start + struct.unpack_from(">H", content, start)[0]
        if _is_pixels_or_colour(kind, content[start + 2 : end]):
            out.append(b"\xff" + content[start - 1 : end])
        if kind == _SOS:
            stop = _MARKER.search(content, end)
            out.append(content[end : stop.start() if stop else len(content)])
            if stop is None:  # cut off: readers show what there is
                return b"".join([*out, b"\xff\xd9"])
            end = stop.start()
        at = end


def _is_pixels_or_colour(kind: int, body: bytes) -> bool:
    """Whether a JPEG segment stays: JFIF, ICC profile, Adobe's colours, and all that is no application's or comment."""
    if kind == 0xE2:
        return body.startswith(b"ICC_PROFILE\0")
    if kind == 0xE0:  # not JFXX, a small copy of what the picture may have shown before it was cut
        return body.startswith(b"JFIF\0")
    return kind == 0xEE or not (0xE0 <= kind <= 0xEF or kind == _COMMENT)


def _png(content: bytes, upright: bytes) -> bytes:
    if not content.startswith(_PNG):
        raise ValueError("no PNG")
    out, at = [_PNG], len(_PNG)
    while True:
        size, kind = struct.unpack_from(">I4s", content, at)
        end = at + 12 + size
        if end > len(content):
            raise ValueError("a chunk is longer than the file")
        if kind[:1].isupper() or kind in _PNG_KEPT:
            out.append(content[at:end])
        if kind == b"IHDR" and upright:
            body = b"eXIf" + upright
            out.append(struct.pack(">I", len(upright)) + body + struct.pack(">I", zlib.crc32(body)))
        if kind == b"IEND":
            return b"".join(out)
        at = end


def _webp(content: bytes, upright: bytes) -> bytes:
    if content[:4] != b"RIFF" or content[8:12] != b"WEBP":
        raise ValueError("no WebP")
    out = [b"WEBP"]
    for kind, body in _riff(content):
        if kind == b"VP8X":  # says what is in the file
            flags = body[0] & ~(_HAS_EXIF | _HAS_XMP) | (_HAS_EXIF if upright else 0)
            body = bytes([flags]) + body[1:]
        if kind in _WEBP_KEPT:
            out.append(_riff_chunk(kind, body))
    if upright:
        out.append(_riff_chunk(b"EXIF", upright))
    return _riff_chunk(b"RIFF", b"".join(out))


def _riff(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at, stop = 12, min(len(content), 8 + struct.unpack_from("<I", content, 4)[0])
    while at < stop:
        kind, size = struct.unpack_from("<4sI", content, at)
        if at + 8 + size > stop:
            raise ValueError("a chunk is longer than the file")
        yield kind, content[at + 8 : at + 8 + size]
        at += 8 + size + size % 2


def _riff_chunk(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)
