"""Pictures made up for tests, the same in every run."""

from __future__ import annotations

from io import BytesIO
from random import Random
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont


def scene(seed: int, size: tuple[int, int] = (640, 480)) -> Image.Image:
    """Clouds of colour with a few shapes on them: as smooth as photographs are, and like no other one."""
    numbers, random = np.random.default_rng(seed), Random(seed)
    cells = 96
    frequencies = np.fft.fftfreq(cells)
    radius = np.hypot(*np.meshgrid(frequencies, frequencies))
    radius[0, 0] = 1 / cells

    def cloud() -> Any:
        return np.fft.ifft2(np.fft.fft2(numbers.normal(size=(cells, cells))) / radius**1.3).real

    base = cloud()
    layers = [base + 0.4 * cloud() for _ in range(3)]
    levels = [((layer - layer.min()) / np.ptp(layer) * 255).astype("uint8") for layer in layers]
    image = Image.fromarray(np.stack(levels, -1)).resize(size, Image.Resampling.BICUBIC)
    draw = ImageDraw.Draw(image)
    for _ in range(random.randint(2, 8)):
        left, top = random.random() * image.width, random.random() * image.height
        box = (left, top, left + 30 + random.random() * 150, top + 30 + random.random() * 150)
        colour = (random.randrange(256), random.randrange(256), random.randrange(256))
        (draw.ellipse if random.random() < 0.5 else draw.rectangle)(box, fill=colour)
    return image


def card(*lines: str, font: str | None = None, colour: str = "white") -> Image.Image:
    """Words on a brand's template: always the same bar and disc."""
    image = Image.new("RGB", (800, 800), colour)
    draw = ImageDraw.Draw(image)
    letters = ImageFont.truetype(font, 46) if font else ImageFont.load_default(46)
    draw.rectangle((0, 0, 800, 90), fill=(200, 20, 40))
    draw.ellipse((640, 660, 780, 790), fill=(20, 60, 140))
    for number, line in enumerate(lines):
        draw.text((40, 180 + number * 90), line, font=letters, fill=(20, 20, 20))
    return image


def encoded(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def cropped(image: Image.Image, left: float, top: float, right: float, bottom: float) -> Image.Image:
    """Without these shares of its sides."""
    width, height = image.size
    return image.crop((round(left * width), round(top * height), round((1 - right) * width),
                       round((1 - bottom) * height)))  # fmt: skip
