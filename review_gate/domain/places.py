"""What markets and languages are called. What has no name here is shown by its code."""

from __future__ import annotations

from collections.abc import Mapping

from review_gate.domain.message import Message

COUNTRIES: Mapping[str, Message] = {
    "AT": Message("Austria", "Autriche"),
    "BE": Message("Belgium", "Belgique"),
    "BR": Message("Brazil", "Brésil"),
    "CA": Message("Canada", "Canada"),
    "CH": Message("Switzerland", "Suisse"),
    "DE": Message("Germany", "Allemagne"),
    "ES": Message("Spain", "Espagne"),
    "FR": Message("France", "France"),
    "GB": Message("United Kingdom", "Royaume-Uni"),
    "IE": Message("Ireland", "Irlande"),
    "IT": Message("Italy", "Italie"),
    "LU": Message("Luxembourg", "Luxembourg"),
    "MX": Message("Mexico", "Mexique"),
    "NL": Message("Netherlands", "Pays-Bas"),
    "PT": Message("Portugal", "Portugal"),
    "US": Message("United States", "États-Unis"),
}
TONGUES: Mapping[str, Message] = {
    "ar": Message("Arabic", "arabe"),
    "de": Message("German", "allemand"),
    "en": Message("English", "anglais"),
    "es": Message("Spanish", "espagnol"),
    "fr": Message("French", "français"),
    "it": Message("Italian", "italien"),
    "ja": Message("Japanese", "japonais"),
    "ko": Message("Korean", "coréen"),
    "nl": Message("Dutch", "néerlandais"),
    "pl": Message("Polish", "polonais"),
    "pt": Message("Portuguese", "portugais"),
    "ru": Message("Russian", "russe"),
    "sv": Message("Swedish", "suédois"),
    "tr": Message("Turkish", "turc"),
    "zh": Message("Chinese", "chinois"),
}


def country(market: str) -> Message:
    """The name of a market, given as a country's code (ISO 3166-1)."""
    return COUNTRIES.get(market.upper(), Message(market, market))


def tongue(lang: str) -> Message:
    """The name of a language, with its country where the code has one: fr, fr-CA."""
    code, _, region = lang.partition("-")
    name = TONGUES.get(code.lower())
    if name is None:
        return Message(lang, lang)
    if not region:
        return name
    where = country(region)
    return Message(f"{name.en} ({where.en})", f"{name.fr} ({where.fr})")
