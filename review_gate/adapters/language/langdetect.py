"""Language by langdetect (Apache 2.0), a port of Google's detector of 2010. Slower and less sure on short texts; its
seed is fixed, because it answers differently from call to call without one."""

from __future__ import annotations

from langdetect import DetectorFactory, LangDetectException, detect_langs

from review_gate.adapters.language.words import inapplicable, plain, too_short
from review_gate.domain.verdict import Signal


class LangdetectDetector:
    name = "langdetect"

    def __init__(self) -> None:
        DetectorFactory.seed = 0

    def detect(self, text: str) -> Signal:
        words = plain(text)
        if too_short(words):
            return inapplicable()
        try:
            best = detect_langs(words)[0]
        except LangDetectException:  # no letters it knows
            return inapplicable()
        return Signal("language", "language", round(float(best.prob), 3), detail=best.lang.split("-")[0])
