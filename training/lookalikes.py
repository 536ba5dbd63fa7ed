"""Characters that only look like Latin letters. The tokenizer reads them as the letters they imitate."""

from __future__ import annotations

# Real Cyrillic or Greek text turns to nonsense by this; the scorer does not cover those languages anyway.
LOOKALIKES = dict(
    zip(
        "асеорхуіјѕһԁԛԝАВЕКМНОРСТХУІЈЅԌαοινρτυκΑΒΕΖΗΙΚΜΝΟΡΤΥΧɑɡıⅼǀℓ",
        "aceopxyijshdqwABEKMHOPCTXYIJSGaoivptukABEZHIKMNOPTYXagilll",
        strict=True,
    )
)
INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e"
    "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
    "\u2060\u2061\u2062\u2063\u2064\ufeff\ufe0e\ufe0f"
)
