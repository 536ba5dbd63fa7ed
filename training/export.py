"""Turn the trained network into the files that ship: one int8 ONNX graph, a tokenizer and a small JSON beside it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from tokenizers import Tokenizer

from training.calibrate import Calibration
from training.corpora import LABELS, LANGUAGES
from training.model import Gate, OneText

GRAPH, TOKENS, CARD = "toxicity.onnx", "tokenizer.json", "toxicity.json"
_WORDS = "gate.encoder.word.weight"


def export(gate: Gate, tokenizer: Tokenizer, version: str, folder: Path) -> None:
    """Write graph and tokenizer into `folder`, with a card that does not calibrate yet."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / TOKENS), pretty=False)
    to_onnx(gate, version, folder / GRAPH)
    write_card(folder, version, Calibration.none())


def write_card(folder: Path, version: str, calibration: Calibration) -> None:
    """The JSON beside graph and tokenizer: version, labels, languages, their checksums, the calibration."""
    card = {
        "version": version,
        "labels": list(LABELS),
        "languages": list(LANGUAGES),
        "sha256": {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in (GRAPH, TOKENS)},
        "calibration": calibration.as_json(),
    }
    (folder / CARD).write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def to_onnx(gate: Gate, version: str, path: Path) -> None:
    """Export, weights to int8 (one scale per output channel), embeddings to int8 (one scale per row)."""
    plain = path.with_suffix(".float.onnx")
    torch.onnx.export(
        OneText(gate).eval().float(),
        (torch.full((1, 12), 5, dtype=torch.long),),
        str(plain),
        input_names=["ids"],
        output_names=["vectors", "logits", "pooled"],
        opset_version=17,
        dynamo=False,
        dynamic_axes={"ids": {1: "tokens"}},
    )
    # seven bits: on processors without VNNI eight-bit products overflow and spoil the result silently
    quantize_dynamic(
        plain,
        path,
        weight_type=QuantType.QInt8,
        per_channel=True,
        reduce_range=True,
        op_types_to_quantize=["MatMul", "Gemm"],
        extra_options={"MatMulConstBOnly": True},
    )
    plain.unlink()
    graph = onnx.load(path)
    _shrink_embeddings(graph)
    helper.set_model_props(graph, {"version": version, "labels": " ".join(LABELS)})
    onnx.save(graph, path)


def _shrink_embeddings(model: onnx.ModelProto) -> None:
    """Replace the float table of word vectors by bytes and a scale per row, put together after the look-up."""
    graph = model.graph
    table = next(t for t in graph.initializer if t.name == _WORDS)
    words = numpy_helper.to_array(table)
    scale = np.abs(words).max(axis=1, keepdims=True) / 127
    scale[scale == 0] = 1
    small = np.clip(np.rint(words / scale), -127, 127).astype(np.int8)
    graph.initializer.remove(table)
    graph.initializer.extend(
        [numpy_helper.from_array(small, "words.q"), numpy_helper.from_array(scale.astype(np.float32), "words.scale")]
    )
    number, gather = next((i, n) for i, n in enumerate(graph.node) if n.op_type == "Gather" and n.input[0] == _WORDS)
    ids, out = gather.input[1], gather.output[0]
    graph.node.remove(gather)
    for node in reversed(
        [
            helper.make_node("Gather", ["words.q", ids], ["words.row"], "words_row", axis=0),
            helper.make_node("Cast", ["words.row"], ["words.float"], "words_float", to=TensorProto.FLOAT),
            helper.make_node("Gather", ["words.scale", ids], ["words.row_scale"], "words_row_scale", axis=0),
            helper.make_node("Mul", ["words.float", "words.row_scale"], [out], "words_scaled"),
        ]
    ):
        graph.node.insert(number, node)
