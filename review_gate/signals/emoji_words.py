"""Emoji that stand for a word: "ta sœur la 🐷", "I'll 🔪 you".

One that follows an article, a pronoun or their like stands for the word that has to come there; elsewhere an emoji
colours what was said ("Marché 🐷 samedi"). Only those are known that people use to say rude or hateful things past a
filter, and that are neither goods of a shop nor praise (🍑, 🔥), nor what many a post is about (🐶, 🏳️‍🌈).
"""

from __future__ import annotations

import re

from review_gate.signals.emoji import EMOJI, bare, emoji_in

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
_BEFORE = re.compile(
    r"(?<![^\W_])(?:"
    r"(?:a|all|an|and|any|are|be|dirty|every|filthy|for|from|fucking|he|her|his|i|is|like|my|no|of|old|our|she|some|stupid"
    r"|such|that|the|their|these|they|this|those|to|ugly|was|we|will|with|you|your|\w{1,9}'(?:ll|m|re|s)"
    r"|au|aux|ce|ces|cet|cette|chaque|comme|de|des|du|elles?|es|est|et|grosses?|gros|ils?|je|la|le|les|leurs?|ma|me|mes"
    r"|mon|nos|notre|nous|on|pauvres?|pour|sa|sales?|sans|se|ses|son|sont|suis|ta|te|tes|ton|tous|toutes|tu|une?|va|vais"
    r"|vas|vont|vos|votre|vous)\s"
    r"|[ldtj]['’])\Z",
    re.IGNORECASE,
)
_REACH = 16
"""So many characters before an emoji hold each of those words, and the one before it."""
_ALWAYS, _BUT_LAST = "🖕", "💩"
"""These stand for a word wherever they are; at the end of a text the second may be a joke."""
_GOES_ON = re.compile(r"[\s,]*[^\W\d_]")


def spelled_out(text: str, lang: str | None) -> str:
    """`text` with such emoji as words, in French for "fr", else in English; the same text where there is none."""
    if text.isascii():
        return text
    parts, at = [], 0
    for found in emoji_in(text):
        words = _WORDS.get(bare(found.group()))
        if words is not None and _stands_for_a_word(bare(found.group()), text, found.start(), found.end()):
            parts += [text[at : found.start()], words[lang == "fr"]]
            at = found.end()
    return "".join([*parts, text[at:]])


def _stands_for_a_word(sign: str, text: str, start: int, end: int) -> bool:
    if sign == _ALWAYS or (sign == _BUT_LAST and _GOES_ON.match(text, end)):
        return True
    following = EMOJI.match(text[end : end + _REACH].lstrip())  # several in a row only colour what was said
    return following is None and _BEFORE.search(text[max(0, start - _REACH) : start]) is not None
