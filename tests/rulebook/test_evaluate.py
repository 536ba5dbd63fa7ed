"""What a hit says, and when a rule stays silent."""

from datetime import UTC, date, datetime

import pytest

from review_gate.domain.draft import Kind, Media
from review_gate.domain.message import Message
from review_gate.domain.verdict import Severity
from tests.rulebook.making import NOON, found, hits, packs

PROMO = 'languages: [fr]\nterms: [promo]\nmessage: {en: "\'{found}\' here", fr: "« {found} » ici"}'


def test_a_hit_carries_all_that_a_reviewer_needs() -> None:
    pack = packs(
        PROMO
        + "\nseverity: hold\ncategory: newsjack\nstatus: shadow\nsuggestion: {en: Without, fr: 'Sans « {found} »'}"
    )
    (hit,) = hits(pack, "La Promo !", "fr")
    assert (hit.rule, hit.pack, hit.version) == ("testing.rule-0", "testing", 3)
    assert (hit.category, hit.severity, hit.shadow) == ("newsjack", Severity.HOLD, True)
    assert hit.message == Message("'Promo' here", "« Promo » ici")
    assert hit.suggestion == Message("Without", "Sans « Promo »")
    assert (hit.span, hit.found) == ((3, 8), "Promo")


def test_words_of_the_text_do_not_fill_gaps_again() -> None:
    pack = packs(
        'kind: cooccurrence\nall: [{terms: ["\\\\{b\\\\}"]}, {terms: [promo]}]\nmessage: {en: "{a} {b}", fr: "{a} {b}"}'
    )
    assert hits(pack, "{b} promo")[0].message.en == "{b} promo"


def test_long_finds_are_cut_in_the_message_only() -> None:
    pack = packs('patterns: ["a{90,200}"]\nmessage: {en: "{found}", fr: "{found}"}')
    (hit,) = hits(pack, "a" * 150)
    assert len(hit.message.en) == 80
    assert hit.found == "a" * 150


def test_the_most_severe_comes_first() -> None:
    pack = packs("terms: [aa]\nseverity: note", "terms: [bb]\nseverity: block", "terms: [cc]\nseverity: warn")
    assert [hit.severity.word for hit in hits(pack, "aa bb cc")] == ["block", "warn", "note"]


@pytest.mark.parametrize(("day", "fires"), [(date(2026, 3, 3), True), (date(2026, 3, 4), False)])
def test_expired_rules_fall_silent_and_are_reported(day: date, fires: bool) -> None:
    pack = packs(PROMO + "\nexpires: 2026-03-04")
    now = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    assert bool(hits(pack, "promo", now=now)) is fires
    assert [rule.id for rule in pack.expired(day)] == ([] if fires else ["testing.rule-0"])


@pytest.mark.parametrize(
    ("field", "draft", "fires"),
    [
        ("for: [reply]", {"kind": Kind.POST}, False),
        ("for: [reply]", {"kind": Kind.REPLY}, True),
        ("channels: [x]", {"channel": "X"}, True),
        ("channels: [x]", {"channel": "facebook"}, False),
        ("channels: [x]", {}, True),
        ("markets: [FR, BE]", {"market": "fr"}, True),
        ("markets: [FR, BE]", {"market": "US"}, False),
        ("markets: [FR, BE]", {}, True),
    ],
)
def test_where_a_rule_counts(field: str, draft: dict[str, str], fires: bool) -> None:
    assert bool(hits(packs(PROMO + "\n" + field), "promo", **draft)) is fires


def test_alt_text_and_file_name_are_screened_without_a_span() -> None:
    media = (Media("https://cdn.example/2026/super_PROMO-final.jpg", "Une promo en grand"),)
    answer = hits(packs(PROMO), "Bonjour", "fr", media=media)
    assert [(hit.span, hit.found) for hit in answer] == [(None, "promo"), (None, "PROMO")]


def test_text_and_picture_are_seen_together() -> None:
    pack = packs("kind: cooccurrence\nall: [{terms: [promo]}, {terms: [incendie]}]")
    (hit,) = hits(pack, "La promo", media=(Media("https://x.example/a.jpg", "Un incendie"),))
    assert hit.span == (3, 8)


def test_a_text_full_of_matches_has_a_bounded_answer() -> None:
    assert len(hits(packs(PROMO), "promo " * 3000)) == 20


def test_spans_survive_signs_outside_the_basic_plane() -> None:
    assert found(packs('patterns: ["promo \\\\d+"]'), "🎉🎉 é PROMO 20 🎉") == ["PROMO 20"]


def test_no_languages_known_means_all_rules() -> None:
    assert found(PROMO, "promo") == ["promo"]
    assert found(PROMO, "promo", "en") == []
    assert NOON.tzinfo is not None
