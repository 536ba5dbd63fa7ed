"""RapidOCR reads what stands in a picture, French with its accents; `make test-ocr` runs this."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from review_gate.adapters.clock import uuid7
from review_gate.adapters.pictures.reader import LONGEST_SIDE, RapidReader, open_reader
from review_gate.adapters.pictures.studio import Studio as Parts
from review_gate.domain.change import DeliveryKind
from review_gate.domain.verdict import Severity
from review_gate.ports import Misconfigured
from review_gate.settings import Settings
from tests.media.house import Studio
from tests.media.pictures import card, encoded, scene

FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"  # .ci/run installs it; Pillow's own font has no accents
LINES = (
    "Déjà l'été : à prix cassés",
    "Espèces de menteurs, où êtes-vous ?",
    "Garçon, la fenêtre est ouverte",
    "Bientôt Noël, même à la plage",
    "Élégance et goût sûr",
)


def test_a_missing_reader_is_said_at_once_when_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rapidocr", None)  # as Python marks what cannot be imported
    assert open_reader("auto") is None and open_reader("off") is None
    with pytest.raises(Misconfigured, match=r"pip install -r requirements-ocr\.txt, or set REVIEW_GATE_OCR=off"):
        open_reader("rapidocr")


def test_one_that_is_asked_for_and_missing_is_told_of_each_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "rapidocr", None)
    made = Studio(tmp_path)
    parts = Parts(made.store, Settings(ocr="rapidocr"), made.clock, uuid7)
    looking = parts.looking(lambda: made.screening)
    submission = made.hand_in(made.upload(encoded(scene(2, (80, 60)))))
    (delivery,) = made.store.claim_deliveries(DeliveryKind.MEDIA, made.clock())
    looking.deliver(delivery)
    (told,) = made.gate.get(submission.id).verdict.reasons
    made.store.close()
    assert told.name == "media.unseen" and "could not be read" in told.message.en


@pytest.fixture(scope="module")
def reader() -> RapidReader:
    return RapidReader()


@pytest.fixture
def studio(tmp_path: Path, reader: RapidReader) -> Iterator[Studio]:
    made = Studio(tmp_path, None, reader)
    yield made
    made.store.close()


@pytest.mark.ocr
def test_french_is_read_with_its_accents(reader: RapidReader) -> None:
    read = reader.read(encoded(card(*LINES, font=FONT)))
    written, found = "".join(LINES), read.replace("\n", "")
    accents = [letter for letter in written if not letter.isascii()]
    assert len(accents) == 19
    missing = [letter for letter in set(accents) if found.count(letter) < written.count(letter)]
    assert missing in ([], ["ë"]), read  # a diaeresis may be lost
    assert read.splitlines()[0] == LINES[0]


@pytest.mark.ocr
def test_a_picture_without_text_says_nothing(reader: RapidReader) -> None:
    assert reader.read(encoded(Image.new("RGB", (300, 200), "white"))) == ""
    assert len(reader.read(encoded(scene(1)))) < 4  # letters out of a texture are left out


@pytest.mark.ocr
def test_one_that_lies_on_its_side_or_is_huge_or_transparent_is_read(reader: RapidReader) -> None:
    image = card("Fermé lundi", font=FONT)
    exif = Image.Exif()
    exif[0x0112] = 6
    lying = image.transpose(Image.Transpose.ROTATE_90)
    assert reader.read(encoded(lying, "JPEG", exif=exif)) == "Fermé lundi"
    side = LONGEST_SIDE + 400
    assert reader.read(encoded(image.resize((side, side)))) == "Fermé lundi"
    see_through = Image.new("RGBA", image.size, (0, 0, 0, 0))
    see_through.paste(image, mask=image.convert("L").point(lambda value: 255 if value < 128 else 0))
    assert reader.read(encoded(see_through)) == "Fermé lundi"


@pytest.mark.ocr
def test_an_insult_on_a_poster_holds_the_draft(studio: Studio) -> None:
    url = studio.upload(encoded(card("Notre voisin", "est un idiot", font=FONT)), "affiche.png")
    seen = studio.look(url)
    assert seen.draft.media[0].look is not None and seen.draft.media[0].look.words == "Notre voisin\nest un idiot"
    (insult,) = (reason for reason in seen.verdict.reasons if reason.label == "insult")
    assert insult.message.fr == "Dans l'image « affiche.png » : Se lit comme une insulte"
    assert seen.verdict.severity is Severity.HOLD
