"""Pictures without metadata: the same pixels the same way up, and no word of where they were taken."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import ExifTags, Image, ImageChops, ImageCms, ImageOps, PngImagePlugin

from review_gate.adapters.pictures.bare import bare

SECRET = b"Lea Martin"
ICC = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def painted(mode: str = "RGB") -> Image.Image:
    image = Image.radial_gradient("L").resize((61, 37))
    image.paste(255, (3, 3, 20, 9))
    return image.convert(mode)


def exif(orientation: int | None) -> Image.Exif:
    found = Image.Exif()
    found[ExifTags.Base.Artist] = SECRET.decode()
    if orientation is not None:
        found[ExifTags.Base.Orientation] = orientation
    found.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: (50.0, 38.0, 0.0)})
    return found


def encoded(kind: str, orientation: int | None, **more: object) -> bytes:
    out = io.BytesIO()
    painted().save(out, kind, exif=exif(orientation), icc_profile=ICC, **more)
    return out.getvalue()


def upright(content: bytes) -> Image.Image:
    with Image.open(io.BytesIO(content)) as image:
        return ImageOps.exif_transpose(image).convert("RGBA")


FILES = [
    ("JPEG", {"quality": 90, "comment": SECRET}),
    ("JPEG", {"progressive": True, "xmp": b"<x:xmpmeta>" + SECRET + b"</x:xmpmeta>"}),
    ("PNG", {}),
    ("WEBP", {"lossless": True, "xmp": b"<x:xmpmeta>" + SECRET + b"</x:xmpmeta>"}),
    ("WEBP", {"quality": 60}),
]


@pytest.mark.parametrize("orientation", [None, 1, 3, 6, 8])
@pytest.mark.parametrize(("kind", "more"), FILES)
def test_the_same_picture_without_where_it_was_taken(
    kind: str, more: dict[str, object], orientation: int | None
) -> None:
    content = encoded(kind, orientation, **more)
    assert SECRET in content
    got = bare(content, f"image/{kind.lower()}")
    assert SECRET not in got and b"xmpmeta" not in got
    assert ImageChops.difference(upright(content), upright(got)).getbbox(alpha_only=False) is None
    with Image.open(io.BytesIO(got)) as image:
        found = image.getexif()
        assert image.info["icc_profile"] == ICC
    assert dict(found) == ({ExifTags.Base.Orientation: orientation} if orientation in (3, 6, 8) else {})
    assert not found.get_ifd(ExifTags.IFD.GPSInfo)
    assert bare(got, f"image/{kind.lower()}") == got


def test_words_in_a_png_go() -> None:
    words = PngImagePlugin.PngInfo()
    words.add_text("Author", SECRET.decode())
    words.add_itxt("XML:com.adobe.xmp", SECRET.decode())
    out = io.BytesIO()
    painted("LA").save(out, "PNG", pnginfo=words, dpi=(72, 72))
    got = bare(out.getvalue() + SECRET, "image/png")
    assert SECRET not in got
    with Image.open(io.BytesIO(got)) as image:
        assert image.text == {} and image.mode == "LA" and "dpi" in image.info  # type: ignore[attr-defined]


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_a_moving_picture_still_moves(kind: str) -> None:
    out = io.BytesIO()
    frames = [painted().rotate(turn) for turn in (0, 90, 180)]
    frames[0].save(out, kind, save_all=True, append_images=frames[1:], duration=80, exif=exif(None))
    got = bare(out.getvalue(), f"image/{kind.lower()}")
    assert SECRET not in got
    with Image.open(io.BytesIO(got)) as image:
        assert image.n_frames == 3  # type: ignore[attr-defined]


def test_what_hangs_behind_a_jpeg_goes() -> None:
    content = encoded("JPEG", None)
    assert SECRET not in bare(content + SECRET + content, "image/jpeg")


def test_a_jpeg_that_is_cut_off_is_still_stripped() -> None:
    content = encoded("JPEG", 6)
    got = bare(content[:-200], "image/jpeg")
    assert SECRET not in got and got.endswith(b"\xff\xd9")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_file_whose_parts_do_not_follow_each_other_is_refused(kind: str) -> None:
    content = bytearray(encoded(kind, None))
    at = {"JPEG": 4, "PNG": 33, "WEBP": 34}[kind]
    content[at : at + 2] = b"\xff\xff"
    with pytest.raises((ValueError, OSError)):
        bare(bytes(content), f"image/{kind.lower()}")


def test_a_gif_stays_as_it_is() -> None:
    out = io.BytesIO()
    painted("P").save(out, "GIF")
    assert bare(out.getvalue(), "image/gif") == out.getvalue()


def test_the_orientation_is_written_as_png_has_it() -> None:
    got = bare(encoded("PNG", 6), "image/png")
    at = got.index(b"eXIf")
    (size,) = struct.unpack(">I", got[at - 4 : at])
    body, (crc,) = got[at : at + 4 + size], struct.unpack(">I", got[at + 4 + size : at + 8 + size])
    assert crc == zlib.crc32(body) and body[4:8] in (b"MM\0*", b"II*\0")
