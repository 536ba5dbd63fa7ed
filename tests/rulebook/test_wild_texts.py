"""The packs that come with the product, over texts nobody would write: every answer is well formed, nothing crashes."""

from functools import cache
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from review_gate.domain.context import Context
from review_gate.domain.draft import Draft, Kind, Media
from review_gate.domain.verdict import CATEGORIES
from review_gate.rulebook.evaluate import evaluate
from review_gate.rulebook.load import load_packs
from review_gate.rulebook.rule import Packs
from tests.rulebook.making import NOON

PIECES = st.sampled_from([
    "promo", "l'incendie", "#susanalbumparty", "@", "{{", "}}", "06 12 34 56 78", "FR76", "😂",
    "👨\u200d👩\u200d👧", "m*rde", "p.u.t", "œ", "e\u0301", "\u200b", "\u202e", "\u0000", "\ud7ff", "ﬁ", "½",
    "İ", "ß", "сор", "http://x.example/", "TODO", "!!!!", " ", "\u000a", "décès", "·e·s",
])  # fmt: skip
TEXTS = st.lists(st.one_of(PIECES, st.text(max_size=8)), min_size=1, max_size=25).map("".join).filter(bool)


@cache
def packs() -> Packs:
    return load_packs(Path(__file__).parents[2] / "rules", examples=False)


@given(
    text=TEXTS,
    said=st.none() | TEXTS,
    alt=st.none() | TEXTS,
    languages=st.sampled_from([(), ("fr",), ("en",), ("fr", "en", "de")]),
    market=st.sampled_from([None, "FR", "US", "ZZ"]),
)
@settings(max_examples=60)
def test_answers_are_well_formed(
    text: str, said: str | None, alt: str | None, languages: tuple[str, ...], market: str | None
) -> None:
    media = (Media("https://cdn.example/%FF/a_b.jpg", alt),) if alt else ()
    draft = Draft(text, kind=Kind.REPLY if said else Kind.POST, market=market, in_reply_to=said, media=media)
    hits = evaluate(packs(), draft, Context(now=NOON, languages=languages))
    for hit in hits:
        assert hit.category in CATEGORIES
        assert hit.message.en and hit.message.fr
        if hit.span is not None:
            assert 0 <= hit.span[0] < hit.span[1] <= len(text)
    assert [hit.severity for hit in hits] == sorted((hit.severity for hit in hits), reverse=True)
    assert evaluate(packs(), draft, Context(now=NOON, languages=languages)) == hits
