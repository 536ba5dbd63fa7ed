"""Emoji that stand for a word: "ta sœur la 🐷", "I'll 🔪 you".

One that follows an article, a pronoun or their like stands for the word that has to come there; elsewhere an emoji
colours what was said ("Marché 🐷 samedi"). Only those are known that people use to say rude or hateful things past a
filter, and that are neither goods of a shop nor praise (🍑, 🔥), nor what many a post is about (🐶, 🏳️‍🌈).
"""

from __future__ import annotations

import re

_WORDS = {
    "🐷": ("pig", "cochon"), "🐖": ("pig", "porc"), "🐽": ("pig", "porc"), "🐒": ("monkey", "singe"),
    "🐵": ("monkey", "singe"), "🦍": ("gorilla", "gorille"), "🐀": ("rat", "rat"), "🐁": ("rat", "rat"),
    "🪳": ("cockroach", "cafard"), "🐛": ("worm", "ver"), "🦠": ("virus", "virus"), "🐍": ("snake", "serpent"),
    "🐄": ("cow", "vache"), "🐮": ("cow", "vache"), "🐑": ("sheep", "mouton"), "🐐": ("goat", "chèvre"),
    "🐫": ("camel", "chameau"), "🤡": ("clown", "clown"), "💩": ("shit", "merde"), "🗑": ("trash", "poubelle"),
    "🚮": ("trash", "poubelle"), "🖕": ("fuck", "putain"), "🔪": ("knife", "couteau"), "🔫": ("gun", "flingue"),
    "💀": ("dead", "mort"), "☠": ("dead", "mort"), "⚰": ("coffin", "cercueil"), "🪦": ("grave", "tombe"),
    "🪓": ("axe", "hache"), "🤮": ("disgusting", "dégueulasse"), "🤢": ("disgusting", "dégueulasse"),
    "🕌": ("mosque", "mosquée"), "☪": ("muslim", "musulman"), "🧕": ("veiled woman", "femme voilée"),
    "✡": ("jew", "juif"), "👴": ("old man", "vieux"), "👵": ("old woman", "vieille"),
    "🧑‍🦽": ("disabled", "handicapé"), "👳": ("man with a turban", "enturbanné"),
}  # fmt: skip
_SIGN = "|".join(re.escape(sign) for sign in sorted(_WORDS, key=len, reverse=True))
_SKIN = "[\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]*"
_BEFORE = (
    "a|all|an|and|any|are|be|dirty|every|filthy|for|from|fucking|he|her|his|i|is|like|my|no|of|old|our|she|some|stupid|such"
    "|that|the|their|these|they|this|those|to|ugly|was|we|will|with|you|your|\\w+'(?:ll|m|re|s)"
    "|au|aux|ce|ces|cet|cette|chaque|comme|de|des|du|elles?|es|est|et|grosses?|gros|ils?|je|la|le|les|leurs?|ma|me|mes|mon"
    "|nos|notre|nous|on|pauvres?|pour|sa|sales?|sans|se|ses|son|sont|suis|ta|te|tes|ton|tous|toutes|tu|une?|va|vais|vas|vont"
    "|vos|votre|vous"
)
_FOR_A_WORD = re.compile(
    rf"(?<![^\W_])((?:{_BEFORE})\s|[ldtj]['’])({_SIGN}){_SKIN}(?!\w*\s*(?:{_SIGN}))", re.IGNORECASE
)
_RUDE = re.compile(rf"(🖕|💩(?=[\s,]*[^\W\d_])){_SKIN}")
"""These stand for a word wherever they are; 💩 at the end of a text may be a joke."""


def spelled_out(text: str, lang: str | None) -> str:
    """`text` with such emoji as words, in French for "fr", else in English; the same text where there is none."""
    if text.isascii():
        return text
    column = int(lang == "fr")
    text = _FOR_A_WORD.sub(lambda found: found[1] + _WORDS[found[2]][column], text)
    return _RUDE.sub(lambda found: _WORDS[found[1]][column], text)
