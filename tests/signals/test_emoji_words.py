"""An emoji counts as a word where it stands for one, and only there."""

import pytest

from review_gate.signals.emoji_words import spelled_out


@pytest.mark.parametrize(
    ("text", "lang", "spelled"),
    [
        ("tu vas 💀 lentement", "fr", "tu vas mort lentement"),
        ("ta sœur est une 🐷.", "fr", "ta sœur est une cochon."),
        ("get this 🐒 off the pitch", "en", "get this monkey off the pitch"),
        ("what the 🖕🏽 is this", None, "what the fuck is this"),
        ("deport every ☪️ now", "en", "deport every muslim now"),
        ("Holy 🖕 hailstones", "en", "Holy fuck hailstones"),
        ("💩, les clés", "fr", "merde, les clés"),
        ("ces 🐀s partout", "fr", "ces rats partout"),
    ],
)
def test_between_words_it_is_one(text: str, lang: str | None, spelled: str) -> None:
    assert spelled_out(text, lang) == spelled


@pytest.mark.parametrize(
    "text",
    [
        "Soldes d'été 🔥🔥🔥",
        "Soldes 🔥 jusqu'à samedi",
        "La nouvelle collection est 🔥",
        "Marché 🐷 samedi",
        "Viens avec ton 🐶, nos 🏳️‍🌈 flottent déjà",
        "Tarte 🍑 maison",
        "Soirée 💀 samedi",
        "La couche qui tient toute la nuit 💩",
        "🔥 Nouveau : la glace au citron",
        "Bravo à tous 💪 Rendez-vous samedi",
        "La ferme ouvre ses portes 🐷🐄 On vous attend !",
        "best day ever 💀",
        "I ❤ Paris",
    ],
)
def test_what_only_colours_a_text_stays(text: str) -> None:
    assert spelled_out(text, "fr") == text
