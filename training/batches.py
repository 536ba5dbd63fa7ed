"""What a run is made of: its settings, its data, and the batches, mixed and varied on the fly."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from tokenizers import Tokenizer
from torch import Tensor

from training.augment import address, disguise, everyday, glue, unaddressed
from training.corpora import LABELS, Example
from training.e5 import Floats
from training.identity_terms import swap_groups
from training.prepare import PROCESSES, pad, token_ids
from training.topics import TOPICS

Batch = tuple[Tensor, Tensor, Tensor, Tensor, Tensor, Tensor]
LABEL_WEIGHTS = {
    "toxicity": 1.0,
    "identity_attack": 1.2,
    "severe_toxicity": 0.5,
    "obscene": 0.6,
    "threat": 1.8,
    "insult": 0.9,
    "sexual_explicit": 0.5,
}
# Where a first model held too many harmless tweets. No corpus has toxic texts in Spanish or Italian: without more
# harmless ones, everyday Spanish would be rare beside the handwritten texts.
ORDINARY_WEIGHTS = {"xlmt_es": 2.0, "xlmt_it": 1.6, "xlmt_de": 1.6, "xlmt_en": 1.3, "bitext_replies_en": 0.5}


@dataclass(frozen=True)
class Settings:
    """Everything that shapes a run; the defaults made the weights that ship."""

    steps: int = 2400
    batch: int = 40
    handwritten_share: float = 0.4
    ordinary_share: float = 0.22
    topics_share: float = 0.24
    rate: float = 1.5e-4
    decay: float = 0.85
    head_rate: float = 7e-4
    frozen_layers: int = 2
    disguised: float = 0.22
    careless: float = 0.15
    swapped: float = 0.35
    glued: float = 0.10
    addressed: float = 0.12
    labels: float = 1.0
    meaning: float = 0.7
    topics: float = 0.2
    repeated: float = 1.0
    smoothing: float = 0.04
    average: float = 0.997
    seed: int = 17
    processes: int = PROCESSES


def repeating(steps: int, onward: bool = False, narrowed: bool = False) -> Settings:
    """For a network that repeats a larger one: more of it has to move (of a `narrowed` one the lowest layer, too), and
    most of what it learns is the repeating. `onward`: it has learned that once, and goes on in smaller steps."""
    rate, head_rate, labels = (1.2e-4, 2e-4, 0.8) if onward else (2.5e-4, 3e-4, 0.5)
    frozen = 0 if narrowed else 1
    return Settings(steps=steps, rate=rate, decay=0.92, head_rate=head_rate, frozen_layers=frozen, labels=labels)


@dataclass(frozen=True)
class Data:
    """Training examples with the vectors of the full model (zero where there is none)."""

    examples: list[Example]
    vectors: Floats


def batches(data: Data, tokenizer: Tokenizer, settings: Settings, first: int, rank: int) -> Iterator[Batch]:
    """A worker's share of endless batches. A step's batch depends on the seed and the step alone."""
    pairs: dict[str, list[int]] = {}
    newest: set[str] = set()
    corpus: list[int] = []
    ordinary: list[int] = []
    topical: list[int] = []
    for number, example in enumerate(data.examples):
        if example.source == "handwritten":
            pairs.setdefault(example.lang + example.pair, []).append(number)
            if example.newest:
                newest.add(example.lang + example.pair)
        elif example.topic:
            topical.append(number)
        else:
            (ordinary if example.case == "ordinary" else corpus).append(number)
    likely = [ORDINARY_WEIGHTS.get(data.examples[n].source, 1.0) for n in ordinary]
    harmless = [e.text for e in data.examples if e.case in ("ordinary", "brand_post", "care_reply")]
    # threats are rare: their pairs come up twice as often; so do the texts written last
    every = sorted(pairs) + sorted(
        key for key, rows in pairs.items() if any(data.examples[n].labels.get("threat") == 1 for n in rows)
    )
    every += sorted(newest)
    size = 16 * settings.batch
    shares = (settings.handwritten_share, settings.ordinary_share, settings.topics_share)
    own, calm, about = (round(size * share) for share in shares)
    step = first - first % 16
    while True:
        # sixteen batches at a time, sorted by length, so that little is spent on padding
        rng = random.Random(f"{settings.seed}:{step}")
        chosen: list[int] = []
        while len(chosen) < own:
            chosen += pairs[rng.choice(every)]
        chosen = chosen[:own] + rng.choices(ordinary, likely, k=calm) + rng.choices(topical, k=about)
        chosen += rng.choices(corpus, k=size - len(chosen))
        rows = [(n, _vary(data.examples[n], harmless, settings, rng)) for n in chosen]
        ids = token_ids(tokenizer, [text for _, text in rows])
        order = sorted(range(len(rows)), key=lambda i: len(ids[i]) + rng.random())
        groups = [order[at : at + settings.batch] for at in range(0, len(order), settings.batch)]
        rng.shuffle(groups)
        for group in groups:
            if step >= first:
                mine = group[rank :: settings.processes]
                yield _tensors(data, settings, [rows[i] for i in mine], [ids[i] for i in mine])
            step += 1


def _vary(example: Example, harmless: list[str], settings: Settings, rng: random.Random) -> str:
    text = example.text
    own = example.source == "handwritten"
    if own and rng.random() < settings.swapped:
        text = swap_groups(text, example.lang, rng)
    scale = 1.0 if own else 0.5
    chance = rng.random()
    if chance < settings.disguised * scale:
        text = disguise(text, rng)
    elif chance < (settings.disguised + settings.careless) * scale:
        text = everyday(text, rng)
    if own and rng.random() < settings.glued and harmless:
        text = glue(text, rng.choice(harmless)[:300], rng)
    # tweets address somebody and handwritten texts seldom do: neither may be a sign of anything
    if own and rng.random() < settings.addressed:
        text = address(text, rng)
    elif not own and rng.random() < 2 * settings.addressed:
        text = unaddressed(text)
    return text


def _tensors(data: Data, settings: Settings, rows: list[tuple[int, str]], ids: list[list[int]]) -> Batch:
    labels = torch.zeros(len(rows), len(LABELS))
    weights = torch.zeros(len(rows), len(LABELS))
    vectors = torch.zeros(len(rows), data.vectors.shape[1])
    topics = torch.zeros(len(rows), len(TOPICS))
    for row, (number, text) in enumerate(rows):
        example = data.examples[number]
        smooth = 0.0 if example.source == "handwritten" else settings.smoothing
        for column, label in enumerate(LABELS):
            if label in example.labels:
                labels[row, column] = example.labels[label] * (1 - 2 * smooth) + smooth
                weights[row, column] = example.weight * LABEL_WEIGHTS[label]
        if example.topic:
            topics[row, TOPICS.index(example.topic)] = example.weight
        if text == example.text:
            vectors[row] = torch.from_numpy(data.vectors[number])
    table, keep = pad(ids)
    return table, keep, labels, weights, vectors, topics
