"""What is said about fields that cannot be read, in English and French."""

from __future__ import annotations

from review_gate.domain.message import Message


def named(key: str) -> Message:
    return Message(f"'{key}'", f"« {key} »")


def entry_of(key: str) -> Message:
    return Message(f"an entry of '{key}'", f"une entrée de « {key} »")


def no_group(what: Message) -> Message:
    return Message(
        f"{what.en} must be a group of fields (key: value)", f"{what.fr} doit être un groupe de champs (clé: valeur)"
    )


def here_twice(name: str, first: int) -> Message:
    """`first` is the line of the first one, from 1."""
    return Message(
        f"'{name}' is here twice (first in line {first})", f"« {name} » figure deux fois (d'abord à la ligne {first})"
    )


def no_number(key: str, low: float, high: float) -> Message:
    return Message(
        f"'{key}' must be a number from {low:g} to {high:g}", f"« {key} » doit être un nombre de {low:g} à {high:g}"
    )


def no_date(key: str) -> Message:
    return Message(
        f"'{key}' must be a date: year-month-day, such as 2028-01-31",
        f"« {key} » doit être une date : année-mois-jour, par exemple 2028-01-31",
    )


def no_list(key: str) -> Message:
    return Message(
        f"'{key}' must be a list of at least one entry, each with a dash before it",
        f"« {key} » doit être une liste d'au moins une entrée, chacune précédée d'un tiret",
    )


def no_language(word: str) -> Message:
    return Message(f"'{word}' is not a language", f"« {word} » n'est pas une langue")


def never_counts(language: str) -> Message:
    return Message(
        f"the rule's 'languages' do not have '{language}': these never count",
        f"« languages » de la règle n'a pas « {language} » : ces termes ne comptent jamais",
    )
