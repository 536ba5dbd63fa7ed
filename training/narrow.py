"""A narrower network of the same depth: attention heads and inner units that the others can best stand in for are taken
out, one at a time.

After each, the weights of those that stay are refitted by least squares to what the layer gave on a sample of texts
(the "optimal brain surgeon" of Hassibi and Stork 1993, for whole heads and units as in "ZipLM", Kurtić et al. 2023).
"""

from __future__ import annotations

import copy
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from training.model import Gate, Layer
from training.prepare import pad

_DAMPING = 0.01
"""Added to the diagonal of what is inverted, as a share of its mean."""


def narrowed(gate: Gate, heads: int | None, inner: int | None, sample: Sequence[list[int]]) -> Gate:
    """A copy whose layers have `heads` attention heads and `inner` inner units each (None: all), chosen and refitted on
    `sample` (token ids)."""
    narrow = copy.deepcopy(gate).eval()
    layers = [layer for layer in narrow.encoder.layers if isinstance(layer, Layer)]
    if heads:
        for layer, product in zip(layers, _products(narrow, [layer.out for layer in layers], sample), strict=True):
            _keep_heads(layer, product, heads)
    if inner:
        for layer, product in zip(layers, _products(narrow, [layer.down for layer in layers], sample), strict=True):
            _keep_inner(layer, product, inner)
    return narrow


def _keep_heads(layer: Layer, product: Tensor, heads: int) -> None:
    size = layer.size
    kept, weights = _chosen(product, layer.out.weight.detach().T, heads, size)
    rows = torch.cat([kept + part * layer.heads * size for part in range(3)])
    layer.qkv, layer.out, layer.heads = _rows(layer.qkv, rows), _linear(weights.T, layer.out.bias), heads


def _keep_inner(layer: Layer, product: Tensor, inner: int) -> None:
    kept, weights = _chosen(product, layer.down.weight.detach().T, inner, 1)
    layer.up, layer.down = _rows(layer.up, kept), _linear(weights.T, layer.down.bias)


def _products(gate: Gate, linears: Sequence[nn.Linear], sample: Sequence[list[int]], batch: int = 16) -> list[Tensor]:
    """For each linear layer, the products of its inputs with one another, summed over all tokens of `sample`."""
    products = [torch.zeros(linear.in_features, linear.in_features) for linear in linears]

    def watch(linear: nn.Linear, product: Tensor) -> object:
        def hook(_module: nn.Module, inputs: tuple[Tensor, ...]) -> None:
            rows = inputs[0][tokens]
            product.addmm_(rows.T, rows)

        return linear.register_forward_pre_hook(hook)

    handles = [watch(linear, product) for linear, product in zip(linears, products, strict=True)]
    order = sorted(sample, key=len)
    with torch.inference_mode():
        for at in range(0, len(order), batch):
            ids, keep = pad(order[at : at + batch])
            tokens = keep.bool()
            gate.encoder(ids, keep)
    for handle in handles:
        handle.remove()  # type: ignore[attr-defined]
    return products


def _chosen(product: Tensor, weights: Tensor, groups: int, size: int) -> tuple[Tensor, Tensor]:
    """(inputs to keep, their weights anew), of the products of all inputs and their `weights` (inputs, outputs).

    Inputs belong together in groups of `size`; `groups` of these stay.
    """
    product, weights = product.double(), weights.double().clone()
    inverse = torch.linalg.inv(product + _DAMPING * product.diagonal().mean() * torch.eye(len(product)).double())
    left = list(range(len(product) // size))
    while len(left) > groups:
        at = torch.tensor(left)[:, None] * size + torch.arange(size)
        blocks = torch.linalg.inv(inverse[at[:, :, None], at[:, None, :]])
        harm = (weights[at] * (blocks @ weights[at])).sum((1, 2))
        worst = int(harm.argmin())
        rows, block = at[worst], blocks[worst]
        # the least squares of what stays, without the group: one step of elimination
        columns = inverse[:, rows] @ block
        weights.addmm_(columns, weights[rows], alpha=-1)
        inverse.addmm_(columns, inverse[rows], alpha=-1)
        left.pop(worst)
    kept = (torch.tensor(left)[:, None] * size + torch.arange(size)).flatten()
    return kept, weights[kept].float()


def _rows(linear: nn.Linear, kept: Tensor) -> nn.Linear:
    return _linear(linear.weight.detach()[kept], linear.bias.detach()[kept])


def _linear(weight: Tensor, bias: Tensor) -> nn.Linear:
    linear = nn.Linear(weight.shape[1], weight.shape[0])
    with torch.no_grad():
        linear.weight.copy_(weight)
        linear.bias.copy_(bias)
    return linear
