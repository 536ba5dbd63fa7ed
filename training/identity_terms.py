"""Names of groups that can stand for one another in a sentence, so that no single group means "hate" to the model.

Each list holds plural nouns of the same grammatical shape; swapping one for another keeps the sentence (nearly)
correct and its label unchanged, in hateful and in harmless texts alike. Groups that the law does not
protect (professions, fans, parties) are not in here on purpose: swapping them would change the label. Slurs are not
swapped either.
"""

from __future__ import annotations

import random
import re

_PLURALS = {
    "fr": [
        "musulmans",
        "juifs",
        "noirs",
        "arabes",
        "roms",
        "gays",
        "homosexuels",
        "handicapés",
        "migrants",
        "réfugiés",
        "immigrés",
        "chinois",
        "asiatiques",
        "africains",
        "maghrébins",
        "trans",
        "chrétiens",
        "turcs",
        "algériens",
        "marocains",
        "sénégalais",
        "polonais",
        "roumains",
        "blancs",
        "vieux",
        "hindous",
        "syriens",
    ],
    "en": [
        "muslims",
        "jews",
        "black people",
        "arabs",
        "gypsies",
        "gay people",
        "gays",
        "disabled people",
        "migrants",
        "refugees",
        "immigrants",
        "chinese people",
        "asians",
        "africans",
        "trans people",
        "christians",
        "turks",
        "mexicans",
        "women",
        "lesbians",
        "poles",
        "romanians",
        "white people",
        "hindus",
        "syrians",
        "indians",
        "pakistanis",
        "old people",
        "nigerians",
    ],
    "es": [
        "musulmanes",
        "judíos",
        "negros",
        "árabes",
        "gitanos",
        "gays",
        "homosexuales",
        "discapacitados",
        "migrantes",
        "refugiados",
        "inmigrantes",
        "chinos",
        "asiáticos",
        "africanos",
        "moros",
        "cristianos",
        "turcos",
        "rumanos",
        "marroquíes",
        "venezolanos",
        "colombianos",
        "indígenas",
        "ancianos",
        "blancos",
    ],
    "de": [
        "Muslime",
        "Juden",
        "Schwarze",
        "Araber",
        "Roma",
        "Schwule",
        "Homosexuelle",
        "Behinderte",
        "Migranten",
        "Flüchtlinge",
        "Ausländer",
        "Chinesen",
        "Asiaten",
        "Afrikaner",
        "Türken",
        "Christen",
        "Polen",
        "Rumänen",
        "Frauen",
        "Lesben",
        "Syrer",
        "Afghanen",
        "Geflüchtete",
        "Weiße",
    ],
    "it": [
        "musulmani",
        "ebrei",
        "neri",
        "arabi",
        "rom",
        "gay",
        "omosessuali",
        "disabili",
        "migranti",
        "rifugiati",
        "immigrati",
        "cinesi",
        "africani",
        "cristiani",
        "turchi",
        "rumeni",
        "marocchini",
        "albanesi",
        "stranieri",
        "bianchi",
        "nigeriani",
        "senegalesi",
    ],
    "pt": [
        "muçulmanos",
        "judeus",
        "negros",
        "árabes",
        "ciganos",
        "gays",
        "homossexuais",
        "deficientes",
        "migrantes",
        "refugiados",
        "imigrantes",
        "chineses",
        "asiáticos",
        "africanos",
        "cristãos",
        "turcos",
        "brasileiros",
        "angolanos",
        "nordestinos",
        "indígenas",
        "venezuelanos",
        "brancos",
        "idosos",
        "haitianos",
    ],
    "nl": [
        "moslims",
        "joden",
        "zwarte mensen",
        "arabieren",
        "roma",
        "homo's",
        "gehandicapten",
        "migranten",
        "vluchtelingen",
        "buitenlanders",
        "chinezen",
        "aziaten",
        "afrikanen",
        "turken",
        "christenen",
        "polen",
        "marokkanen",
        "vrouwen",
        "lesbiennes",
        "roemenen",
        "syriërs",
        "surinamers",
        "asielzoekers",
    ],
}
_PATTERNS = {
    lang: re.compile(
        r"(?<!\w)(" + "|".join(sorted(map(re.escape, terms), key=len, reverse=True)) + r")(?!\w)", re.IGNORECASE
    )
    for lang, terms in _PLURALS.items()
}


def swap_groups(text: str, lang: str, rng: random.Random) -> str:
    """The text about other groups: each group named is replaced by the same other one throughout."""
    pattern = _PATTERNS.get(lang)
    if pattern is None:
        return text
    chosen: dict[str, str] = {}

    def other(match: re.Match[str]) -> str:
        return _cased(chosen.setdefault(match[0].casefold(), rng.choice(_PLURALS[lang])), match[0])

    return pattern.sub(other, text)


def by_group(text: str, lang: str) -> dict[str, str]:
    """The text about each group of the list in turn; empty unless it names exactly one of them."""
    pattern = _PATTERNS.get(lang)
    if pattern is None or len({found.casefold() for found in pattern.findall(text)}) != 1:
        return {}
    return {
        term: pattern.sub(lambda match, term=term: _cased(term, match[0]), text)  # type: ignore[misc]
        for term in _PLURALS[lang]
    }


def _cased(term: str, like: str) -> str:
    if like.isupper():
        return term.upper()
    return term[0].upper() + term[1:] if like[0].isupper() else term
