"""The network behind toxicity and sentence meaning: one int8 ONNX graph, run on one thread.

The three files in `weights/` belong together: `toxicity.json` names the version and the checksums of the graph and of
the tokenizer, and a file that does not match is refused, so that a half-updated install never scores.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime
from tokenizers import Tokenizer

from review_gate.domain.message import Message
from review_gate.ports import Misconfigured

Floats = npt.NDArray[np.float32]
WEIGHTS = Path(__file__).parent / "weights"
LABELS = ("toxicity", "severe_toxicity", "obscene", "threat", "insult", "identity_attack", "sexual_explicit")
WIDTH = 384
FEATURES = 4 * WIDTH + len(LABELS)
MAX_TOKENS = 256
RECENT_TEXTS = 4096
_START, _END = 0, 2
_SLOWER = ["SkipLayerNormFusion"]
"""What ONNX Runtime would rewrite for the worse: its joined addition and normalisation takes three times as long on a
processor as the two apart, a twentieth of a whole run."""


class WeightsError(Misconfigured):
    """The weights are missing, damaged or do not belong together. The message says what to do."""


class Network:
    """Sentence vectors and label probabilities for batches of texts."""

    def __init__(self, folder: Path = WEIGHTS) -> None:
        card, graph, tokens = _read(folder)
        self.version: str = card["version"]
        self.languages: frozenset[str] = frozenset(card["languages"])
        if tuple(card["labels"]) != LABELS:
            labels = Message(
                f"{folder}: the weights have other labels than this version of the program expects",
                f"{folder} : les poids n'ont pas les étiquettes que cette version du programme attend",
            )
            raise WeightsError(labels)
        found = card["calibration"]
        self._slope = np.array([found["slope"][label] for label in LABELS], dtype=np.float32)
        general = np.array([found["offset"][label] for label in LABELS], dtype=np.float32)
        self._offset: dict[str | None, Floats] = {None: general}
        for lang, by_label in found["correction"].items():
            self._offset[lang] = general + np.array([by_label[label] for label in LABELS], dtype=np.float32)
        self._tokenizer = Tokenizer.from_buffer(tokens)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            graph, options, providers=["CPUExecutionProvider"], disabled_optimizers=_SLOWER
        )
        # One screening asks about a text several times (its scores, its meaning for rules and for repetition), and bots
        # and customers say the same again and again. 6 kB a text.
        self._recent = lru_cache(maxsize=RECENT_TEXTS)(self._run_one)

    def vectors(self, texts: Sequence[str]) -> Floats:
        """(n, `WIDTH`) float32, each row of length 1."""
        return self._run(texts)[0]

    def probabilities(self, texts: Sequence[str], langs: Sequence[str | None]) -> Floats:
        """(n, 7) calibrated probabilities in the order of `LABELS`; an unknown language takes the general scale."""
        logits = self.logits(texts)
        if not len(logits):
            return logits
        general = self._offset[None]
        offsets = np.stack([self._offset.get(lang, general) for lang in langs])
        return np.asarray(1 / (1 + np.exp(-(logits * self._slope + offsets))), dtype=np.float32)

    def logits(self, texts: Sequence[str]) -> Floats:
        """(n, 7) uncalibrated logits in the order of `LABELS`."""
        return self._run(texts)[1]

    def features(self, texts: Sequence[str]) -> Floats:
        """(n, `FEATURES`): the vector, the logits and the states they were read from, for models on top of this one."""
        vectors, logits, pooled = self._run(texts)
        return np.hstack([vectors, logits, pooled])

    def _run(self, texts: Sequence[str]) -> tuple[Floats, Floats, Floats]:
        """Vectors, logits and pooled states in the order of `texts`.

        One text at a time: eight-bit arithmetic takes its scale from the whole batch, so that in a batch a text's score
        would depend on its neighbours. On one thread a batch would hardly be faster.
        """
        vectors: Floats = np.zeros((len(texts), WIDTH), dtype=np.float32)
        logits: Floats = np.zeros((len(texts), len(LABELS)), dtype=np.float32)
        pooled: Floats = np.zeros((len(texts), 3 * WIDTH), dtype=np.float32)
        for row, text in enumerate(texts):
            vectors[row], logits[row], pooled[row] = self._recent(text)
        return vectors, logits, pooled

    def _run_one(self, text: str) -> tuple[Floats, Floats, Floats]:
        ids = [_START, *self._tokenizer.encode(text).ids[: MAX_TOKENS - 2], _END]
        vectors, logits, pooled = self._session.run(
            ["vectors", "logits", "pooled"], {"ids": np.array([ids], dtype=np.int64)}
        )
        return vectors[0], logits[0], pooled[0]


class SentenceEncoder:
    """Sentence vectors for comparing texts by meaning."""

    def __init__(self, network: Network | None = None) -> None:
        self._network = network or shared_network()

    @property
    def version(self) -> str:
        """Of the weights: vectors of other ones do not compare."""
        return self._network.version

    def encode(self, texts: Sequence[str]) -> Floats:
        """(n, `WIDTH`) float32; rows have length 1, so that a dot product is the cosine.

        Unrelated texts come out around 0, the same thing said in other words or another language above about 0.6.
        """
        return self._network.vectors(texts)

    def features(self, texts: Sequence[str]) -> Floats:
        """(n, `FEATURES`): what `Network.features` gives."""
        return self._network.features(texts)


@cache
def shared_network() -> Network:
    """The one network of this process."""
    return Network()


def _read(folder: Path) -> tuple[dict[str, Any], bytes, bytes]:
    """The card and the bytes of graph and tokenizer, checked against the card's checksums."""
    try:
        card: dict[str, Any] = json.loads((folder / "toxicity.json").read_text(encoding="utf-8"))
        files = {name: (folder / name).read_bytes() for name in ("toxicity.onnx", "tokenizer.json")}
    except (OSError, ValueError) as error:
        unread = Message(
            f"the toxicity weights in {folder} cannot be read ({error}); install the package again, "
            "or train them anew (training/README.md)",
            f"les poids de toxicité de {folder} sont illisibles ({error}) ; réinstallez le paquet, "
            "ou refaites l'entraînement (training/README.md)",
        )
        raise WeightsError(unread) from error
    for name, content in files.items():
        if hashlib.sha256(content).hexdigest() != card["sha256"].get(name):
            other = Message(
                f"{folder / name} is not the file that toxicity.json describes; install the package "
                "again, or train the weights anew (training/README.md)",
                f"{folder / name} n'est pas le fichier que décrit toxicity.json ; réinstallez le paquet, "
                "ou refaites l'entraînement (training/README.md)",
            )
            raise WeightsError(other)
    return card, files["toxicity.onnx"], files["tokenizer.json"]
