"""Emoji that stand for a word: "ta 🐷 de sœur", "I'll 🔪 you".

Only between words does an emoji stand for one; at the end of a sentence it colours what was said. Only those are known
that people use to say rude or hateful things past a filter; what they mean otherwise is harmless as a word, too.
"""

from __future__ import annotations

import re

_WORDS = {
    "🐷": ("pig", "cochon"), "🐖": ("pig", "porc"), "🐽": ("pig", "porc"), "🐒": ("monkey", "singe"),
    "🐵": ("monkey", "singe"), "🦍": ("gorilla", "gorille"), "🐀": ("rat", "rat"), "🐁": ("rat", "rat"),
    "🪳": ("cockroach", "cafard"), "🐛": ("worm", "ver"), "🦠": ("virus", "virus"), "🐍": ("snake", "serpent"),
    "🐶": ("dog", "chien"), "🐕": ("dog", "chien"), "🐄": ("cow", "vache"), "🐮": ("cow", "vache"),
    "🐑": ("sheep", "mouton"), "🐐": ("goat", "chèvre"), "🐫": ("camel", "chameau"), "🍌": ("banana", "banane"),
    "🤡": ("clown", "clown"), "💩": ("shit", "merde"), "🗑": ("trash", "poubelle"), "🚮": ("trash", "poubelle"),
    "🖕": ("fuck", "putain"), "🍑": ("ass", "cul"), "🍆": ("dick", "bite"), "🐓": ("cock", "coq"),
    "🐱": ("pussy", "chatte"), "💦": ("cum", "sperme"), "🔪": ("knife", "couteau"), "🔫": ("gun", "flingue"),
    "💣": ("bomb", "bombe"), "💀": ("dead", "mort"), "☠": ("dead", "mort"), "⚰": ("coffin", "cercueil"),
    "🪦": ("grave", "tombe"), "🔥": ("burn", "brûler"), "🪓": ("axe", "hache"), "🩸": ("blood", "sang"),
    "🤮": ("disgusting", "dégueulasse"), "🤢": ("disgusting", "dégueulasse"), "🕌": ("mosque", "mosquée"),
    "☪": ("muslim", "musulman"), "🧕": ("veiled woman", "femme voilée"), "✡": ("jew", "juif"),
    "✝": ("christian", "chrétien"),
    "🏳️‍🌈": ("gay", "gay"), "🏳️‍⚧️": ("trans", "trans"), "👴": ("old man", "vieux"), "👵": ("old woman", "vieille"),
    "🧑‍🦽": ("cripple", "handicapé"), "👳": ("man with a turban", "enturbanné"), "🧠": ("brain", "cerveau"),
    "✈": ("plane", "avion"), "🚢": ("boat", "bateau"), "🧹": ("broom", "balai"), "🐌": ("snail", "escargot"),
}  # fmt: skip
_SIGN = "|".join(re.escape(sign) for sign in sorted(_WORDS, key=len, reverse=True))
_SKIN = "[\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]*"
_FOR_A_WORD = re.compile(rf"(?:(?<=[\w,]\s)|(?<=['’]))({_SIGN}){_SKIN}(?=[-.,;:!?…]|\s[^\W\d_A-ZÀ-Þ]|s\b)")
"""After a word (or "l'"), and before another one in small letters, a plural s, or the end of the sentence's text."""


def spelled_out(text: str, lang: str | None) -> str:
    """`text` with such emoji as words, in French for "fr", else in English; the same text where there is none."""
    if text.isascii():
        return text
    column = int(lang == "fr")
    return _FOR_A_WORD.sub(lambda found: _WORDS[found[1]][column], text)
