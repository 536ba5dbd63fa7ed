"""Detoxify behind the same scorer, on a tiny random checkpoint. Runs where requirements-detoxify.txt is installed."""

from __future__ import annotations

import copy
import importlib
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from review_gate.adapters.scorers.detoxify import DetoxifyError, DetoxifyNetwork, find_checkpoint, languages_of
from review_gate.adapters.scorers.detoxify_onnx import CARD, GRAPH, ExportedDetoxify, export
from review_gate.adapters.scorers.encoder import LABELS
from review_gate.adapters.scorers.toxicity import EmbeddedToxicity
from review_gate.adapters.scorers.toxicity_choice import open_toxicity

CLASSES = ["toxicity", "severe_toxicity", "obscene", "identity_attack", "insult", "threat", "sexual_explicit"]
TEXTS = ["Bonjour à tous", "you fool", "a much longer sentence with quite a few words in it"]


class Explosive:
    """Unpickling this would run code."""

    def __reduce__(self) -> tuple[Any, ...]:
        return (print, ("this must never be printed",))


def test_an_empty_folder_is_explained(tmp_path: Path) -> None:
    with pytest.raises(DetoxifyError, match="should hold one Detoxify checkpoint"):
        find_checkpoint(tmp_path)


def test_a_folder_without_the_base_model_is_explained(tmp_path: Path) -> None:
    (tmp_path / "model.ckpt").touch()
    with pytest.raises(DetoxifyError, match=r"config\.json"):
        find_checkpoint(tmp_path)


def test_a_missing_export_is_explained(tmp_path: Path) -> None:
    with pytest.raises(DetoxifyError, match="model export"):
        ExportedDetoxify(tmp_path)


@pytest.mark.parametrize(
    ("base", "french"),
    [("XLMRobertaForSequenceClassification", True), ("BertForSequenceClassification", False), ("RobertaForX", False)],
)
def test_a_checkpoint_of_english_knows_no_french(base: str, french: bool) -> None:
    known = languages_of({"config": {"arch": {"args": {"model_name": base}}}})
    assert ("en" in known, "fr" in known) == (True, french)


def test_detoxify_without_a_folder_is_explained() -> None:
    with pytest.raises(DetoxifyError, match="REVIEW_GATE_DETOXIFY"):
        open_toxicity("detoxify")


def test_without_the_packages_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    (tmp_path / "model.ckpt").touch()
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(DetoxifyError, match=r"requirements-detoxify\.txt"):
        open_toxicity("detoxify", tmp_path)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A local folder as an operator sets it up, with random weights and the hub's name in the checkpoint."""
    torch = importlib.import_module("torch")
    transformers = importlib.import_module("transformers")
    folder = tmp_path_factory.mktemp("detoxify")
    pieces = [
        "<s>",
        "<pad>",
        "</s>",
        "<unk>",
        "▁",
        *(f"▁{c}" for c in "abcdefghijklmnopqrstuvwxyz"),
        *"abcdefghijklmnopqrstuvwxyzàé",
        "<mask>",
    ]
    tokenizer = transformers.XLMRobertaTokenizer(vocab=[(piece, -float(n % 7)) for n, piece in enumerate(pieces)])
    tokenizer.save_pretrained(folder)
    config = transformers.XLMRobertaConfig(
        vocab_size=len(pieces),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=64,
        max_position_embeddings=66,
        pad_token_id=1,
        num_labels=len(CLASSES),
    )
    config.save_pretrained(folder)
    torch.manual_seed(5)
    model = transformers.XLMRobertaForSequenceClassification(config)
    torch.save(
        {
            "config": {
                "dataset": {"args": {"classes": CLASSES}},
                "arch": {
                    "args": {
                        "model_type": "xlm-roberta-base",
                        "num_classes": len(CLASSES),
                        "model_name": "XLMRobertaForSequenceClassification",
                        "tokenizer_name": "XLMRobertaTokenizer",
                    }
                },
            },
            "state_dict": model.state_dict(),
        },
        folder / "tiny.ckpt",
    )
    return folder


@pytest.fixture(scope="module")
def network(folder: Path) -> DetoxifyNetwork:
    return DetoxifyNetwork(folder)


@pytest.fixture(scope="module")
def exported(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export(folder, tmp_path_factory.mktemp("exported"))


@pytest.mark.detoxify
def test_the_checkpoints_own_weights_are_used(folder: Path, network: DetoxifyNetwork) -> None:
    torch = importlib.import_module("torch")
    state = torch.load(folder / "tiny.ckpt", weights_only=True)["state_dict"]
    own = network.model.model.state_dict()
    assert all(torch.equal(own[name], tensor) for name, tensor in state.items())


@pytest.mark.detoxify
def test_labels_come_in_our_order(network: DetoxifyNetwork) -> None:
    found = network.model.predict(TEXTS[0])
    [row] = network.probabilities(TEXTS[:1], ["fr"])
    for label, value in found.items():
        assert row[LABELS.index(label)] == pytest.approx(value)


@pytest.mark.detoxify
def test_it_serves_the_same_scorer(network: DetoxifyNetwork) -> None:
    scorer = EmbeddedToxicity(network)
    found = scorer.score([*TEXTS, "word " * 500], [None] * 4)
    assert scorer.model == "detoxify-tiny"
    assert all(set(one.scores) == set(LABELS) for one in found)


@pytest.mark.detoxify
def test_a_checkpoint_that_holds_code_is_refused(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    torch = importlib.import_module("torch")
    content = copy.copy(torch.load(folder / "tiny.ckpt", weights_only=True))
    content["surprise"] = Explosive()
    torch.save(content, tmp_path / "bad.ckpt")
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(DetoxifyError, match="could run code"):
        DetoxifyNetwork(tmp_path)
    assert capsys.readouterr().out == ""


@pytest.mark.detoxify
def test_the_export_says_the_same_without_torch(network: DetoxifyNetwork, exported: Path) -> None:
    small = ExportedDetoxify(exported)
    assert small.version == "detoxify-tiny-int8"
    ours = small.probabilities(TEXTS, [None] * 3)
    assert np.allclose(ours, network.probabilities(TEXTS, [None] * 3), atol=0.05)


@pytest.mark.detoxify
def test_the_choice_takes_the_export_where_there_is_one(folder: Path, exported: Path) -> None:
    assert open_toxicity("detoxify", exported).model == "detoxify-tiny-int8"
    assert open_toxicity("detoxify", folder).model == "detoxify-tiny"


@pytest.mark.detoxify
def test_the_export_takes_long_texts(exported: Path) -> None:
    assert ExportedDetoxify(exported).probabilities(["word " * 500], [None]).shape == (1, len(LABELS))


@pytest.mark.detoxify
def test_a_changed_export_is_refused(exported: Path) -> None:
    original = (exported / GRAPH).read_bytes()
    try:
        (exported / GRAPH).write_bytes(original + b"\n")
        with pytest.raises(DetoxifyError, match=f"not the file that {CARD} describes"):
            ExportedDetoxify(exported)
    finally:
        (exported / GRAPH).write_bytes(original)
