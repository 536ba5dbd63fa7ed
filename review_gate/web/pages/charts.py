"""Charts as SVG, drawn by the template from these shapes. Pure. Why no library: docs/decisions/0006-pages.md."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 720.0, 200.0
LEFT, BOTTOM, TOP = 34.0, 24.0, 10.0


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of a bar; `tone` names its colour in the style sheet."""

    x: float
    y: float
    width: float
    height: float
    tone: str
    title: str


@dataclass(frozen=True, slots=True)
class Tick:
    at: float
    words: str


@dataclass(frozen=True, slots=True)
class Bars:
    """Stacked bars over days."""

    blocks: Sequence[Block]
    across: Sequence[Tick]
    up: Sequence[Tick]
    width: float = WIDTH
    height: float = HEIGHT
    left: float = LEFT
    foot: float = HEIGHT - BOTTOM


def stacked(labels: Sequence[str], series: Sequence[tuple[str, str, Sequence[int]]]) -> Bars:
    """`series`: (tone, name, one number a label), the first at the bottom. Every third label or so is written."""
    totals = [sum(numbers[n] for _, _, numbers in series) for n in range(len(labels))]
    top = _round_up(max(totals, default=0))
    scale = (HEIGHT - BOTTOM - TOP) / top
    step = (WIDTH - LEFT) / max(1, len(labels))
    wide = min(46.0, step * 0.72)
    blocks = []
    for n, label in enumerate(labels):
        y = HEIGHT - BOTTOM
        for tone, name, numbers in series:
            if numbers[n]:
                tall = numbers[n] * scale
                y -= tall
                x = LEFT + n * step + (step - wide) / 2
                blocks.append(Block(round(x, 1), round(y, 1), round(wide, 1), round(tall, 1), tone,
                                    f"{label}: {name} {numbers[n]}"))  # fmt: skip
    every = max(1, -(-len(labels) // 10))
    across = [Tick(round(LEFT + (n + 0.5) * step, 1), labels[n]) for n in range(0, len(labels), every)]
    up = [Tick(round(HEIGHT - BOTTOM - value * scale, 1), str(value)) for value in (0, top // 2, top) if value * 2 != 1]
    return Bars(blocks, across, up if top > 1 else [up[0], up[-1]])


def _round_up(value: int) -> int:
    """The next number that makes a calm axis: 2, 4, 10, 20, 40, 100…"""
    size = 1
    while True:
        for step in (2, 4, 10):
            if value <= step * size:
                return step * size
        size *= 10
