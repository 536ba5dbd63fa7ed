"""Reads the text in pictures with RapidOCR: optional, from requirements-ocr.txt. Its weights come in the wheel."""

from __future__ import annotations

import importlib
import threading
from importlib.metadata import PackageNotFoundError, version
from io import BytesIO
from typing import Any

import numpy as np
from PIL import Image, ImageOps

from review_gate.domain.message import Message
from review_gate.media_ports import TextReader
from review_gate.ports import Misconfigured

LONGEST_SIDE = 2000
"""A larger picture is read smaller: text that people see on a phone is read at this size, in bounded time."""
SURE = 0.6
"""Lines the reader is less sure of are left out, and those without a letter: textures and discs look like text, too."""


class RapidReader:
    """Raises Misconfigured, with what to install, when RapidOCR is not there."""

    def __init__(self) -> None:
        try:
            self._make = importlib.import_module("rapidocr").RapidOCR
            self.name = f"rapidocr-{version('rapidocr')}"
        except (ImportError, PackageNotFoundError) as error:
            needed = Message(
                "The text in pictures is to be read with RapidOCR, which is not installed: "
                "pip install -r requirements-ocr.txt, or set REVIEW_GATE_OCR=off",
                "Le texte des images doit être lu avec RapidOCR, qui n'est pas installé : "
                "pip install -r requirements-ocr.txt, ou REVIEW_GATE_OCR=off",
            )
            raise Misconfigured(needed) from error
        self._engine: Any = None
        self._lock = threading.Lock()

    def read(self, content: bytes) -> str:
        with Image.open(BytesIO(content)) as opened:
            opened.load()
            image = ImageOps.exif_transpose(opened).convert("RGBA")
        ground = Image.new("RGBA", image.size, "white")
        ground.alpha_composite(image)
        shown = ground.convert("RGB")
        shown.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        pixels = np.ascontiguousarray(np.asarray(shown)[:, :, ::-1])  # BGR, as OpenCV has it
        with self._lock:  # one model in memory, one picture at a time
            if self._engine is None:
                self._engine = self._make(
                    params={"Global.log_level": "critical", "EngineConfig.onnxruntime.intra_op_num_threads": 1}
                )
            found = self._engine(pixels)
        lines = zip(found.txts or (), found.scores or (), strict=True)
        return "\n".join(text.strip() for text, score in lines if score >= SURE and any(map(str.isalnum, text)))


class MissingReader:
    """Stands where a reader should: reads nothing, and never says that there was nothing to read."""

    name = "missing"

    def read(self, content: bytes) -> str:
        raise Misconfigured(Message("no reader is installed", "aucun lecteur n'est installé"))


def open_reader(choice: str) -> TextReader | None:
    """The reader that the settings name; None for `off`, and for `auto` where none is installed. Raises
    Misconfigured."""
    if choice == "off":
        return None
    try:
        return RapidReader()
    except Misconfigured:
        if choice == "auto":
            return None
        raise
