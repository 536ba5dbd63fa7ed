"""Detoxify as the network behind the toxicity scorer, from a local folder, without a download and without risk.

`EmbeddedToxicity(DetoxifyNetwork(folder))` then scores with windows, second look and explanations like the embedded
model. Needs `pip install -r requirements-detoxify.txt`; `detoxify_onnx.py` runs an exported model without torch.

The folder holds one checkpoint (`*.ckpt` or `*.pt`) and the files of its base model: `config.json` and the tokenizer's.
"""

from __future__ import annotations

import importlib
import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from review_gate.adapters.scorers.encoder import LABELS, Floats
from review_gate.domain.message import Message
from review_gate.ports import Misconfigured

LANGUAGES = frozenset({"en", "fr", "es", "it", "pt", "ru", "tr"})
"""What the multilingual checkpoint was trained on; the others know English alone."""
ENGLISH = frozenset({"en"})

_NEEDED = "pip install -r requirements-detoxify.txt"


class DetoxifyError(Misconfigured):
    """Detoxify cannot run as it is set up. The message says what to do."""


class DetoxifyNetwork:
    """A Detoxify checkpoint in torch, on one thread. Labels that it does not have score 0."""

    def __init__(self, folder: Path) -> None:
        """Loads at once. Raises `DetoxifyError` when a package or a file is missing, or the checkpoint holds code."""
        checkpoint = find_checkpoint(folder)
        torch, detoxify = package("torch"), package("detoxify")
        torch.set_num_threads(1)
        content = load_safely(checkpoint)
        self.version = f"detoxify-{checkpoint.stem}"
        self.languages = languages_of(content)
        with _localised(checkpoint, content, folder) as usable:
            self.model = detoxify.Detoxify(checkpoint=str(usable), huggingface_config_path=str(folder))
        self._torch = torch
        self.longest = _longest(self.model.model.config)
        self.model.tokenizer.model_max_length = min(self.longest, self.model.tokenizer.model_max_length)
        self._columns = [LABELS.index(name) if name in LABELS else None for name in self.model.class_names]

    def probabilities(self, texts: Sequence[str], langs: Sequence[str | None]) -> Floats:
        """(n, 7) probabilities in the order of `LABELS`. Texts come in windows, so nothing is cut off silently."""
        rows: Floats = np.zeros((len(texts), len(LABELS)), dtype=np.float32)
        with self._torch.inference_mode():
            for row, text in zip(rows, texts, strict=True):
                found = self.model.predict(text)
                for column, value in zip(self._columns, found.values(), strict=True):
                    if column is not None:
                        row[column] = value
        return rows


def languages_of(content: Mapping[str, Any]) -> frozenset[str]:
    """The languages that a checkpoint was trained on, told by its base model: `original` and `unbiased` stand on
    English ones. A text in another language is then held as one that nobody can judge."""
    base = str(content["config"]["arch"]["args"].get("model_name", ""))
    return LANGUAGES if base.startswith("XLM") else ENGLISH


def _longest(config: Any) -> int:
    """Most tokens the model takes; RoBERTa's positions start behind the padding's number."""
    return int(min(512, config.max_position_embeddings - (config.pad_token_id or 0) - 1))


def find_checkpoint(folder: Path) -> Path:
    """The one checkpoint of a folder that also holds the base model's files.

    Raises `DetoxifyError` that names what is missing.
    """
    found = sorted([*folder.glob("*.ckpt"), *folder.glob("*.pt")])
    if len(found) != 1:
        count = Message(
            f"{folder} should hold one Detoxify checkpoint (*.ckpt or *.pt) but holds {len(found)}; "
            "download it once on another machine and copy it there",
            f"{folder} doit contenir un seul checkpoint Detoxify (*.ckpt ou *.pt) et en contient {len(found)} ; "
            "téléchargez-le une fois sur une autre machine et copiez-le là",
        )
        raise DetoxifyError(count)
    if not (folder / "config.json").exists():
        lacking = Message(
            f"{folder} has no config.json: copy the base model's config.json and tokenizer files "
            "(for the multilingual checkpoint those of xlm-roberta-base) beside the checkpoint",
            f"{folder} n'a pas de config.json : copiez à côté du checkpoint le config.json et les fichiers de "
            "tokenizer du modèle de base (xlm-roberta-base pour le checkpoint multilingue)",
        )
        raise DetoxifyError(lacking)
    return found[0]


def load_safely(checkpoint: Path) -> Mapping[str, Any]:
    """The checkpoint's content, read so that it cannot run code. Raises `DetoxifyError` if that is not possible.

    Detoxify itself unpickles without such care. Once this has passed, the file is known to hold nothing but tensors
    and plain values, and Detoxify may read it.
    """
    torch = package("torch")
    try:
        content = torch.load(checkpoint, map_location="cpu", weights_only=True)
    except Exception as error:  # torch raises many kinds for damaged and for unsafe files
        kind = type(error).__name__
        refused = Message(
            f"{checkpoint} is refused: it is damaged, or holds more than weights and could run code "
            f"({kind}); use the original file of the Detoxify project",
            f"{checkpoint} est refusé : il est abîmé, ou contient autre chose que des poids et pourrait exécuter "
            f"du code ({kind}) ; prenez le fichier d'origine du projet Detoxify",
        )
        raise DetoxifyError(refused) from error
    if not isinstance(content, dict) or not {"config", "state_dict"} <= content.keys():
        other = Message(
            f"{checkpoint} is no Detoxify checkpoint: it lacks config or state_dict",
            f"{checkpoint} n'est pas un checkpoint Detoxify : config ou state_dict manque",
        )
        raise DetoxifyError(other)
    return content


class _localised:
    """The checkpoint with its base model named as the local folder, so that no hub is asked for it.

    The published checkpoints name a model of the hub; then a corrected copy lives as long as the `with` block.
    """

    def __init__(self, checkpoint: Path, content: Mapping[str, Any], folder: Path) -> None:
        self._checkpoint = checkpoint
        self._content = content
        self._folder = folder.resolve()
        self._directory: tempfile.TemporaryDirectory[str] | None = None

    def __enter__(self) -> Path:
        arguments = self._content["config"]["arch"]["args"]
        if Path(str(arguments["model_type"])).resolve() == self._folder:
            return self._checkpoint
        config = dict(self._content["config"])
        config["arch"] = {**config["arch"], "args": {**arguments, "model_type": str(self._folder)}}
        self._directory = tempfile.TemporaryDirectory(prefix="review-gate-detoxify-")
        copy = Path(self._directory.name) / self._checkpoint.name
        package("torch").save({"config": config, "state_dict": self._content["state_dict"]}, copy)
        return copy

    def __exit__(self, *_: object) -> None:
        if self._directory is not None:
            self._directory.cleanup()


def package(name: str) -> Any:
    """An optional package, imported offline. Raises `DetoxifyError` that says what to install."""
    # read when transformers is first imported: whatever happens, nothing is asked of a hub
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    try:
        return importlib.import_module(name)
    except ImportError as error:
        missing = Message(
            f"toxicity is set to detoxify, but {name} is not installed: {_NEEDED}",
            f"toxicity vaut detoxify, mais {name} n'est pas installé : {_NEEDED}",
        )
        raise DetoxifyError(missing) from error
