"""From raw data to weights: `python -m training --data ../shared/data`. See training/README.md."""

from __future__ import annotations

import argparse
import json
import random
import shutil
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import torch

from review_gate.adapters.scorers.encoder import WEIGHTS, Network
from review_gate.rulebook.meaning import HARMLESS
from training.average import blended, resumed
from training.batches import Data, Settings, repeating
from training.calibrate import calibrate
from training.corpora import LABELS, Example, read_all
from training.distil import Smaller, Teacher, student, undisturbed
from training.e5 import packaged_weights, read_pretrained
from training.export import export, write_card
from training.fit import fit
from training.model import Gate, from_pretrained
from training.prepare import teacher_vectors, token_ids
from training.report import figures, markdown
from training.smooth import smoothed
from training.topics import TOPICS, drafts, messages
from training.vocabulary import choose_rows, load_rows, pruned_tokenizer, save_rows

LAYERS = 8
TEACHER_TEXTS = 20_000
SMOOTHING_TEXTS = 300
NARROWING_TEXTS = 3000


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with toxicity/, ordinary/ and lexicons/")
    parser.add_argument("--build", type=Path, default=Path("training/build"), help="caches and checkpoints")
    parser.add_argument("--out", type=Path, default=WEIGHTS, help="where the weights go")
    parser.add_argument("--version", default="gate-tox-2027.06", help="the version the weights carry")
    parser.add_argument("--steps", type=int, default=Settings().steps, help="training steps of 32 texts")
    parser.add_argument("--start", type=Path, metavar="GRAPH", help="go on from the weights in this ONNX file")
    parser.add_argument(
        "--average", type=Path, metavar="GRAPH", help="take the mean with the weights in this ONNX file"
    )
    parser.add_argument("--teacher", type=Path, metavar="GRAPH", help="repeat the network in this ONNX file ...")
    parser.add_argument(
        "--layers",
        type=lambda text: tuple(map(int, text.split(","))),
        default=(0, 1, 3, 4, 6, 7),
        help="... with these of its layers, counted from 0 (default: 0,1,3,4,6,7)",
    )
    parser.add_argument("--heads", type=int, metavar="N", help="... and N of the attention heads in each")
    parser.add_argument("--inner", type=int, metavar="N", help="... and N of the inner units in each")
    parser.add_argument("--fresh", action="store_true", help="forget caches and checkpoints of earlier runs")
    options = parser.parse_args(arguments)
    if options.fresh:
        shutil.rmtree(options.build, ignore_errors=True)
    options.build.mkdir(parents=True, exist_ok=True)
    settings = Settings(steps=options.steps)
    if options.teacher:
        settings = repeating(options.steps, options.start is not None, bool(options.heads or options.inner))
    train(
        options.data,
        options.build,
        options.out,
        options.version,
        settings,
        options.start,
        options.average,
        options.teacher and Smaller(options.teacher, options.layers, options.heads, options.inner),
    )


def train(
    data: Path,
    build: Path,
    out: Path,
    version: str,
    settings: Settings,
    start: Path | None = None,
    average: Path | None = None,
    repeat: Smaller | None = None,
) -> None:
    """Every stage leaves its result in `build` and is skipped when that is there already. `start` names a graph with
    earlier weights to go on from, `average` one to take the mean with, `repeat` says which network is to be repeated by
    a smaller one."""
    examples = read_all(data)
    training = [e for e in examples if e.split == "train"] + topical(examples)
    source = read_pretrained(packaged_weights())
    if not (build / "rows.json").exists():
        save_rows(choose_rows(source, examples, data / "lexicons"), build / "rows.json")
    rows = load_rows(build / "rows.json")
    tokenizer = pruned_tokenizer(source, rows)
    vectors = teacher_vectors(source, training, build / "teacher.npz", TEACHER_TEXTS, settings.seed)
    torch.manual_seed(settings.seed)
    teacher = None
    gate = resumed(source, rows, start, len(TOPICS)) if start is not None else None
    if repeat is not None:
        teacher = Teacher(resumed(source, rows, repeat.graph, len(TOPICS)), repeat.layers)
        if gate is None:
            texts = random.Random(settings.seed).sample([e.text for e in training], NARROWING_TEXTS)
            gate = student(teacher.gate, repeat, token_ids(tokenizer, texts))
        gate = undisturbed(gate)
    if gate is None:
        gate = Gate(from_pretrained(source, list(range(LAYERS)), rows), source.hidden, len(TOPICS))
    (build / "settings.json").write_text(json.dumps(asdict(settings), indent=1), encoding="utf-8")
    gate = fit(gate, Data(training, vectors), tokenizer, settings, build / "checkpoint.pt", teacher)
    if average is not None:
        gate = blended(gate, average)
    seen = random.Random(settings.seed).sample([e.text for e in training if e.source == "handwritten"], SMOOTHING_TEXTS)
    export(smoothed(gate, token_ids(tokenizer, seen)), tokenizer, version, out)
    kept_aside = calibration_rows(examples, settings.seed)
    logits = Network(out).logits([e.text for e in kept_aside])
    write_card(out, version, calibrate(kept_aside, logits))
    found = figures(Network(out), [e for e in examples if e.split == "test"], settings.seed)
    (build / "figures.json").write_text(json.dumps(found, indent=1), encoding="utf-8")
    print(markdown(found))


def topical(examples: Sequence[Example]) -> list[Example]:
    """The texts of the topics that may be learned from, and that measure nothing else: no language, and no labels but
    for harmless drafts of the cases, which have none of them. What customers write may well be rude."""
    measuring = {e.text for e in examples if e.split != "train"}
    drafted = [(row, row.case and row.label == HARMLESS) for row in drafts(None)]
    rows = [*drafted, *((row, False) for row in messages(None))]
    return [
        Example(
            row.text,
            "",
            dict.fromkeys(LABELS, 0.0) if harmless else {},
            "topics",
            row.weight,
            "train",
            topic=row.label,
        )
        for row, harmless in rows
        if not row.kept_aside and row.text not in measuring
    ]


def calibration_rows(examples: Sequence[Example], seed: int, most: int = 250) -> list[Example]:
    """The dev split: all handwritten texts and up to `most` of each corpus (all that there are of everyday tweets)."""
    rng = random.Random(seed)
    chosen = [e for e in examples if e.split == "dev" and e.source == "handwritten"]
    for name in sorted({e.source for e in examples} - {"handwritten"}):
        rows = [e for e in examples if e.source == name and e.split == "dev"]
        chosen += rng.sample(rows, min(most, len(rows)))
    return chosen


if __name__ == "__main__":
    main()
