"""Language detectors: `eldc` (default) and `langdetect`, both behind ports.LanguageDetector."""

from __future__ import annotations

from collections.abc import Callable

from review_gate.adapters.language.eldc import EldcDetector
from review_gate.adapters.language.langdetect import LangdetectDetector
from review_gate.ports import LanguageDetector

DETECTORS: dict[str, Callable[[], LanguageDetector]] = {"eldc": EldcDetector, "langdetect": LangdetectDetector}
