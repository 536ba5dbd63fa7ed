"""Rules held against what reviewers decided."""

from datetime import date

from review_gate.domain.context import Context
from review_gate.domain.draft import Draft
from review_gate.domain.submission import Answer
from review_gate.domain.verdict import Severity
from review_gate.rulebook.load import combined
from review_gate.rulebook.replay import Judged, replay, stats
from tests.rulebook.making import NOON, packs

LIVE = "status: live\nshould_hit: [promo]\nshould_pass: [rien]\nterms: [promo]\nseverity: hold\nid: t.promo"
WARN = "status: live\nshould_hit: [vite]\nshould_pass: [rien]\nterms: [vite]\nid: t.vite"
SHADOW = "terms: [gratuit]\nid: t.gratuit"
CONTEXT = Context(now=NOON)
PACKS = packs(LIVE, WARN, SHADOW)


def judged(text: str, answer: Answer | None, hits: tuple[str, ...] | None = ()) -> Judged:
    return Judged(text, Draft(text), CONTEXT, answer, hits)


DRAFTS = [
    judged("promo", Answer.REJECT, ("t.promo",)),
    judged("promo vite", Answer.APPROVE, ("t.promo",)),
    judged("vite", Answer.REQUEST_CHANGES, ("t.old",)),
    judged("gratuit", Answer.APPROVE),
    judged("bonjour", None),
    judged("promo", None, None),
]


def test_the_table_sets_rules_against_people() -> None:
    answer = replay(PACKS, DRAFTS)
    assert answer.drafts == 6
    assert dict(answer.table) == {
        ("hold", "refused"): 1,
        ("hold", "approved"): 1,
        ("hold", "undecided"): 1,
        ("warn", "refused"): 1,
        ("quiet", "approved"): 1,
        ("quiet", "undecided"): 1,
    }


def test_shadow_rules_are_told_and_not_counted() -> None:
    answer = replay(PACKS, DRAFTS)
    assert set(answer.rules) == {"t.promo", "t.vite"}
    assert answer.shadow["t.gratuit"].precision == 0.0


def test_precision_is_over_what_is_decided() -> None:
    record = replay(PACKS, DRAFTS).rules["t.promo"]
    assert (record.hits, record.refused, record.approved, record.precision) == (3, 1, 1, 0.5)


def test_changes_against_what_was_stored() -> None:
    changes = {change.judged.id: change for change in replay(PACKS, DRAFTS).changes}
    assert set(changes) == {"promo vite", "vite", "gratuit"}
    assert [hit.rule for hit in changes["vite"].new] == ["t.vite"]
    assert changes["vite"].gone == ("t.old",)


def test_changes_against_the_packs_of_today() -> None:
    tried = packs(LIVE.replace("[promo]", "[solde]").replace("terms: [solde]", "terms: [solde, bonjour]"), WARN, SHADOW)
    answer = replay(tried, DRAFTS, before=PACKS)
    told = {(change.judged.id, change.now, change.before, change.gone) for change in answer.changes}
    assert ("bonjour", Severity.HOLD, Severity.NONE, ()) in told
    assert ("promo vite", Severity.WARN, Severity.HOLD, ("t.promo",)) in told


def test_stats_name_the_silent_and_the_expired() -> None:
    old = packs("terms: [x]\nid: t.past\nexpires: 2026-01-01").packs[0]
    answer = stats(combined([*PACKS.packs, old]), DRAFTS, date(2026, 3, 4))
    assert (answer.drafts, answer.decided) == (6, 4)
    assert answer.never == ("t.vite", "t.gratuit")
    assert answer.expired == ("t.past",)
    assert answer.rules["t.promo"].hits == 3
    assert answer.rules["t.old"].refused == 1
