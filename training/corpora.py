"""Read the training texts: open corpora, everyday texts and the texts written by hand for this project.

Every text becomes an `Example`. A label that is missing is unknown (never 0) and takes no part in the loss.
The split is a stable hash of the *pair* (a text and its twins stay together), so that it never depends on the
order of the files or on a random generator: 20% test (never tuned on), 10% dev, 70% train. Where scenes come back
in several languages, whole files are kept aside.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from training.lexicon import is_rude

LABELS = ("toxicity", "severe_toxicity", "obscene", "threat", "insult", "identity_attack", "sexual_explicit")
LANGUAGES = ("fr", "en", "es", "de", "it", "pt", "nl")
HANDWRITTEN = Path(__file__).parent / "data" / "handwritten"
# Files that are never split: plain sentences to learn from, and others to measure with.
PLAIN, DRAFTS = "plain", "drafts"
MEASURING = (PLAIN, DRAFTS)
"""Handwritten files that only measure, each in a table of its own."""
_WHOLE = {"core": "train", PLAIN: "test", DRAFTS: "test"}
# The first file of the last ones written, about what the model before got wrong: they come up twice as often.
NEWEST = {"fr": 21, "en": 26, "es": 14, "de": 14, "it": 14, "pt": 15, "nl": 15}


@dataclass(frozen=True, slots=True)
class Source:
    """How one corpus enters the training: `weight` scales its loss, `cap` limits its training rows."""

    name: str
    folder: str
    weight: float
    cap: int


# Weights say how far a corpus is trusted. The corpora alone teach topics and keywords, so all of them together
# count for less than the contrastive texts written by hand (training/README.md).
SOURCES = (
    Source("ftr_fr", "toxicity", 0.8, 2300),
    Source("mlma_fr", "toxicity", 0.1, 800),
    Source("mlma_en", "toxicity", 0.1, 400),
    Source("davidson_en", "toxicity", 0.4, 3000),
    Source("paradetox_en", "toxicity", 0.4, 4000),
    Source("toxicspans_en", "toxicity", 0.2, 2000),
    Source("hatemojibuild_en", "toxicity", 0.8, 6000),
    Source("stormfront_en", "toxicity", 0.4, 3000),
    Source("gahd_de", "toxicity", 0.8, 8000),
    Source("germeval2018_de", "toxicity", 0.5, 4000),
    Source("toldbr_pt", "toxicity", 0.5, 5000),
    Source("xlmt_fr", "ordinary", 1.0, 2200),
    Source("xlmt_en", "ordinary", 1.0, 2200),
    Source("xlmt_de", "ordinary", 1.0, 2200),
    Source("xlmt_es", "ordinary", 1.0, 2200),
    Source("xlmt_it", "ordinary", 1.0, 2200),
    Source("xlmt_pt", "ordinary", 1.0, 2200),
    Source("care_replies_en", "ordinary", 1.0, 600),
    Source("bitext_replies_en", "ordinary", 1.0, 500),
)


@dataclass(frozen=True, slots=True)
class Example:
    """One text with the labels that are known for it; `part` names the file of a handwritten one ("12", "core").

    `topic` is what a text of `topics.py` is about: such a text has no labels.
    """

    text: str
    lang: str
    labels: dict[str, float]
    source: str
    weight: float
    split: str
    case: str = ""
    pair: str = ""
    part: str = ""
    topic: str = ""

    @property
    def newest(self) -> bool:
        """Whether it is one of the handwritten texts that were written last."""
        return self.part.isdigit() and int(self.part) >= NEWEST[self.lang]


def split_of(key: str) -> str:
    """ "test" (20%), "dev" (10%) or "train" for a pair or text, for ever the same."""
    bucket = int.from_bytes(hashlib.sha256(key.encode()).digest()[:4], "big") % 100
    return "test" if bucket < 20 else "dev" if bucket < 30 else "train"


def derive(source: str, labels: dict[str, float], raw: Any) -> dict[str, float]:
    """Labels that follow from what a corpus says; unknown ones stay away.

    `raw` is the corpus's own label where the data keep it. Only implications that hold by the corpus's own
    definition are drawn: a text that is not toxic is none of the others, one that attacks a group is toxic.
    """
    known = dict(labels)
    if source.startswith("toldbr"):
        known.update(_toldbr(raw))
    elif source.startswith("germeval"):
        known.update(
            {
                "PROFANITY": {"obscene": 1.0, "identity_attack": 0.0},
                "INSULT": {"insult": 1.0, "identity_attack": 0.0},
            }.get(str(raw), {})
        )
    elif source.startswith("davidson") and raw == "offensive":
        # rude words in passing, mostly in one dialect: saying "toxic" of them all would teach the dialect
        known.pop("toxicity", None)
        known["obscene"] = 1.0
    elif source.startswith("mlma") and known.get("toxicity") == 1:
        parts = set(str(raw).split("_"))
        if "normal" in parts or parts <= {"fearful", "disrespectful"}:
            known.pop("toxicity")
    if known.get("identity_attack") == 1:
        known["toxicity"] = 1.0
    if known.get("toxicity") == 0:
        for label in LABELS:
            known.setdefault(label, 0.0)
    return known


def _toldbr(raw: Any) -> dict[str, float]:
    """Votes of three annotators: two or more are a yes, none at all a no, one is unknown."""
    votes: dict[str, int] = dict(raw or {})
    known: dict[str, float] = {}
    for label in ("obscene", "insult"):
        count = votes.get(label, 0)
        if count != 1:
            known[label] = float(count >= 2)
    group = max((votes.get(k, 0) for k in ("homophobia", "racism", "misogyny", "xenophobia")), default=0)
    if group != 1:
        known["identity_attack"] = float(group >= 2)
    return known


def read_corpus(source: Source, root: Path) -> Iterator[Example]:
    """All rows of one corpus file under `root` (the folder with `toxicity/` and `ordinary/`)."""
    path = root / source.folder / f"{source.name}.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            text = clean(row["text"])
            if not text:
                continue
            if source.folder == "ordinary":
                # tweets are not labelled: hardly any attacks a group; one with a rude word may be anything else
                rude = source.name.startswith("xlmt") and is_rude(text, row["lang"], root / "lexicons")
                labels = {"identity_attack": 0.0, "threat": 0.0} if rude else dict.fromkeys(LABELS, 0.0)
            else:
                labels = derive(source.name, row["labels"], row.get("raw"))
            key = f"{source.name}:{row.get('pair', text)}"
            split = {"train": "train", "dev": "dev", "test": "test"}.get(row.get("split", ""), split_of(key))
            yield Example(text, row["lang"], labels, source.name, source.weight, split, source.folder, key)


def clean(text: str) -> str:
    """Undo leftovers of the corpora's own formats (escaped characters, HTML entities, doubled spaces)."""
    text = text.replace("\\u2019", "’").replace("\\u2018", "‘").replace("\\u2026", "…").replace("\\n", " ")
    text = text.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">")
    return " ".join(text.split())


