"""What is computed once before training: the cut vocabulary and the sentence vectors of the full pretrained model."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch.multiprocessing import start_processes
from tqdm import tqdm

from training.corpora import Example
from training.e5 import BOS, EOS, PAD, Floats, Pretrained, build_tokenizer
from training.model import Encoder, from_pretrained

MAX_TOKENS = 128
PROCESSES = 2
"""Workers of one thread each: on busy machines much faster than threads, which wait for one another all the time."""


def token_ids(tokenizer: Tokenizer, texts: Sequence[str], limit: int = MAX_TOKENS) -> list[list[int]]:
    """Ids with start and end marks, cut to `limit`."""
    return [[BOS, *encoding.ids[: limit - 2], EOS] for encoding in tokenizer.encode_batch(list(texts))]


def pad(ids: Sequence[list[int]]) -> tuple[torch.Tensor, torch.Tensor]:
    """(ids, keep) tensors; `keep` is 1.0 on tokens."""
    longest = max(map(len, ids))
    table = torch.full((len(ids), longest), PAD, dtype=torch.long)
    for row, values in enumerate(ids):
        table[row, : len(values)] = torch.tensor(values)
    return table, (table != PAD).float()


def half_precision() -> torch.autocast:
    """bfloat16 where the processor multiplies it; elsewhere it is emulated, twelve times slower than float32."""
    able = torch.backends.cpu.get_cpu_capability().startswith(("AVX512", "AMX"))
    return torch.autocast("cpu", torch.bfloat16, enabled=able)


def teacher_vectors(source: Pretrained, examples: Sequence[Example], path: Path, most: int, seed: int) -> Floats:
    """Centred vectors of the full model for up to `most` texts (all handwritten ones first); zeros for the others.

    The originals all point in nearly the same direction; taking away the mean spreads them, so that unrelated texts
    come out near 0 instead of 0.8. Cached in `path` by text.
    """
    known: dict[str, Floats] = {}
    if path.exists():
        with np.load(path, allow_pickle=False) as cached:
            known = dict(zip(cached["texts"].tolist(), cached["vectors"], strict=True))
    order = [e for e in examples if e.source == "handwritten"]
    others = [e for e in examples if e.source != "handwritten" and not e.topic and e.split == "train"]
    random.Random(seed).shuffle(others)
    others.sort(key=lambda e: e.text not in known)
    wanted = [e.text for e in (order + others)[:most]]
    missing = sorted({t for t in wanted if t not in known}, key=len)
    if missing:
        tokenizer = build_tokenizer(source.pieces, [float(s) for s in source.scores], source.replacements)
        encoder = from_pretrained(source, list(range(source.layers))).eval()
        vectors = torch.zeros(len(missing), source.hidden).share_memory_()
        start_processes(_embed_all, (encoder, tokenizer, missing, vectors), PROCESSES, start_method="fork")
        known.update(zip(missing, vectors.numpy(), strict=True))
        np.savez_compressed(path, texts=np.array(list(known)), vectors=np.stack(list(known.values())))
    mean = np.mean([known[t] for t in wanted], axis=0)
    rows = np.zeros((len(examples), source.hidden), dtype=np.float32)
    for number, example in enumerate(examples):
        if example.text in known:
            centred = known[example.text] - mean
            rows[number] = centred / np.linalg.norm(centred)
    return rows


def _embed_all(rank: int, encoder: Encoder, tokenizer: Tokenizer, texts: list[str], vectors: torch.Tensor) -> None:
    """A worker's share of `texts`, 32 at a time, written into the rows of `vectors`."""
    torch.set_num_threads(1)
    for at in tqdm(range(32 * rank, len(texts), 32 * PROCESSES), desc="teacher vectors", disable=rank > 0):
        vectors[at : at + 32] = torch.from_numpy(_embed(encoder, tokenizer, texts[at : at + 32]))


def _embed(encoder: Encoder, tokenizer: Tokenizer, texts: list[str]) -> Floats:
    ids, keep = pad(token_ids(tokenizer, ["query: " + text for text in texts]))
    with torch.inference_mode(), half_precision():
        states = encoder(ids, keep).float()
    mean = (states * keep[:, :, None]).sum(1) / keep.sum(1, keepdim=True)
    return np.asarray(torch.nn.functional.normalize(mean, dim=1).numpy(), dtype=np.float32)
