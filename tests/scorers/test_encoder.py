"""The weights that ship: they load, belong together, and say sensible things of plain texts."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from review_gate.adapters.scorers.encoder import LABELS, WEIGHTS, Network, SentenceEncoder, WeightsError, shared_network
from review_gate.adapters.scorers.toxicity import EmbeddedToxicity


@pytest.fixture(scope="module")
def scorer() -> EmbeddedToxicity:
    return EmbeddedToxicity()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(WEIGHTS, tmp_path / "weights"))


def test_the_weights_carry_their_version_and_stay_small() -> None:
    card = json.loads((WEIGHTS / "toxicity.json").read_text(encoding="utf-8"))
    assert shared_network().version == card["version"]
    assert shared_network().languages == {"fr", "en", "es", "de", "it", "pt", "nl"}
    assert sum(path.stat().st_size for path in WEIGHTS.iterdir()) < 60e6


def test_missing_weights_are_named(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="cannot be read"):
        Network(tmp_path)


@pytest.mark.parametrize("name", ["toxicity.onnx", "tokenizer.json"])
def test_a_changed_file_is_refused(copy: Path, name: str) -> None:
    with (copy / name).open("ab") as file:
        file.write(b"\n")
    with pytest.raises(WeightsError, match=name):
        Network(copy)


def test_weights_with_other_labels_are_refused(copy: Path) -> None:
    card = json.loads((copy / "toxicity.json").read_text(encoding="utf-8"))
    card["labels"] = card["labels"][::-1]
    (copy / "toxicity.json").write_text(json.dumps(card), encoding="utf-8")
    with pytest.raises(WeightsError, match="other labels"):
        Network(copy)


def test_a_score_does_not_depend_on_its_neighbours() -> None:
    texts = ["Bonjour à toutes et à tous !", "You utter fool, get lost.", "x" * 300]
    together = shared_network().probabilities(texts, ["fr", "en", None])
    alone = np.concatenate(
        [shared_network().probabilities([text], [lang]) for text, lang in zip(texts, ["fr", "en", None], strict=True)]
    )
    assert np.array_equal(together, alone)
    assert together.shape == (3, len(LABELS))


def test_nothing_in_nothing_out() -> None:
    assert shared_network().probabilities([], []).shape == (0, len(LABELS))
    assert SentenceEncoder().encode([]).shape[0] == 0


def test_meaning_crosses_languages() -> None:
    vectors = SentenceEncoder().encode(
        [
            "Your parcel will arrive tomorrow morning.",
            "Votre colis arrivera demain matin.",
            "The concert was cancelled because of the storm.",
        ]
    )
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    near, far = vectors[0] @ vectors[1], vectors[0] @ vectors[2]
    assert near > 0.5
    assert far < near - 0.3


@pytest.mark.parametrize(
    "text, lang, label",
    [
        ("Tu es vraiment un pauvre connard", "fr", "insult"),
        ("You are a complete idiot", "en", "insult"),
        ("I will kill you", "en", "threat"),
        ("Je vais te tuer", "fr", "threat"),
        ("Les juifs sont des rats", "fr", "identity_attack"),
        ("All Muslims are vermin", "en", "identity_attack"),
        ("what a fucking mess", "en", "obscene"),
        ("putain de merde", "fr", "obscene"),
    ],
)
def test_plain_abuse_is_found(scorer: EmbeddedToxicity, text: str, lang: str, label: str) -> None:
    [found] = scorer.score([text], [lang])
    assert found.scores[label] >= 0.5
    assert found.scores["toxicity"] >= 0.5


@pytest.mark.parametrize(
    "text, lang",
    [
        ("Votre commande aura du retard, toutes nos excuses !", "fr"),
        ("La pédale de frein de votre vélo est en rupture de stock.", "fr"),
        ("Notre chatte Mina a trouvé sa boîte préférée", "fr"),
        ("Have a bite of our new sandwich", "en"),
        ("Happy Eid to all our Muslim customers and colleagues", "en"),
        ("We stand with the Jewish community after yesterday's attack", "en"),
        ("Nossa nova coleção chegou, venha ver!", "pt"),
        ("Il tuo pacco arriva domani, grazie per la pazienza", "it"),
        ("Vielen Dank für Ihre Geduld, wir melden uns morgen", "de"),
        ("Gracias por escribirnos, lo revisamos enseguida", "es"),
        ("Bedankt voor je bericht, we kijken het na", "nl"),
    ],
)
def test_ordinary_texts_pass(scorer: EmbeddedToxicity, text: str, lang: str) -> None:
    [found] = scorer.score([text], [lang])
    assert max(found.scores.values()) < 0.5
    assert found.spans == ()
