"""A Detoxify model as int8 ONNX: `export` writes it (needs torch), `ExportedDetoxify` runs it (does not)."""

from __future__ import annotations

import hashlib
import json
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from review_gate.adapters.scorers.detoxify import DetoxifyError, DetoxifyNetwork, package
from review_gate.adapters.scorers.encoder import LABELS, Floats
from review_gate.domain.message import Message

GRAPH, TOKENS, CARD = "detoxify.onnx", "tokenizer.json", "detoxify.json"


def export(folder: Path, out: Path) -> Path:
    """Read the Detoxify checkpoint of `folder`, write graph, tokenizer and card into `out`; returns `out`.

    Weights become int8, one scale per output channel. Raises `DetoxifyError` like `DetoxifyNetwork`.
    """
    network = DetoxifyNetwork(folder)
    torch: Any = package("torch")
    package("onnx")
    quantization = package("onnxruntime.quantization")
    out.mkdir(parents=True, exist_ok=True)
    detoxify = network.model
    backend = detoxify.tokenizer.backend_tokenizer
    backend.no_padding()
    backend.no_truncation()
    backend.save(str(out / TOKENS))

    class Logits(torch.nn.Module):  # type: ignore[misc]
        def __init__(self, model: Any) -> None:
            super().__init__()
            self.model = model

        def forward(self, ids: Any, keep: Any) -> Any:
            return self.model(input_ids=ids, attention_mask=keep)[0]

    sample = torch.tensor([[1, 2, 3, 4]])
    plain = out / "detoxify.float.onnx"
    axes = {0: "texts", 1: "tokens"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the tracer, about branches that do not depend on the text
        torch.onnx.export(
            Logits(detoxify.model.eval()),
            (sample, torch.ones_like(sample)),
            str(plain),
            dynamo=False,
            input_names=["ids", "keep"],
            output_names=["logits"],
            opset_version=17,
            dynamic_axes={"ids": axes, "keep": axes, "logits": {0: "texts"}},
        )
    quantization.quantize_dynamic(
        plain, out / GRAPH, weight_type=quantization.QuantType.QInt8, per_channel=True, reduce_range=True
    )
    plain.unlink()
    card = {
        "version": f"{network.version}-int8",
        "labels": list(detoxify.class_names),
        "languages": sorted(network.languages),
        "longest": network.longest,
        "sha256": {name: hashlib.sha256((out / name).read_bytes()).hexdigest() for name in (GRAPH, TOKENS)},
    }
    (out / CARD).write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    return out


class ExportedDetoxify:
    """Runs what `export` wrote, on one thread, without torch. Labels that the checkpoint lacks score 0."""

    def __init__(self, folder: Path) -> None:
        """Raises `DetoxifyError` when a file is missing or does not match the card."""
        try:
            card = json.loads((folder / CARD).read_text(encoding="utf-8"))
            files = {name: (folder / name).read_bytes() for name in (GRAPH, TOKENS)}
        except (OSError, ValueError) as error:
            none = Message(
                f"no exported Detoxify model in {folder} ({error}); write one with `review-gate model export`",
                f"pas de modèle Detoxify exporté dans {folder} ({error}) ; `review-gate model export` en écrit un",
            )
            raise DetoxifyError(none) from error
        for name, content in files.items():
            if hashlib.sha256(content).hexdigest() != card["sha256"].get(name):
                other = Message(
                    f"{folder / name} is not the file that {CARD} describes: export the model again",
                    f"{folder / name} n'est pas le fichier que décrit {CARD} : exportez à nouveau le modèle",
                )
                raise DetoxifyError(other)
        self.version: str = card["version"]
        self.languages: frozenset[str] = frozenset(card["languages"])
        self._longest: int = card["longest"]
        self._columns = [LABELS.index(name) if name in LABELS else None for name in card["labels"]]
        self._tokenizer = Tokenizer.from_buffer(files[TOKENS])
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(files[GRAPH], options, providers=["CPUExecutionProvider"])

    def probabilities(self, texts: Sequence[str], langs: Sequence[str | None]) -> Floats:
        """(n, 7) probabilities in the order of `LABELS`."""
        rows: Floats = np.zeros((len(texts), len(LABELS)), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            ids = self._tokenizer.encode(text).ids
            if len(ids) > self._longest:  # keeps the closing mark
                ids = [*ids[: self._longest - 1], ids[-1]]
            table = np.array([ids], dtype=np.int64)
            [logits] = self._session.run(["logits"], {"ids": table, "keep": np.ones_like(table)})
            for column, value in zip(self._columns, 1 / (1 + np.exp(-logits[0])), strict=True):
                if column is not None:
                    row[column] = value
        return rows