def read_handwritten(folder: Path = HANDWRITTEN) -> list[Example]:
    """The contrastive texts of this project, every file `{lang}_*.jsonl` in the folder."""
    examples: list[Example] = []
    for path in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except json.JSONDecodeError as error:
                raise SystemExit(f"{path}:{number}: not a JSON object ({error.msg})") from error
            unknown = set(row["labels"]) - set(LABELS)
            if unknown:
                raise SystemExit(f"{path}:{number}: unknown labels {sorted(unknown)}; known are {', '.join(LABELS)}")
            labels = {name: float(value) for name, value in row["labels"].items()}
            pair = str(row.get("pair", row["text"]))
            split = _file_split(path.stem) or split_of(f"handwritten:{pair}")
            case, part = str(row.get("case", "")), path.stem.partition("_")[2]
            examples.append(Example(row["text"], row["lang"], labels, "handwritten", 1.0, split, case, pair, part))
    return examples


def _file_split(stem: str) -> str | None:
    """The split of a whole file, for texts that come back in several languages; None where pairs decide.

    One translation in the test and another in the training would make the test too easy, so the same files are kept
    aside in each of these languages.
    """
    lang, _, part = stem.partition("_")
    if part in _WHOLE:
        return _WHOLE[part]
    if lang in ("fr", "en") or int(part) < 3:
        return None
    return {4: "test", 8: "test", 6: "dev"}.get(int(part), "train")


def read_all(root: Path, seed: int = 17) -> list[Example]:
    """Handwritten texts and corpora; the training rows of each corpus are capped, balanced between 0 and 1."""
    examples = read_handwritten()
    for source in SOURCES:
        rows = list(read_corpus(source, root))
        train = [e for e in rows if e.split == "train"]
        examples += [e for e in rows if e.split != "train"]
        examples += _balanced(train, source.cap, random.Random(f"{seed}:{source.name}"))
    return examples


def _balanced(rows: list[Example], cap: int, rng: random.Random) -> list[Example]:
    """At most `cap` rows, half of them with some label set where there are enough."""
    marked = [e for e in rows if any(v == 1 for v in e.labels.values())]
    plain = [e for e in rows if not any(v == 1 for v in e.labels.values())]
    rng.shuffle(marked)
    rng.shuffle(plain)
    half = min(len(marked), max(cap // 2, cap - len(plain)))
    return marked[:half] + plain[: cap - half]
