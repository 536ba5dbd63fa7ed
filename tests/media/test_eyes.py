"""What a picture is comes from its content; the small copy says nothing but pixels; the same picture is recognised."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from review_gate.adapters.pictures.eyes import THUMBNAIL, PillowEyes
from review_gate.domain.picture import Rejected, distance, rejected_before
from review_gate.media_ports import NotAPicture
from tests.media.pictures import card, cropped, encoded, scene

EYES = PillowEyes(2_000_000, 4_000_000)
AT = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "mime"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("GIF", "image/gif"), ("WEBP", "image/webp")]
)
def test_the_type_comes_from_the_content(kind: str, mime: str) -> None:
    seen = EYES.look(encoded(scene(1, (320, 200)), kind)).picture
    assert (seen.type, seen.width, seen.height) == (mime, 320, 200)


def test_a_picture_is_shown_upright_and_its_secrets_stay_behind() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    exif[0x010E] = "taken at home"
    seen = EYES.look(encoded(scene(2, (800, 400)), "JPEG", exif=exif, comment=b"taken at home"))
    assert (seen.picture.width, seen.picture.height) == (400, 800)
    small = Image.open(BytesIO(seen.thumbnail))
    assert small.size == (THUMBNAIL // 2, THUMBNAIL) and small.format == "JPEG"
    assert not small.getexif() and b"taken at home" not in seen.thumbnail and b"taken at home" in seen.content


def test_what_hides_under_transparency_is_not_shown() -> None:
    hidden = Image.new("RGBA", (60, 60), (255, 0, 0, 0))
    small = Image.open(BytesIO(EYES.look(encoded(hidden)).thumbnail))
    assert small.getpixel((30, 30)) == (255, 255, 255)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"%PDF-1.7 not a picture",
        b"<html>a page named .jpg</html>",
        encoded(scene(3), "BMP"),
        encoded(scene(3), "TIFF"),
        encoded(scene(3), "JPEG")[:2000],
    ],
)
def test_everything_else_is_refused(content: bytes) -> None:
    with pytest.raises(NotAPicture) as refused:
        EYES.look(content)
    assert not refused.value.too_large


def test_size_and_pixels_are_bounded_before_anything_is_decoded() -> None:
    bomb = encoded(Image.new("1", (9000, 9000)))  # 81 million pixels in a few kilobytes
    assert len(bomb) < 20_000
    with pytest.raises(NotAPicture, match="9000 x 9000 pixels: at most 4 million") as refused:
        EYES.look(bomb)
    assert refused.value.too_large
    with pytest.raises(NotAPicture, match=r"larger than 1\.90735 MiB") as refused:
        EYES.look(bytes(2_000_001))
    assert refused.value.too_large


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_broken_files_are_refused_in_words(data: st.DataObject) -> None:
    content = bytearray(encoded(scene(4, (64, 48)), data.draw(st.sampled_from(["JPEG", "PNG", "GIF", "WEBP"]))))
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        EYES.look(bytes(content))
    except NotAPicture as refused:
        assert refused.message.fr


ALTERED = {
    "half the size": lambda image: encoded(image.resize((image.width // 2, image.height // 2)), "JPEG"),
    "compressed hard": lambda image: encoded(image, "JPEG", quality=25),
    "another format": lambda image: encoded(image, "WEBP", quality=60),
    "brighter": lambda image: encoded(image.point(lambda value: min(255, int(value * 1.15 + 5)))),
    "a little off each side": lambda image: encoded(cropped(image, 0.03, 0.03, 0.03, 0.03)),
    "a little more off each side": lambda image: encoded(cropped(image, 0.05, 0.05, 0.05, 0.05)),
    "off the right": lambda image: encoded(cropped(image, 0, 0, 0.05, 0)),
    "off the bottom": lambda image: encoded(cropped(image, 0, 0, 0, 0.07)),
    "off a corner": lambda image: encoded(cropped(image, 0.05, 0.05, 0, 0)),
}
SCENES = [scene(seed, (400, 300)) for seed in range(8)]


def _rejected(image: Image.Image) -> Rejected:
    picture = EYES.look(encoded(image)).picture
    return Rejected(picture.sha256, "s-1", "insensitive", AT, picture.looks)


@pytest.mark.parametrize("change", ALTERED)
def test_the_same_picture_is_recognised_when_it_was(change: str) -> None:
    missed = []
    for number, image in enumerate(SCENES):
        again = EYES.look(ALTERED[change](image)).picture
        found = rejected_before(again, [_rejected(image)])
        if found is None:
            missed.append(number)
        # and the other way round: the altered one was rejected, the whole one comes
        back = rejected_before(EYES.look(encoded(image)).picture, [Rejected("0", "s-1", "", AT, again.looks)])
        assert back is not None or found is None
    assert missed == []


def test_other_pictures_are_not() -> None:
    remembered = [_rejected(image) for image in SCENES]
    others = [EYES.look(encoded(scene(seed, (400, 300)), "JPEG")).picture for seed in range(100, 140)]
    assert [rejected_before(other, remembered) for other in others] == [None] * 40


def test_other_words_on_the_same_template_are_another_picture() -> None:
    rejected = _rejected(card("Soldes", "moins vingt", "sur tout le stock"))
    for lines in (("Bonne fête", "à toutes les", "mamans"), ("Fermé", "lundi"), ("On recrute", "à Lille")):
        assert rejected_before(EYES.look(encoded(card(*lines))).picture, [rejected]) is None


def test_the_same_file_counts_more_than_a_near_one_and_the_latest_of_them() -> None:
    picture = EYES.look(encoded(SCENES[0])).picture
    near = Rejected("1" * 64, "near", "other", AT, picture.looks)
    old = Rejected(picture.sha256, "old", "other", AT, picture.looks)
    new = Rejected(picture.sha256, "new", "legal", AT.replace(month=9), picture.looks)
    found = rejected_before(picture, [near, old, new])
    assert found is not None and (found.submission, found.exact, found.distance) == ("new", True, 0)


def test_distance_counts_bits() -> None:
    assert distance("0" * 16, "f" * 16) == 64 and distance("0" * 15 + "1", "0" * 15 + "8") == 2
