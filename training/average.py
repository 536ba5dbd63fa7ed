"""The mean of two trained networks: often better than either, as both came from the same start ("model soups",
Wortsman et al. 2022).

The earlier one is read back from the int8 graph that shipped, since a checkpoint is no part of the project.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper

from training.e5 import Pretrained
from training.model import HEAD, Encoder, Gate, embed


def blended(gate: Gate, graph: Path, share: float = 0.5) -> Gate:
    """`gate` with each of its trained numbers moved towards the one in `graph`: half way is the mean, 1 takes over the
    earlier network to go on from there.

    Word and position vectors are not trained and stay; so does the head for the topics, which no graph has. Raises
    SystemExit where the graph has other layers or layers of another width.
    """
    state = gate.state_dict()
    earlier = read_back(graph)
    for name, values in state.items():
        if name.startswith(("encoder.word", "encoder.position", "encoder.norm", "topics")):
            continue
        if name not in earlier or earlier[name].numel() != values.numel():
            raise SystemExit(f"{graph}: no {name} of the same size; its layers must be as many and as wide")
        state[name] = torch.lerp(values, earlier[name].reshape(values.shape), share)
    gate.load_state_dict(state)
    return gate.eval()


def resumed(source: Pretrained, rows: list[int], graph: Path, topics: int) -> Gate:
    """The network in a graph made by `export`, however many layers, heads and inner units it has. The word and position
    vectors are the pretrained model's."""
    shapes = {name: values.shape for name, values in read_back(graph).items() if name.startswith("encoder.layers.")}
    layers = 1 + max(int(name.split(".")[2]) for name in shapes)
    heads = shapes["encoder.layers.0.out.weight"][1] // HEAD
    inner = shapes["encoder.layers.0.up.weight"][0]
    encoder = Encoder(len(rows), source.hidden, heads, inner, layers)
    embed(encoder, source, rows)
    return blended(Gate(encoder, source.hidden, topics), graph, 1.0)


def read_back(graph: Path) -> dict[str, torch.Tensor]:
    """The numbers of a graph made by `export`: bytes times their scale, smoothing undone."""
    model = onnx.load(graph)
    stored = {t.name.removeprefix("gate."): numpy_helper.to_array(t) for t in model.graph.initializer}
    found = {name: values for name, values in stored.items() if name.endswith((".weight", ".bias"))}
    for node in model.graph.node:
        if node.op_type != "MatMulInteger":
            continue
        part = node.name.strip("/").removeprefix("gate/").replace("/Gemm_MatMul_quant", "").replace("/MatMul_quant", "")
        name = part.replace("/linear", "").replace("/", ".")
        numbers = node.input[1].removeprefix("gate.").removesuffix("_quantized")
        weights = stored[f"{numbers}_quantized"].astype(np.float32) - stored[f"{numbers}_zero_point"].astype(np.float32)
        weights = weights * stored[f"{numbers}_scale"]
        inverse = stored.get(f"{name}.inverse")
        if inverse is not None:
            weights = weights * inverse[:, None]
            found[f"{name}.bias"] = stored[f"{name}.linear.bias"]
        found[f"{name}.weight"] = weights.T
    return {name: torch.from_numpy(np.ascontiguousarray(values)) for name, values in found.items()}
