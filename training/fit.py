"""The training loop: batches largely of handwritten pairs, small learning rates, checkpoints, averaged weights."""

from __future__ import annotations

import copy
import math
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor, distributed, nn
from torch.multiprocessing import start_processes
from torch.nn import functional
from tqdm import tqdm

from training.augment import address, disguise, everyday, glue, unaddressed
from training.corpora import LABELS, Example
from training.distil import Teacher, distance
from training.e5 import Floats
from training.identity_terms import swap_groups
from training.model import Gate
from training.prepare import PROCESSES, half_precision, pad, token_ids
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


def shallower(steps: int, onward: bool = False) -> Settings:
    """For a network that repeats a deeper one: more of it has to move, and most of what it learns is the repeating.
    `onward`: it has learned that once, and goes on in smaller steps."""
    rate, head_rate, labels = (1.2e-4, 2e-4, 0.8) if onward else (2.5e-4, 3e-4, 0.5)
    return Settings(steps=steps, rate=rate, decay=0.92, head_rate=head_rate, frozen_layers=1, labels=labels)


@dataclass(frozen=True)
class Data:
    """Training examples with the vectors of the full model (zero where there is none)."""

    examples: list[Example]
    vectors: Floats


def fit(
    gate: Gate, data: Data, tokenizer: Tokenizer, settings: Settings, checkpoint: Path, teacher: Teacher | None = None
) -> Gate:
    """Train; goes on from `checkpoint` if it is there. Returns the averaged model, ready for use.

    With a `teacher` the network learns to repeat it, beside what the texts' own labels say.

    `settings.processes` workers with one thread each share every batch and exchange gradients once a step. On busy
    machines that is much faster than threads, which wait for one another in every operation.
    """
    meeting = checkpoint.with_suffix(".meeting")
    meeting.unlink(missing_ok=True)
    start_processes(
        _work, (gate, data, tokenizer, settings, checkpoint, meeting, teacher), settings.processes, start_method="fork"
    )
    meeting.unlink(missing_ok=True)
    gate.load_state_dict(torch.load(checkpoint, weights_only=True)["average"])
    return gate.eval()


def _work(
    rank: int,
    gate: Gate,
    data: Data,
    tokenizer: Tokenizer,
    settings: Settings,
    checkpoint: Path,
    meeting: Path,
    teacher: Teacher | None,
) -> None:
    torch.set_num_threads(1)
    distributed.init_process_group("gloo", f"file://{meeting.resolve()}", rank=rank, world_size=settings.processes)
    torch.manual_seed(settings.seed + rank)
    optimiser = torch.optim.AdamW(_groups(gate, settings), weight_decay=0.02, fused=True)
    trained = [p for p in gate.parameters() if p.requires_grad]
    average = copy.deepcopy(gate).eval()
    first = 0
    if checkpoint.exists():
        saved = torch.load(checkpoint, weights_only=True)
        gate.load_state_dict(saved["gate"])
        average.load_state_dict(saved["average"])
        optimiser.load_state_dict(saved["optimiser"])
        first = int(saved["step"])
    batches = _batches(data, tokenizer, settings, first, rank)
    progress = tqdm(
        range(first, settings.steps),
        desc="training",
        initial=first,
        total=settings.steps,
        mininterval=10,
        disable=rank > 0,
    )
    shares = (settings.labels, settings.meaning, settings.topics, settings.repeated)
    seen = [0.0] * len(shares)
    saved_at = time.monotonic()
    for step in progress:
        gate.train()
        for group in optimiser.param_groups:
            group["lr"] = group["peak"] * _schedule(step, settings.steps)
        optimiser.zero_grad()
        losses = _losses(gate, next(batches), teacher)
        torch.stack([share * loss for share, loss in zip(shares, losses, strict=True)]).sum().backward()
        _share_gradients(trained, settings.processes)
        nn.utils.clip_grad_norm_(trained, 1.0)
        optimiser.step()
        if rank == 0:
            _follow(average, gate, min(settings.average, (step + 1) / (step + 10)))
            seen = [0.98 * a + 0.02 * float(b.detach()) for a, b in zip(seen, losses, strict=True)]
            progress.set_postfix_str(
                f"labels {seen[0]:.3f}, meaning {seen[1]:.3f}, topics {seen[2]:.2f}, repeated {seen[3]:.3f}",
                refresh=False,
            )
            if time.monotonic() - saved_at > 120 or step + 1 == settings.steps:
                saved_at = time.monotonic()
                state = {
                    "gate": gate.state_dict(),
                    "average": average.state_dict(),
                    "optimiser": optimiser.state_dict(),
                    "step": step + 1,
                }
                torch.save(state, checkpoint.with_suffix(".part"))
                checkpoint.with_suffix(".part").replace(checkpoint)
    distributed.destroy_process_group()


