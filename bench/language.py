"""Which language detector is right most often on short texts, and what it costs.

    python bench/language.py

140 short texts written for this (20 in each of seven languages; about a third is slang, without accents, or under five
words). The gate's two detectors answer behind their port, so "too short to tell" counts as *no answer*. Other libraries
are measured where they are installed (requirements-bench.txt), limited to the same seven languages where they can be.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from review_gate.adapters.language import DETECTORS

HERE = Path(__file__).parent
LANGUAGES = ["fr", "en", "es", "de", "it", "pt", "nl"]

Detect = Callable[[str], str | None]


def texts() -> list[tuple[str, str]]:
    lines = (HERE / "data" / "short_texts.tsv").read_text(encoding="utf-8").splitlines()
    return [(line.split("\t")[1], line.split("\t")[0]) for line in lines]


def gate_detectors() -> dict[str, Detect]:
    found: dict[str, Detect] = {}
    for name, make in DETECTORS.items():
        detector = make()

        def detect(text: str, detector=detector) -> str | None:
            signal = detector.detect(text)
            return signal.detail if signal.score is not None else None

        found[f"{name} (behind the port)"] = detect
    return found


def others() -> dict[str, Detect]:
    found: dict[str, Detect] = {}
    try:
        import py3langid

        py3langid.set_languages(LANGUAGES)
        found["py3langid"] = lambda text: py3langid.classify(text)[0]
    except ImportError:
        pass
    try:
        from lingua import Language, LanguageDetectorBuilder

        chosen = [Language.FRENCH, Language.ENGLISH, Language.SPANISH, Language.GERMAN, Language.ITALIAN,
                  Language.PORTUGUESE, Language.DUTCH]  # fmt: skip
        lingua = LanguageDetectorBuilder.from_languages(*chosen).build()

        def by_lingua(text: str) -> str | None:
            language = lingua.detect_language_of(text)
            return language.iso_code_639_1.name.lower() if language else None

        found["lingua"] = by_lingua
    except ImportError:
        pass
    try:
        import pycld2

        found["pycld2"] = lambda text: pycld2.detect(text, bestEffort=True)[2][0][1]
    except ImportError:
        pass
    return found


def main() -> None:
    cases = texts()
    print("| detector | right | wrong | no answer | texts/s |\n|---|---|---|---|---|")
    for name, detect in {**gate_detectors(), **others()}.items():
        detect("Bonjour tout le monde")  # models are loaded
        start = time.perf_counter()
        answers = [(detect(text), lang) for text, lang in cases]
        rate = len(cases) / (time.perf_counter() - start)
        right = sum(answer == lang for answer, lang in answers)
        silent = sum(answer is None for answer, _ in answers)
        print(
            f"| {name} | {right} ({right / len(cases):.0%}) | {len(cases) - right - silent} | {silent} | {rate:,.0f} |"
        )


if __name__ == "__main__":
    main()
