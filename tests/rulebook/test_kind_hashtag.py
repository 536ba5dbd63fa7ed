"""Hashtags: whose they are, and what else they can be read as."""

import pytest

from review_gate.domain.draft import Media
from review_gate.rulebook.errors import PackErrors
from tests.rulebook.making import found, hits, packs

HIDDEN = "kind: hashtag\nhidden: [anal, bum, sex, penis, whore, fart, slaughter, cul, con, rape]\n"


@pytest.mark.parametrize(
    "tag", ["#susanalbumparty", "#penisland", "#expertsexchange", "#whorepresents", "#speedofart", "#childrenslaughter"]
)
def test_a_hidden_word_is_seen(tag: str) -> None:
    assert found(HIDDEN, f"Join {tag} today") == [tag]


@pytest.mark.parametrize(
    "tag",
    ["#SusanAlbumParty", "#susan_album_party", "#analytics", "#sussex", "#culture", "#concours", "#grapefruit",
     "#musculation", "#calculmental", "#confiance", "#scunthorpe", "#drapeau", "#bonneannee2027"],
)  # fmt: skip
def test_honest_tags_pass(tag: str) -> None:
    assert found(HIDDEN, f"Join {tag} today") == []


def test_the_message_and_the_advice_say_how_to_write_it() -> None:
    pack = packs(HIDDEN + 'message: {en: "{tag} reads as {reading}", fr: "{tag} se lit {reading}"}')
    (hit,) = hits(pack, "Join #susanalbumparty")
    assert hit.message.en == "#susanalbumparty reads as sus anal bum party"
    assert hit.suggestion is not None
    assert hit.suggestion.fr == "Si vous voulez dire « susan album party », écrivez #SusanAlbumParty."


def test_whole_tags_and_beginnings() -> None:
    pack = packs('kind: hashtag\ntags: ["#MeToo", "prayfor*"]')
    assert found(pack, "#metoo #MÉTOO #PrayForParis #metoofood") == ["#metoo", "#MÉTOO", "#PrayForParis"]


def test_only_beside_certain_words() -> None:
    pack = packs('kind: hashtag\ntags: ["#metoo"]\nwith: {fr: [promo]}\nmessage: {en: "{a}", fr: "{a}"}')
    assert [hit.message.en for hit in hits(pack, "Promo #metoo")] == ["Promo"]
    assert hits(pack, "#metoo") == ()


def test_handles_and_links() -> None:
    pack = packs(HIDDEN + "in: [handle, link]")
    assert found(pack, "@penisland sur www.experts-exchange.com, expertsexchange.com #penisland") == [
        "@penisland",
        "expertsexchange.com",
    ]


def test_exceptions() -> None:
    assert found(HIDDEN + 'except: ["#penisland"]', "#penisland #speedofart") == ["#speedofart"]


def test_something_to_look_for_is_needed() -> None:
    with pytest.raises(PackErrors, match="'tags'"):
        packs("kind: hashtag\nin: [handle]")
    with pytest.raises(PackErrors, match="cannot be looked for inside a tag"):
        packs("kind: hashtag\nhidden: [a b]")


def test_alt_texts_are_read_too() -> None:
    media = (Media("https://cdn.example/a.jpg", "Notre affiche #MeToo"),)
    (hit,) = hits(packs("kind: hashtag\ntags: [metoo]"), "Bonjour", media=media)
    assert (hit.span, hit.found) == (None, "#MeToo")
    assert hits(packs("kind: hashtag\ntags: [metoo]\nexcept: ['notre affiche #metoo']"), "Bonjour", media=media) == ()
