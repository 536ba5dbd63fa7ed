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


def in_line(number: int, message: Message) -> Message:
    """What is wrong in this line of a file."""
    return Message(f"line {number}: {message.en}", f"ligne {number} : {message.fr}")


_WHY: tuple[tuple[type[OSError], Message], ...] = (
    (FileNotFoundError, Message("there is no such file", "ce fichier n'existe pas")),
    (FileExistsError, Message("the file is there already", "ce fichier existe déjà")),
    (IsADirectoryError, Message("this is a folder", "c'est un dossier")),
    (NotADirectoryError, Message("a part of the path is no folder", "le chemin passe par un fichier")),
    (PermissionError, Message("access denied", "accès refusé")),
)


def why(error: OSError) -> Message:
    """Why a file cannot be opened; in the system's own words where it is none of the usual reasons."""
    for kind, message in _WHY:
        if isinstance(error, kind):
            return message
    return Message(error.strerror or str(error), error.strerror or str(error))
