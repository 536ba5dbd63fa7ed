"""How good and how fast the toxicity scorer is beside what one would pick instead: `python -m bench.toxicity`.

Everything in one run, on the handwritten texts that training keeps aside (training/data/handwritten). Packages that are
not installed are left out of the table and named; `pip install -r requirements-training.txt` brings them all. With
`--plot FILE` a picture is drawn. Figures are of this machine, this moment.
"""

from __future__ import annotations

import argparse
import importlib
import statistics
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from review_gate.adapters.scorers.encoder import LABELS
from review_gate.adapters.scorers.toxicity import EmbeddedToxicity
from training.corpora import DRAFTS, Example, read_handwritten

HARMLESS = ("brand_post", "care_reply", "everyday", "false_friends", "neutral_mention", "positive_mention")
_NAMES = {"fr": "french", "en": "english", "es": "spanish", "de": "german", "it": "italian", "pt": "portuguese",
          "nl": "dutch"}  # fmt: skip
Flag = Callable[[str, str], bool]


@dataclass(frozen=True)
class Candidate:
    """`flag(text, lang)`: is the text toxic; `hate` the same for hate towards a group, where it tells them apart."""

    name: str
    flag: Flag
    hate: Flag | None = None


def ours() -> Candidate:
    scorer = EmbeddedToxicity()
    toxicity, hate = LABELS.index("toxicity"), LABELS.index("identity_attack")

    def over(column: int) -> Flag:
        return lambda text, lang: bool(scorer.table([text], [lang])[0, column] >= 0.5)

    return Candidate("Review Gate", over(toxicity), over(hate))


def alt_profanity_check() -> Candidate:
    predict = importlib.import_module("profanity_check").predict
    return Candidate("alt-profanity-check", lambda text, lang: bool(predict([text])[0]))


def glin_profanity() -> Candidate:
    package = importlib.import_module("glin_profanity")
    filters = {lang: package.Filter({"languages": [name]}) for lang, name in _NAMES.items()}
    return Candidate("glin-profanity", lambda text, lang: bool(filters[lang].is_profane(text)))


def better_profanity() -> Candidate:
    profanity = importlib.import_module("better_profanity").profanity
    return Candidate("better-profanity", lambda text, lang: bool(profanity.contains_profanity(text)))


def safetype() -> Candidate:
    moderate = importlib.import_module("safetype").moderate
    return Candidate("safetype", lambda text, lang: bool(moderate(text).matches))


