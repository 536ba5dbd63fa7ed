"""Text for people, in the languages of the product."""

from __future__ import annotations

from dataclasses import dataclass

LANGUAGES = ("en", "fr")


@dataclass(frozen=True, slots=True)
class Message:
    """One sentence in English and French. `str(message)` is the English one."""

    en: str
    fr: str

    def in_(self, language: str) -> str:
        """The sentence in `language` ('fr', 'fr-CA'…); English for every language but French."""
        return self.fr if language.lower().startswith("fr") else self.en

    def __str__(self) -> str:
        return self.en
