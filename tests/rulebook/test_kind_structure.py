"""Structure: slips in how a text is built, each beside its harmless twin."""

import pytest

from review_gate.domain.draft import Media
from tests.rulebook.making import found, hits, packs


@pytest.mark.parametrize(
    ("check", "text", "expected"),
    [
        ("template", "Bonjour {{prenom}}, votre {commande}", ["{{prenom}}", "{commande}"]),
        ("template", "Hello %FIRST_NAME%, <<link>>", ["%FIRST_NAME%", "<<link>>"]),
        ("template", "-20% et 30% {promo", []),
        ("capitals", "INCROYABLE OFFRE LIMITÉE MAINTENANT", ["INCROYABLE OFFRE LIMITÉE MAINTENANT"]),
        ("capitals", "La SNCF et la RATP vous informent du trafic", []),
        ("capitals", "@MARQUEMARQUE #CONCOURS #GAGNER https://X.EXAMPLE/ABCDEFGH bonjour", []),
        ("hashtags", "#a1 #b1 #c1 #d1 #e1 #f1", ["#f1"]),
        ("hashtags", "#a1 #b1 n°3 C# https://x.example/#top", []),
        ("mentions", "@aa @bb @cc @dd @ee @ff", ["@ff"]),
        ("mentions", "moi@example.org " * 8, []),
        ("repeated_punctuation", "Vite !!!! Quoi ?!", ["!!!! "]),
        ("repeated_punctuation", "Vite !!!", []),
        ("shortener", "Ici : https://bit.ly/3abc", ["bit.ly"]),
        ("shortener", "Ici : https://orbit.ly/3abc et bit.ly", []),
        ("repeated_sentence", "Venez nous voir samedi. Oui. Venez nous voir samedi.", ["Venez nous voir samedi"]),
        ("repeated_sentence", "Merci. Merci. Merci.", []),
        ("invisible", "pro\u200bmo", None),
        ("invisible", "texte \u202e retourné", None),
        ("invisible", "👨‍👩‍👧 pro\u00admo", []),
        ("mixed_script", "une рromo", ["рromo"]),
        ("mixed_script", "une promo, скидка", []),
    ],
)
def test_checks(check: str, text: str, expected: list[str] | None) -> None:
    pack = packs(f"kind: structure\ncheck: {check}")
    if expected is None:
        assert len(hits(pack, text)) == 1
    else:
        assert found(pack, text) == expected


@pytest.mark.parametrize(
    ("channel", "text", "over"),
    [
        ("x", "a" * 280, 0),
        ("x", "a" * 285, 5),
        ("twitter", "a" * 281, 1),
        ("x", "a" * 250 + " https://example.org/" + "b" * 80, 0),
        ("instagram", "a" * 2200, 0),
        (None, "a" * 9000, 0),
        ("unknown", "a" * 9000, 0),
    ],
)
def test_length_by_channel(channel: str | None, text: str, over: int) -> None:
    answer = hits(packs("kind: structure\ncheck: length"), text, channel=channel)
    assert [hit.span for hit in answer] == ([(len(text) - over, len(text))] if over else [])


def test_own_limits() -> None:
    assert found("kind: structure\ncheck: hashtags\nmax: 1", "#a1 #b1") == ["#b1"]
    assert found("kind: structure\ncheck: shortener\ndomains: [go.brand.example]", "go.brand.example/x") == [
        "go.brand.example"
    ]
    assert len(hits(packs("kind: structure\ncheck: length\nmax: 10"), "a" * 11)) == 1


def test_media_without_words() -> None:
    pack = packs("kind: structure\ncheck: alt_missing")
    media = (Media("https://cdn.example/a.jpg"), Media("https://cdn.example/b.jpg", "Deux amis"), Media("c.png", " "))
    assert [(hit.span, hit.found) for hit in hits(pack, "Bonjour", media=media)] == [(None, "a.jpg"), (None, "c.png")]


def test_exceptions_hold_here_too() -> None:
    assert found('kind: structure\ncheck: template\nexcept: ["\\\\{live\\\\}"]', "{live} {nom}") == ["{nom}"]


def test_a_word_without_end_takes_no_time() -> None:
    assert hits(packs("kind: structure\ncheck: mixed_script"), "a" * 20_000) == ()
    assert hits(packs("kind: structure\ncheck: template"), "{" * 20_000) == ()
