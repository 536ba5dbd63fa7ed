"""Narrowing a network (training/narrow.py). Runs where torch is installed, as the Detoxify adapter's tests do."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.detoxify
HIDDEN, VOCABULARY = 64, 50
TEXTS = [[0, 5 + n, 6 + 2 * n % 40, 9, 2] for n in range(40)]


def random_gate(heads: int = 4, inner: int = 24) -> Any:
    import torch

    from training.model import Encoder, Gate

    torch.manual_seed(3)
    return Gate(Encoder(VOCABULARY, HIDDEN, heads, inner, 2), HIDDEN, 2).eval()


def states(gate: Any) -> Any:
    import torch

    from training.prepare import pad

    with torch.inference_mode():
        return gate.encoder(*pad(TEXTS))


def test_what_others_can_stand_in_for_leaves_without_a_trace() -> None:
    import torch

    from training.narrow import narrowed

    gate = random_gate()
    with torch.no_grad():
        for layer in gate.encoder.layers:
            layer.up.weight[12:] = layer.up.weight[:12]  # every inner unit twice
            layer.up.bias[12:] = layer.up.bias[:12]
            for rows in (layer.qkv.weight, layer.qkv.bias):  # and the heads 1 and 3 as 0 and 2
                parts = rows.view(3, 4, 32, *rows.shape[1:])
                parts[:, 1], parts[:, 3] = parts[:, 0].clone(), parts[:, 2].clone()
    narrow = narrowed(gate, 2, 12, TEXTS)
    shapes = {(layer.heads, layer.qkv.out_features, layer.up.out_features) for layer in narrow.encoder.layers}
    assert shapes == {(2, 3 * 2 * 32, 12)}
    assert (states(narrow) - states(gate)).abs().max() < 0.05
    assert (states(gate) - states(random_gate())).abs().max() > 0.5  # the measure tells networks apart


def test_the_rest_is_refitted_by_least_squares() -> None:
    import torch

    from training.narrow import _DAMPING, _chosen

    torch.manual_seed(5)
    seen, weights = torch.randn(200, 12) @ torch.randn(12, 12), torch.randn(12, 7)
    kept, fitted = _chosen(seen.T @ seen, weights, 3, 2)
    assert len(kept) == 6
    assert (kept.view(3, 2) % 2 == torch.tensor([0, 1])).all()  # whole groups
    damping = (_DAMPING * seen.square().sum(0).mean()).sqrt() * torch.eye(12)
    rows = torch.cat([seen, damping])
    expected = torch.linalg.lstsq(rows[:, kept], rows @ weights).solution
    torch.testing.assert_close(fitted, expected, rtol=1e-3, atol=1e-3)


def test_all_heads_and_units_stay_where_no_number_is_given() -> None:
    from training.narrow import narrowed

    gate = random_gate()
    assert (states(narrowed(gate, None, None, TEXTS)) == states(gate)).all()