def detoxify_architecture() -> Candidate:
    """XLM-R base with random weights on one thread: the speed of Detoxify multilingual, not its quality."""
    torch = importlib.import_module("torch")
    transformers = importlib.import_module("transformers")
    torch.set_num_threads(1)
    config = transformers.XLMRobertaConfig(
        vocab_size=250_002, max_position_embeddings=514, type_vocab_size=1, num_labels=7
    )
    model = transformers.XLMRobertaForSequenceClassification(config).eval()

    def run(text: str, lang: str) -> bool:
        ids = torch.randint(5, 250_000, (1, max(3, len(text) // 4)))
        with torch.inference_mode():
            model(ids)
        return False

    return Candidate("Detoxify's architecture", run)


@dataclass(frozen=True)
class Figures:
    """Shares in 0..1, milliseconds; None where a candidate cannot say."""

    recall: dict[str, float | None]
    false_alarms: dict[str, float | None]
    hate_f1: dict[str, float | None]
    milliseconds: float


def measure(candidate: Candidate, texts: Sequence[Example], quality: bool) -> Figures:
    """All figures of one candidate; only the time without `quality`."""
    recall: dict[str, float | None] = {}
    false_alarms: dict[str, float | None] = {}
    hate_f1: dict[str, float | None] = {}
    for lang in _NAMES:
        own = [e for e in texts if e.lang == lang and "toxicity" in e.labels]
        if not quality or not own:
            recall[lang] = false_alarms[lang] = hate_f1[lang] = None
            continue
        flags = [candidate.flag(e.text, lang) for e in own]
        recall[lang] = _share(flags, [e.labels["toxicity"] == 1 for e in own])
        false_alarms[lang] = _share(flags, [e.case in HARMLESS and e.labels["toxicity"] == 0 for e in own])
        hate = flags if candidate.hate is None else [candidate.hate(e.text, lang) for e in own]
        hate_f1[lang] = macro_f1(hate, [e.labels["identity_attack"] == 1 for e in own])
    return Figures(recall, false_alarms, hate_f1, speed(candidate))


def _share(flags: Sequence[bool], chosen: Sequence[bool]) -> float:
    return statistics.fmean(flag for flag, here in zip(flags, chosen, strict=True) if here)


def macro_f1(found: Sequence[bool], truth: Sequence[bool]) -> float:
    """Mean of the F1 of both classes."""
    values = []
    for side in (True, False):
        hits = sum(f is side and t is side for f, t in zip(found, truth, strict=True))
        wrong = sum(f is not t for f, t in zip(found, truth, strict=True))
        values.append(2 * hits / (2 * hits + wrong) if hits else 0.0)
    return statistics.fmean(values)


def speed(candidate: Candidate) -> float:
    """Median milliseconds of processor time for a harmless text of 150 characters."""
    base = ("Merci pour votre message, nous avons bien reçu votre demande et notre équipe vous répond demain matin au "
            "plus tard, promis. À très bientôt en boutique ! ")  # fmt: skip
    texts = [f"{number} {base}"[:150] for number in range(60)]
    times = []
    for text in texts:
        start = time.process_time()
        candidate.flag(text, "fr")
        times.append(1000 * (time.process_time() - start))
    return float(np.median(times[5:]))


def table(rows: Sequence[tuple[str, Figures]], texts: Sequence[Example]) -> str:
    """Markdown."""
    counts = {lang: sum(e.lang == lang for e in texts) for lang in _NAMES}
    lines = [
        "At 0.5; *found* is the share of toxic texts found, *false* that of harmless ones flagged, *hate F1* macro-F1",
        "of hate towards a group against everything else (word lists do not tell it from swearing).",
        "Texts: " + ", ".join(f"{lang} {count}" for lang, count in counts.items()) + ".",
        "",
        "| | ms | " + " | ".join(f"{lang} found / false / hate F1" for lang in _NAMES) + " |",
        "|---|---|" + "---|" * len(_NAMES),
    ]
    for name, f in rows:
        cells = []
        for lang in _NAMES:
            values = (f.recall[lang], f.false_alarms[lang], f.hate_f1[lang])
            cells.append(" / ".join("-" if v is None else f"{v:.2f}" for v in values))
        lines.append(f"| {name} | {f.milliseconds:.1f} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def plot(rows: Sequence[tuple[str, Figures]], path: Path) -> None:
    """Recall against false alarms, French and English, one mark a candidate."""
    pyplot = importlib.import_module("matplotlib.pyplot")
    figure, axes = pyplot.subplots(1, 2, figsize=(9, 4), sharey=True)
    for place, (lang, title) in zip(axes, (("fr", "French"), ("en", "English")), strict=True):
        known = [(name, f) for name, f in rows if f.recall[lang] is not None]
        marks = sorted((f.recall[lang], f.false_alarms[lang], name, f.milliseconds) for name, f in known)
        label = -1.0
        for found, false, name, milliseconds in marks:
            size, colour = (90, "#0b6e4f") if name == "Review Gate" else (45, "#8a8f98")
            place.scatter(false, found, s=size, color=colour)
            label = max(found, label + 0.06)  # so that names do not lie on one another
            line = {"arrowstyle": "-", "color": "#c8ccd2", "linewidth": 0.7}
            place.annotate(
                f"{name}, {milliseconds:.1f} ms", (false, found), xytext=(0.17, label), va="center", arrowprops=line
            )
        place.set(title=title, xlabel="harmless texts flagged", xlim=(-0.02, 0.4), ylim=(-0.04, 1.05))
        place.grid(alpha=0.3)
    axes[0].set_ylabel("toxic texts found")
    figure.tight_layout()
    figure.savefig(path, dpi=110)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plot", type=Path)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    texts = [e for e in read_handwritten() if e.split == "test" and e.part != DRAFTS]
    rows: list[tuple[str, Figures]] = []
    for make in (ours, alt_profanity_check, glin_profanity, better_profanity, safetype, detoxify_architecture):
        try:
            candidate = make()
        except ImportError as error:
            print(f"left out: {make.__name__} ({error})", file=sys.stderr)
            continue
        rows.append((candidate.name, measure(candidate, texts, quality=make is not detoxify_architecture)))
    print(table(rows, texts))
    if options.plot:
        plot(rows, options.plot)


if __name__ == "__main__":
    main()
