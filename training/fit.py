"""The training loop: batches largely of handwritten pairs, small learning rates, checkpoints, averaged weights."""

from __future__ import annotations

import copy
import math
import time
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor, distributed, nn
from torch.multiprocessing import start_processes
from torch.nn import functional
from tqdm import tqdm

from training.batches import Batch, Data, Settings, batches
from training.distil import Teacher, distance
from training.model import Gate
from training.prepare import half_precision


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
    stream = batches(data, tokenizer, settings, first, rank)
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
        losses = _losses(gate, next(stream), teacher)
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
