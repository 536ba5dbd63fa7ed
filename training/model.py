"""The network that is trained: the lower layers of multilingual-e5-small, mean pooling, one head per label."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from training.e5 import Pretrained

LABEL_COUNT = 7
HEAD = 32
"""The width of one attention head, as in the pretrained model."""


class Attention(torch.autograd.Function):
    """Attention without a mask, of queries, keys and values (texts, tokens, width). In an exported graph it is one
    operation of ONNX Runtime instead of a dozen."""

    @staticmethod
    def forward(ctx: object, query: Tensor, key: Tensor, value: Tensor, heads: int) -> Tensor:
        return attend(query, key, value, heads, None)

    @staticmethod
    def symbolic(graph: Any, query: Any, key: Any, value: Any, heads: int) -> Any:
        return graph.op("com.microsoft::MultiHeadAttention", query, key, value, num_heads_i=heads).setType(query.type())


def attend(query: Tensor, key: Tensor, value: Tensor, heads: int, mask: Tensor | None) -> Tensor:
    """What each token takes from the others. `mask` is added to the weights; None: all tokens count."""
    batch, length, width = query.shape
    query, key, value = (part.view(batch, length, heads, -1).transpose(1, 2) for part in (query, key, value))
    weights = (query @ key.transpose(-1, -2)) / math.sqrt(width // heads)
    weights = weights if mask is None else weights + mask
    return (functional.softmax(weights, dim=-1) @ value).transpose(1, 2).reshape(batch, length, width)


class Layer(nn.Module):
    """One transformer layer of BERT: attention, then a feed-forward part, each added and normalised."""

    def __init__(self, hidden: int, heads: int, inner: int, dropout: float, size: int = HEAD) -> None:
        super().__init__()
        self.heads, self.size = heads, size
        self.qkv = nn.Linear(hidden, 3 * heads * size)
        self.out = nn.Linear(heads * size, hidden)
        self.norm_attention = nn.LayerNorm(hidden, eps=1e-12)
        self.up = nn.Linear(hidden, inner)
        self.down = nn.Linear(inner, hidden)
        self.norm_output = nn.LayerNorm(hidden, eps=1e-12)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, mask: Tensor | None) -> Tensor:
        query, key, value = self.qkv(x).split(self.heads * self.size, dim=-1)
        mixed = (
            Attention.apply(query, key, value, self.heads)
            if mask is None
            else attend(query, key, value, self.heads, mask)
        )
        x = self.norm_attention(x + self.dropout(self.out(mixed)))
        inner = functional.gelu(self.up(x))
        return self.norm_output(x + self.dropout(self.down(inner)))


class Encoder(nn.Module):
    """Embeddings and the chosen layers. Gives the hidden states of every token."""

    def __init__(
        self,
        vocabulary: int,
        hidden: int,
        heads: int,
        inner: int,
        layers: int,
        positions: int = 512,
        dropout: float = 0.1,
    ) -> None:
        super().__init__()
        self.word = nn.Embedding(vocabulary, hidden)
        self.position = nn.Embedding(positions, hidden)
        self.norm = nn.LayerNorm(hidden, eps=1e-12)
        self.layers = nn.ModuleList(Layer(hidden, heads, inner, dropout) for _ in range(layers))

    def embed(self, ids: Tensor) -> Tensor:
        places = torch.arange(ids.shape[1], device=ids.device)
        return self.norm(self.word(ids) + self.position(places)[None])

    def forward(self, ids: Tensor, keep: Tensor | None) -> Tensor:
        """`ids` (batch, length); `keep` is 1 for tokens and 0 for padding, None where nothing is padded."""
        return self.layered(ids, keep)[-1]

    def layered(self, ids: Tensor, keep: Tensor | None) -> list[Tensor]:
        """The states after each layer."""
        x = self.embed(ids)
        mask = None if keep is None else ((1.0 - keep[:, None, None, :]) * -1e4).to(x.dtype)
        states = []
        for layer in self.layers:
            x = layer(x, mask)
            states.append(x)
        return states


class Gate(nn.Module):
    """One pass gives two things: a vector of the meaning and the logits of the labels.

    `meaning` learns to repeat the vector of the full pretrained model. That makes the vector useful for comparing
    texts, and it holds the encoder back from forgetting the language for the topics of the toxicity corpora. `topics`
    is for the training alone: the pooled states learn to tell what the rulebook's model of meaning asks of them.
    """

    def __init__(self, encoder: Encoder, hidden: int, topics: int, dropout: float = 0.1) -> None:
        super().__init__()
        self.encoder = encoder
        self.meaning = nn.Linear(hidden, hidden)
        self.attention = nn.Linear(hidden, 1)
        self.hidden = nn.Linear(3 * hidden, hidden)
        self.dropout = nn.Dropout(dropout)
        self.labels = nn.Linear(hidden, LABEL_COUNT)
        self.topics = nn.Linear(3 * hidden, topics)

    def forward(self, ids: Tensor, keep: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Returns (vectors of length 1, logits of the labels, scores of the topics)."""
        return self.judge(self.encoder(ids, keep), keep)

    def judge(self, states: Tensor, keep: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """The same of the encoder's last states."""
        weights = keep.to(states.dtype)[:, :, None]
        mean = (states * weights).sum(1) / weights.sum(1)
        pooled = self.pool(mean, states, (weights - 1) * 1e4)
        return (*self.read(mean, pooled), self.topics(self.dropout(pooled)))

    def pool(self, mean: Tensor, states: Tensor, mask: Tensor | float) -> Tensor:
        """Mean, attended and highest states of the tokens, in one row a text."""
        attended = (functional.softmax(self.attention(states) + mask, dim=1) * states).sum(1)
        return torch.cat([mean, attended, (states + mask).max(1).values], dim=1)

    def read(self, mean: Tensor, pooled: Tensor) -> tuple[Tensor, Tensor]:
        """(vectors of length 1, logits) of pooled states."""
        meaning = self.meaning(mean)
        vector = meaning / meaning.norm(dim=1, keepdim=True).clamp(min=1e-6)
        return vector, self.labels(self.dropout(functional.gelu(self.hidden(self.dropout(pooled)))))


class OneText(nn.Module):
    """What the service runs: one text at a time, so without padding; the pooled states are given, too."""

    def __init__(self, gate: Gate) -> None:
        super().__init__()
        self.gate = gate

    def forward(self, ids: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Of `ids` (1, tokens): vector, logits, and the pooled states that the logits are read from."""
        states = self.gate.encoder(ids, None)
        mean = states.mean(1)
        pooled = self.gate.pool(mean, states, 0.0)
        vector, logits = self.gate.read(mean, pooled)
        return vector, logits, pooled


def from_pretrained(source: Pretrained, layers: list[int], rows: list[int] | None = None) -> Encoder:
    """The encoder with the given layers of the pretrained model, its vocabulary cut down to `rows`."""
    vocabulary = len(source.tensors["emb.word"]) if rows is None else len(rows)
    encoder = Encoder(vocabulary, source.hidden, source.heads, source.inner, len(layers))
    embed(encoder, source, rows)
    tensors = {name: torch.from_numpy(values) for name, values in source.tensors.items()}
    with torch.no_grad():
        for layer, number in zip(encoder.layers, layers, strict=True):
            _copy_layer(layer, tensors, f"l{number}.")
    return encoder


def embed(encoder: Encoder, source: Pretrained, rows: list[int] | None = None) -> None:
    """Give it the word and position vectors of the pretrained model, the vocabulary cut down to `rows`."""
    tensors = {name: torch.from_numpy(values) for name, values in source.tensors.items() if name.startswith("emb.")}
    word = tensors["emb.word"] if rows is None else tensors["emb.word"][rows]
    with torch.no_grad():
        encoder.word.weight.copy_(word)
        encoder.position.weight.copy_(tensors["emb.pos"] + tensors["emb.type"][: source.hidden])
        encoder.norm.weight.copy_(tensors["emb.ln.w"])
        encoder.norm.bias.copy_(tensors["emb.ln.b"])


def _copy_layer(layer: nn.Module, tensors: dict[str, Tensor], prefix: str) -> None:
    assert isinstance(layer, Layer)
    for kind, suffix in (("weight", ".w"), ("bias", ".b")):
        joined = torch.cat([tensors[prefix + part + suffix] for part in "qkv"])
        getattr(layer.qkv, kind).copy_(joined)
        for module, part in (
            (layer.out, "ao"),
            (layer.norm_attention, "aln"),
            (layer.up, "fi"),
            (layer.down, "fo"),
            (layer.norm_output, "oln"),
        ):
            getattr(module, kind).copy_(tensors[prefix + part + suffix])
