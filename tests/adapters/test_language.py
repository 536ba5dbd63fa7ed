"""Both language detectors answer the same contract."""

from __future__ import annotations

import pytest

from review_gate.adapters.language import DETECTORS
from review_gate.domain.verdict import SignalState
from review_gate.ports import LanguageDetector

TEXTS = [
    ("Nos boutiques ouvrent à dix heures demain matin, venez nombreux.", "fr"),
    ("Our shops open at ten tomorrow morning, come and see us.", "en"),
    ("Nuestras tiendas abren mañana a las diez, os esperamos.", "es"),
    ("Unsere Läden öffnen morgen um zehn Uhr, kommt vorbei.", "de"),
    ("I nostri negozi aprono domani mattina alle dieci, vi aspettiamo.", "it"),
    ("As nossas lojas abrem amanhã às dez, esperamos por você.", "pt"),
    ("Onze winkels zijn morgen vanaf tien uur geopend, wij heten u van harte welkom.", "nl"),
    ("Dzień dobry, dziękujemy za wiadomość i życzymy miłego dnia.", "pl"),
    ("Здравствуйте, спасибо за ваше сообщение, мы скоро ответим.", "ru"),
    ("今日はいい天気ですね、お店は十時に開きます。", "ja"),
]
NOTHING_TO_TELL = [
    "",
    "ok",
    "#promo",
    "🎉🎉🎉",
    "https://example.com/en/home",
    "10h30 - 12h",
    "@camille @samira",
    "Merci !",
]


@pytest.fixture(params=sorted(DETECTORS))
def detector(request: pytest.FixtureRequest) -> LanguageDetector:
    return DETECTORS[request.param]()


@pytest.mark.parametrize(("text", "lang"), TEXTS)
def test_it_tells_the_language(detector: LanguageDetector, text: str, lang: str) -> None:
    signal = detector.detect(text)
    assert (signal.state, signal.detail) == (SignalState.SCORED, lang)
    assert signal.score is not None and 0.0 <= signal.score <= 1.0


@pytest.mark.parametrize("text", NOTHING_TO_TELL)
def test_too_little_is_inapplicable(detector: LanguageDetector, text: str) -> None:
    assert detector.detect(text).state is SignalState.INAPPLICABLE


def test_it_does_not_change_its_mind(detector: LanguageDetector) -> None:
    said = {detector.detect("Super promo ce week-end, sale on now").detail for _ in range(20)}
    assert len(said) == 1