def _losses(gate: Gate, batch: Batch, teacher: Teacher | None) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """(loss of the known labels, distance from the full model's vectors where there are any, loss of the topics,
    distance from the teacher)."""
    ids, keep, labels, weights, meant, topics = batch
    with half_precision():
        states = gate.encoder.layered(ids, keep)
        vectors, logits, scores = gate.judge(states[-1], keep)
        apart = distance(teacher, states, logits, ids, keep) if teacher else torch.zeros(())
    loss = functional.binary_cross_entropy_with_logits(logits.float(), labels, weight=weights, reduction="sum")
    known = meant.abs().sum(1) > 0
    drift = (1 - (vectors.float() * meant).sum(1))[known].sum() / len(ids)
    about = topics.argmax(1)
    surprise = functional.cross_entropy(scores.float(), about, reduction="none") * topics.amax(1)
    surprise = surprise.sum() / topics.amax(1).sum().clamp(min=1.0)
    return loss / weights.sum().clamp(min=1.0), drift, surprise, apart


def _share_gradients(trained: list[nn.Parameter], processes: int) -> None:
    """Every worker gets the mean of all workers' gradients."""
    if processes == 1:
        return
    flat = torch.cat([p.grad.reshape(-1) for p in trained if p.grad is not None])
    distributed.all_reduce(flat)
    at = 0
    for p in trained:
        if p.grad is not None:
            p.grad.copy_(flat[at : at + p.numel()].view_as(p) / processes)
            at += p.numel()


def _groups(gate: Gate, settings: Settings) -> list[dict[str, object]]:
    """Smaller rates towards the bottom; embeddings and the lowest layers stay as they are."""
    for module in (
        gate.encoder.word,
        gate.encoder.position,
        gate.encoder.norm,
        *list(gate.encoder.layers)[: settings.frozen_layers],
    ):
        module.requires_grad_(False)
    layers = list(gate.encoder.layers)
    groups: list[dict[str, object]] = []
    for depth, layer in enumerate(layers[settings.frozen_layers :], start=settings.frozen_layers):
        rate = settings.rate * settings.decay ** (len(layers) - 1 - depth)
        groups.append({"params": list(layer.parameters()), "lr": rate, "peak": rate})
    heads = [p for name, module in gate.named_children() if name != "encoder" for p in module.parameters()]
    groups.append({"params": heads, "lr": settings.head_rate, "peak": settings.head_rate})
    return groups


def _schedule(step: int, steps: int) -> float:
    warm = min(1.0, (step + 1) / (0.06 * steps))
    return warm * (0.03 + 0.97 * 0.5 * (1 + math.cos(math.pi * step / steps)))


def _follow(average: Gate, gate: Gate, share: float) -> None:
    with torch.no_grad():
        for old, new in zip(average.parameters(), gate.parameters(), strict=True):
            if new.requires_grad:
                old.lerp_(new, 1 - share)


def _batches(data: Data, tokenizer: Tokenizer, settings: Settings, first: int, rank: int) -> Iterator[Batch]:
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
