"""Make a network easy to round to eight bits.

A few channels of the activations are far larger than the others; one scale for all of them would round the small ones
away. Dividing such channels by a factor and multiplying the weights that read them by the same factor changes nothing
in exact arithmetic and evens the sizes out (the idea of "SmoothQuant", Xiao et al. 2023).
"""

from __future__ import annotations

import copy
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from training.model import Gate
from training.prepare import pad

_BALANCE = 0.85


class Smoothed(nn.Module):
    """A linear layer whose input is divided, and whose weights are multiplied, channel by channel."""

    def __init__(self, linear: nn.Linear, factor: Tensor) -> None:
        super().__init__()
        self.register_buffer("inverse", 1 / factor)
        self.linear = copy.deepcopy(linear)
        with torch.no_grad():
            self.linear.weight.mul_(factor)

    def forward(self, x: Tensor) -> Tensor:
        return self.linear(x * self.inverse)  # type: ignore[no-any-return]


def smoothed(gate: Gate, sample: Sequence[list[int]], balance: float = _BALANCE) -> Gate:
    """A copy of the network with every large linear layer smoothed by what it sees on `sample` (token ids)."""
    gate = copy.deepcopy(gate).eval().float()
    linears = {
        name: module
        for name, module in gate.named_modules()
        if isinstance(module, nn.Linear) and name.startswith("encoder.layers")
    }
    largest = {name: torch.zeros(module.in_features) for name, module in linears.items()}

    def watch(name: str) -> object:
        def hook(_module: nn.Module, inputs: tuple[Tensor, ...]) -> None:
            largest[name] = torch.maximum(largest[name], inputs[0].abs().flatten(0, -2).amax(0))

        return linears[name].register_forward_pre_hook(hook)

    handles = [watch(name) for name in linears]
    with torch.inference_mode():
        for ids in sample:
            gate(*pad([ids]))
    for handle in handles:
        handle.remove()  # type: ignore[attr-defined]
    for name, module in linears.items():
        inputs = largest[name].clone().clamp(min=1e-3)
        weights = module.weight.detach().abs().amax(0).clamp(min=1e-3)
        factor = (inputs**balance / weights ** (1 - balance)).clamp(min=1e-2)
        parent, _, attribute = name.rpartition(".")
        setattr(gate.get_submodule(parent), attribute, Smoothed(module, factor / factor.median()))
    return gate
